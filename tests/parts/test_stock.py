"""Stock is the sum of its ledger, never negative, and no piece has two jobs: whatever people do, in whatever order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests.cast import Cast
from tests.conftest import Walk
from tests.parts.conftest import ROOMS, Shop, _part, cracked
from workshop.accounts.models import Site
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.target import OpenUnit
from workshop.parts import needs, stock
from workshop.parts.models import Batch, Need, Reservation, Supplier

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "release", "receive", "fit", "scrap", "undo", "count", "scrap_stock", "cancel"]),
        st.integers(0, 2),
        st.integers(1, 3),
    ),
    min_size=4,
    max_size=14,
)


def _do(step: str, unit: OpenUnit, batch: Batch, n: int, shop: Shop, walk: Walk) -> None:
    need = shop.need(unit)
    {
        "reserve": lambda: shop.do("reserve", need),
        "release": lambda: shop.do("release", need),
        "receive": lambda: shop.do(
            "receive", shop.ordered(shop.display, n), {"code": shop.display.code, "quantity": n}
        ),
        "fit": lambda: walk.do("fit_part", walk.fresh(unit), {"batch": batch.code}),
        "undo": lambda: walk.do("undo", walk.fresh(unit)),
        "scrap": lambda: shop.do("scrap_piece", need, {"reason": "it broke"}),
        "count": lambda: shop.do("adjust_stock", batch, {"delta": n - 2, "reason": "counted"}),
        "scrap_stock": lambda: shop.do("scrap_stock", batch, {"quantity": n, "reason": "scratched"}),
        "cancel": lambda: shop.do("cancel_need", need),
    }[step]()


def check_stock() -> None:
    """Raise where the stock is not what the ledger and the reservations say."""
    assert stock.out_of_step() == []
    held = dict(
        db.session.execute(
            select(Reservation.batch_id, func.count())
            .where(Reservation.ended_at.is_(None), Reservation.batch_id.is_not(None))
            .group_by(Reservation.batch_id)
        ).all()  # type: ignore[arg-type]
    )
    for batch in db.session.scalars(select(Batch).execution_options(populate_existing=True)):
        assert 0 <= batch.reserved <= batch.on_hand
        assert batch.reserved == held.get(batch.id, 0)


@pytest.fixture
def three(walk: Walk, shop: Shop) -> list[OpenUnit]:
    """Three units that need a display, in repair."""
    units = []
    for _n in range(3):
        unit = cracked(walk)
        walk.do("decide_triage", unit, {"decision": "repair"})
        walk.do("move", unit, {"to": "repair", "reason": "the parts come later"})
        units.append(walk.fresh(unit))
    return units


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_the_stock_is_the_sum_of_its_ledger(
    steps: list[tuple[str, int, int]], three: list[OpenUnit], shop: Shop, walk: Walk
) -> None:
    batch = shop.stocked(shop.display, 2)
    for step, which, n in steps:
        try:
            _do(step, three[which], batch, n, shop, walk)
        except Refused:
            db.session.rollback()
        check_stock()


def test_the_ledger_may_only_be_added_to(shop: Shop) -> None:
    shop.stocked(shop.display)
    for sentence in ("UPDATE stock_movements SET delta = 9", "DELETE FROM stock_movements"):
        with pytest.raises(DatabaseError, match="may only be added to"), db.session.begin_nested():
            db.session.execute(text(sentence))


def test_more_than_is_free_is_not_scrapped(shop: Shop) -> None:
    batch = shop.stocked(shop.display, 2)
    with pytest.raises(Refused):
        shop.do("scrap_stock", batch, {"quantity": 3, "reason": "water"})
    assert batch.on_hand == 2


def test_pieces_in_quarantine_are_not_reserved(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.display, place="Q-01")
    with pytest.raises(Refused, match="No free"):
        shop.do("reserve", shop.need(cracked(walk)))


@pytest.fixture
def own_app(own_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app up to this room on a database of its own, in which threads may commit."""
    app = own_app(ROOMS)
    with app.app_context():
        yield app


def _shop(cast: Cast) -> Shop:
    site_id = db.session.scalars(select(Site.id).where(Site.code == "TMP")).one()
    nordic = Supplier(code="NORDIC", name="Nordic Spares Oy", lead_days=3)
    db.session.add(nordic)
    db.session.flush()
    stock.add_location("B-04-2", "shelf", site_id)
    part = _part("display", "iPhone 12", {nordic: 11_800})
    db.session.commit()
    return Shop(cast.actor("parts"), site_id, part, part, part, nordic, nordic)


def test_two_people_who_reserve_at_once_never_share_a_piece(own_app: Flask) -> None:
    cast = Cast()
    walk, shop = Walk(cast.actor("technician")), _shop(cast)
    wanted = [needs.needs_of(cracked(walk).job_id)[0].id for _n in range(6)]
    shop.stocked(shop.display, 3)
    gone: list[Any] = []
    together = threading.Barrier(len(wanted))

    def reserve(need_id: int) -> None:
        with own_app.app_context():
            together.wait()
            try:
                perform("reserve", need_id, {}, by=shop.by)
            except Refused as refused:
                gone.append(refused)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=reserve, args=(n,)) for n in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(gone) == 3
    check_stock()
    assert db.session.scalar(select(func.count()).select_from(Need).where(Need.state == "reserved")) == 3
