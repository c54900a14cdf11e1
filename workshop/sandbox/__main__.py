"""`python -m workshop.sandbox --port N --store FILE --token T`."""

from __future__ import annotations

import argparse
import os

from workshop.sandbox.options import QUIRKS, Options
from workshop.sandbox.serve import serve


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="workshop.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless told otherwise")
    parser.add_argument("--store", default="instance/sandbox.sqlite")
    parser.add_argument("--token", default=os.environ.get("BACKMARKET_TOKEN", "sandbox-token"))
    parser.add_argument("--task-seconds", type=float, default=Options.task_seconds)
    parser.add_argument("--calls", type=int, default=Options.calls, help="calls in ten seconds")
    parser.add_argument("--lines-per-hour", type=int, default=Options.lines_per_hour)
    parser.add_argument("--registered-products-only", action="store_true")
    parser.add_argument("--quirk", action="append", default=[], choices=sorted(QUIRKS))
    given = parser.parse_args(arguments)
    serve(
        given.port,
        given.store,
        given.token,
        given.host,
        task_seconds=given.task_seconds,
        calls=given.calls,
        lines_per_hour=given.lines_per_hour,
        auto_products=not given.registered_products_only,
        quirks=given.quirk,
    )


if __name__ == "__main__":
    main()
