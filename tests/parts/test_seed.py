"""The demo's parts catalogue: made once, always the same, and usable by everyone's actions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tests.conftest import Databases, Walk, count, settings_for
from tests.parts.conftest import cracked
from workshop import create_app
from workshop.core.actor import Actor
from workshop.core.barcodes import resolve
from workshop.core.check_digits import gtin_holds
from workshop.core.db import db
from workshop.parts import needs, seed, stock
from workshop.parts.models import Location, Offer, Part


@pytest.fixture(scope="module")
def seeded(
    databases: Databases, engine_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, int]]:
    """A workshop with the catalogue, made once for all who only read in it; gives how many were made."""
    app = create_app(settings_for(databases.copied(engine_name), tmp_path_factory.mktemp("seeded")))
    with app.app_context():
        yield seed.seed_catalogue()
        db.session.remove()
        db.engine.dispose()


def test_the_catalogue_is_made_once(seeded: dict[str, int]) -> None:
    assert seeded["parts"] == count(Part)
    assert seed.seed_catalogue() == {"parts": 0, "offers": 0, "places": 0}


def test_every_ean_holds_and_names_its_part(seeded: dict[str, int]) -> None:
    offer = db.session.scalars(select(Offer).limit(1)).one()
    assert offer.ean is not None
    assert gtin_holds(offer.ean)
    assert [m.target_id for m in resolve(offer.ean)] == [offer.part_id]


def test_places_of_two_sites_never_share_a_label(seeded: dict[str, int]) -> None:
    labels = db.session.scalars(select(Location.barcode).where(Location.code == "B-04-2")).all()
    assert (len(labels), len(set(labels))) == (2, 2)


def test_a_part_is_never_free_of_charge(seeded: dict[str, int]) -> None:
    least = db.session.scalar(select(func.min(Offer.price_minor)))
    assert least is not None
    assert least >= 100


def test_stock_is_put_there_by_the_action_and_serves_jobs(walk: Walk, parts_manager: Actor) -> None:
    seed.seed_catalogue()
    assert seed.seed_stock({"TMP": parts_manager}) > 5
    assert stock.out_of_step() == []
    need = needs.needs_of(cracked(walk).job_id)[0]
    assert need.part is not None
    assert need.part.name == "Display, iPhone 12"
