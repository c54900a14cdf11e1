"""Loads the demo's workshop into an empty database; leaves one that holds it as it is; refuses a real one."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy import func, inspect, select, text

from workshop.accounts.models import Person
from workshop.core import migrate, seals
from workshop.core.db import db
from workshop.demo import people, world


class RealWorkshop(RuntimeError):
    """The database holds a real workshop: a demo has no business there."""


def people_count(is_demo: bool) -> int:
    """Return how many people of the demo, or of a real workshop, the database knows."""
    if not inspect(db.engine).has_table("people"):
        return 0
    found = db.session.scalar(select(func.count()).select_from(Person).where(Person.is_demo.is_(is_demo)))
    db.session.rollback()
    return found or 0


def is_whole() -> bool:
    """Say whether the demo was loaded to its end: the last thing it does is to seal what it made."""
    if not inspect(db.engine).has_table("seals"):
        return False
    found = db.session.scalar(select(func.count()).select_from(seals.Seal))
    db.session.rollback()
    return bool(found)


def refuse_real() -> None:
    """Raise RealWorkshop where somebody works in this database who is not of the demo."""
    if people_count(is_demo=False) and not people_count(is_demo=True):
        raise RealWorkshop(
            "this database holds a real workshop: the demo is not loaded into it. "
            "Set WORKSHOP_INSTANCE to another folder, or DATABASE_URL to an empty database."
        )


def empty() -> None:
    """Throw everything away, schema and all."""
    db.session.remove()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        names = connection.exec_driver_sql("SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").all()
        for name, kind in sorted(names, key=lambda n: n[1] == "table"):
            if kind in ("trigger", "view"):
                connection.exec_driver_sql(f'DROP {kind.upper()} "{name}"')
        for name, kind in names:
            if kind == "table":
                connection.exec_driver_sql(f'DROP TABLE "{name}"')


def load(app: Flask, *, reset: bool, echo: bool = True) -> None:
    """Bring the database up to date and load the demo where it is not there yet."""
    refuse_real()
    begun = bool(people_count(is_demo=True))
    if begun and (reset or not is_whole()):
        empty()
    migrate.upgrade()
    if people_count(is_demo=True):
        return
    settings = app.extensions["settings"]
    people.load(settings.demo_password)
    world.load(settings, say=click.echo if echo else (lambda _words: None))
