"""The sandbox marketplace: a program and a store of its own that behave like the real seller API."""

from __future__ import annotations

from workshop.sandbox.app import create_sandbox
from workshop.sandbox.serve import serve

__all__ = ["create_sandbox", "serve"]
