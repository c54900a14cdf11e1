"""Running the sandbox as a process of its own."""

from __future__ import annotations

import logging
import sqlite3
import sys
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from workshop.sandbox.app import create_sandbox


def serve(port: int, store: str | Path, token: str, host: str = "127.0.0.1", **opts: Any) -> None:
    """Serve until stopped; prints one line once it answers."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        app = create_sandbox(store, token=token, **opts)
    except (OSError, sqlite3.Error) as reason:
        sys.exit(f"The sandbox cannot keep its store in {store}: {reason}. Choose another file with --store.")
    try:
        server = make_server(host, port, app, threaded=True)
    except (OSError, SystemExit):
        sys.exit(f"The sandbox cannot listen on {host}:{port}: the port is taken. Choose another port.")
    print(f"sandbox ready http://{host}:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
