"""The migrated schema is that of the models, triggers included, on both databases."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from flask import Flask

from tests.cast import Cast
from tests.conftest import Walk
from workshop.core import migrate
from workshop.core.db import db
from workshop.core.health import findings


def test_the_migrated_schema_equals_the_models(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        assert migrate.differences() == []
        assert migrate.current() == migrate.head()


def test_migrating_twice_is_harmless(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        migrate.upgrade()
        assert migrate.current() == migrate.head()


def test_the_rooms_above_go_and_come_back_with_units_in_the_workshop(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        unit = Walk(Cast().actor("technician")).answer_all(Walk(Cast().actor("technician")).in_diagnosis())
        db.session.remove()
        command.downgrade(migrate.config(), "0001")
        migrate.upgrade()
        assert migrate.differences() == []
        assert Walk(Cast().actor("technician")).fresh(unit).chain_head == unit.chain_head
        db.session.remove()


def test_the_foundation_goes_with_all_its_rows_and_comes_back_empty(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        walk = Walk(Cast().actor("technician"))
        walk.do("hold", walk.answer_all(walk.in_diagnosis()), {"kind": "owner_dispute"})
        db.session.remove()
        command.downgrade(migrate.config(), "base")
        assert migrate.current() is None
        migrate.upgrade()
        assert migrate.differences() == []


def test_an_old_schema_is_not_ready_and_says_what_to_run(own_app: Callable[..., Flask]) -> None:
    app = own_app()
    with app.app_context():
        command.downgrade(migrate.config(), "0001")
        schema = {f.name: f for f in findings()}["schema"]
        db.session.remove()
    assert schema.is_bad
    assert "workshop db upgrade" in schema.words
    assert app.test_client().get("/readyz").status_code == 503
