"""A technician's bench."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Walk
from workshop.core.actor import Actor
from workshop.jobs.scan import Scanned, scan


@pytest.fixture
def at_bench(walk: Walk, technician: Actor) -> Callable[[str], Scanned]:
    """A function that scans a code at the technician's bench."""
    return lambda code: scan(code, technician, request_key=None, repeat_seconds=0.0)
