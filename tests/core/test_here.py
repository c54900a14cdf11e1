"""What the frame around each page shows of what waits."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.statements import noted
from tests.cast import Cast
from workshop.core.here import nav_groups


@pytest.mark.parametrize("who", ["technician", "parts", "refurbisher", "admin", "auditor"])
def test_what_waits_for_a_person_is_counted_in_one_statement(app: Flask, cast: Cast, who: str) -> None:
    """Beside it stands one for the models whose windows are asked."""
    actor = cast.actor(who)
    with app.test_request_context(), noted() as sent:
        counts = [item["count"] for group in nav_groups(actor) for item in group["items"]]
    assert len([n for n in counts if n == 0]) > 3
    assert len([s for s, _given in sent if "count(" in s]) == 1
    assert len(sent) <= 2
