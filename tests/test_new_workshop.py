"""A workshop of one's own, begun with the commands that the README names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from tests.conftest import settings_for
from workshop import cli, create_app
from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.work import Task


def test_bringing_the_schema_up_brings_the_device_models_once(new_database: Callable[[], str], tmp_path: Path) -> None:
    app = create_app(settings_for(new_database(), tmp_path))
    with app.app_context():
        runner = app.test_cli_runner()
        first, second = (runner.invoke(cli.cli, ["db", "upgrade"]).output for _ in range(2))
        found = db.session.scalar(select(func.count()).select_from(DeviceModel))
        db.session.remove()
        db.engine.dispose()
    assert found
    assert f"{found} device models were added" in first
    assert "device models" not in second


def test_without_a_marketplace_the_worker_seals_and_lets_go(own_app: Callable[..., Flask]) -> None:
    app = own_app()
    with app.app_context():
        result = app.test_cli_runner().invoke(app.cli.commands["feed"], ["run", "--once"])
        assert result.output.startswith("No marketplace is set"), result.exception
        done = set(db.session.scalars(select(Task.kind).where(Task.finished_at.is_not(None))))
        assert {"core.seal", "core.prune"} <= done
        assert all(kind.startswith("core.") for kind in db.session.scalars(select(Task.kind)))
