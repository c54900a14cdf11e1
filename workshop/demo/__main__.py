"""`python -m workshop.demo [--reset]`: loads the demo's workshop in a process of its own, and says what it refuses."""

from __future__ import annotations

import gc
import sys
from typing import Final

import click

REFUSED: Final = 3


def main() -> None:
    """Load the demo of the environment's settings."""
    gc.disable()  # before anything is imported: to look through all of it for rubbish, again and again, took a tenth
    from workshop import create_app
    from workshop.demo.load import RealWorkshop, load

    app = create_app()
    with app.app_context():
        try:
            load(app, reset="--reset" in sys.argv)
        except RealWorkshop as why:
            click.echo(str(why), err=True)
            sys.exit(REFUSED)


if __name__ == "__main__":
    main()
