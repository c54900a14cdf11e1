"""The grading codes on the command card."""

from __future__ import annotations

from typing import Any

import pytest

from workshop.catalogue.models import CATEGORIES
from workshop.core import clock
from workshop.grading import cards
from workshop.grading.rubric import load_rubric
from workshop.jobs.cards import Card, printed


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_card_of_each_category_has_its_zones_and_prints(app: Any, category: str) -> None:
    codes = {code for _word, code, _icon in cards.zones_group(category, None)[2]}
    assert codes == {f"Z-{zone.code.upper()}" for zone in load_rubric(category).zones}
    assert printed(Card("technician", category, "T2", None), clock.now()).startswith(b"%PDF")


def test_the_card_says_what_each_figure_means(app: Any) -> None:
    _title, _hint, items = cards.seen_group("smartphone", None)
    assert [(word, code) for word, code, _icon in items][:2] == [
        ("0 Nothing, at 30 cm", "G-0"),
        ("1 Faint, under 5 mm", "G-1"),
    ]
