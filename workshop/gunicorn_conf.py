"""How gunicorn serves the app: threads, so that a wait for a disk or a lock holds up nobody else."""

from __future__ import annotations

import os
from typing import Any

from workshop.core.db import start_checkpointer

bind = os.environ.get("WORKSHOP_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WORKSHOP_WORKERS", "2"))
threads = int(os.environ.get("WORKSHOP_THREADS", "8"))
keepalive = 30
# Its one fixed path per user would let two servers side by side clash.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Let each serving process checkpoint SQLite's log in the background."""
    start_checkpointer(worker.app.callable)
