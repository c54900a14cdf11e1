"""The catalogue room: device models, identifiers, spare-part policies."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bring the room into the house: it is asked by others and has no pages of its own yet."""
