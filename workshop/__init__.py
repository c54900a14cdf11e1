"""Workshop: the system that a refurbishment workshop runs on."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from workshop.config import Settings, from_env

if TYPE_CHECKING:
    from flask_openapi import OpenAPI

# Lower rooms first: a higher one hooks into what a lower one offers. Taking a line out takes the room out whole.
ROOMS = ("accounts", "catalogue", "jobs", "parts", "batteries", "grading", "marketplace", "sourcing", "insights")


def create_app(settings: Settings | None = None, *, rooms: tuple[str, ...] = ROOMS) -> OpenAPI:
    """Return the app, with the rooms in it. Nothing is connected or changed yet.

    What it is made of is imported here: the sandbox, a program of its own beside it, needs none of that.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # all that a start makes is there to stay: looking through it again and again takes a fifth of it
    try:
        from workshop.app import make

        return make(settings or from_env(), rooms)
    finally:
        if was_enabled:
            gc.enable()
