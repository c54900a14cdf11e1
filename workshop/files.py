"""Where the files lie that come with the program: beside the package in a checkout, within it in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent


def folder(name: str) -> Path:
    """Return a folder of files that are no code, such as `templates`."""
    within = PACKAGE / name
    return within if within.is_dir() else PACKAGE.parent / name
