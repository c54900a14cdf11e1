"""A workshop of any size, written by bulk SQL: people with tokens, and units each with a job, codes and a first event.

What is written is what `take_in` would have written, so that `workshop audit verify` accepts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, select, text

from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Membership, Person, Site
from workshop.catalogue.identifiers import imei_check_digit
from workshop.catalogue.load import load_models
from workshop.catalogue.models import DeviceModel
from workshop.core import events
from workshop.core.db import db
from workshop.core.own_codes import own_code
from workshop.jobs.models import Source

PEOPLE: Final = 8
CHUNK: Final = 20_000
BEGAN: Final = datetime(2024, 1, 1, 8, tzinfo=UTC)
TABLES: Final = {
    "units": "id code model_id maker storage_gb colour imei site_id job_id created_at",
    "jobs": "id unit_id number site_id stage stage_since opened_at version chain_length chain_head scanned_code "
    "touched_at touched_by source_id paid_minor currency vat_regime goal_days",
    "stage_visits": "id job_id stage entered_at",
    "barcodes": "id code kind target_id",
    "events": "id chain_kind chain_id seq at action person_id bench_id body previous hash",
}


def unit_code(number: int) -> str:
    """Return what is printed on the label of a unit."""
    return own_code("U", number)


def people() -> list[tuple[str, str]]:
    """Add a site with eight benches, a technician at each, and return each one's token and bench."""
    load_models()
    site = Site(code="TMP", name="Tampere", zone="Europe/Helsinki")
    db.session.add_all([site, Source(code="COUNTER", name="Counter", vat_regime="margin")])
    db.session.flush()
    signed_in = [_technician(number, site.id) for number in range(1, PEOPLE + 1)]
    db.session.commit()
    return signed_in


def _technician(number: int, site_id: int) -> tuple[str, str]:
    bench = Bench(site_id=site_id, code=f"T{number}")
    db.session.add(bench)
    db.session.flush()
    person = Person(
        username=f"t{number}",
        email=f"t{number}@w.example",
        name=f"Technician {number}",
        bench_id=bench.id,
        created_at=BEGAN,
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(Membership(person_id=person.id, role="technician", site_id=site_id))
    return authenticate.issue_token(person, BEGAN), bench.code


def fill(units: int) -> None:
    """Write `units` units, in intake, one a second since 2024."""
    models = [tuple(m) for m in db.session.execute(select(DeviceModel.id, DeviceModel.name, DeviceModel.maker))]
    site_id = db.session.scalars(select(Site.id)).one()
    source_id = db.session.scalars(select(Source.id)).one()
    db.session.remove()
    engine = db.engine
    write = _copy if engine.dialect.name == "postgresql" else _insert
    for first in range(1, units + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, units + 1))
        made = [_unit(n, models[n % len(models)], site_id, source_id) for n in numbers]
        write(engine, {name: [row for unit in made for row in unit[name]] for name in TABLES})
    _settle(engine)


def _unit(number: int, model: tuple[int, str, str], site_id: int, source_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of one unit, by table."""
    at = BEGAN + timedelta(seconds=number)
    body14 = f"35309711{number % 1_000_000:06d}"
    code, imei, person = unit_code(number), body14 + imei_check_digit(body14), number % PEOPLE + 1
    model_id, model_name, maker = model
    body = events.canonical({
        "action": "take_in", "at": at.isoformat(), "bench": person, "id": number, "kind": "unit", "person": person,
        "seq": 1, "data": {"job": 1, "model": model_name, "source": "Counter", "paid_minor": 8200,
                           "currency": "EUR", "vat_regime": "margin"},
    })  # fmt: skip
    head = events.link(events.START, body)
    return {
        "units": [(number, code, model_id, maker, 128, "blue", imei, site_id, number, at)],
        "jobs": [(number, number, 1, site_id, "intake", at, at, 1, 1, head, "", at, person, source_id, 8200, "EUR",
                  "margin", 8)],
        "stage_visits": [(number, number, "intake", at)],
        "barcodes": [(2 * number - 1, code, "unit", number), (2 * number, imei, "unit", number)],
        "events": [(number, "unit", number, 1, at, "take_in", person, person, body, events.START, head)],
    }  # fmt: skip


def _insert(engine: Engine, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with engine.begin() as connection:
        raw: Any = connection.connection.cursor()
        for name, made in rows.items():
            columns = TABLES[name].split()
            marks = ", ".join("?" for _ in columns)
            raw.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", _as_text(made))


def _as_text(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(v.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(v, datetime) else v for v in row)


def _copy(engine: Engine, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with engine.begin() as connection:
        raw: Any = connection.connection.cursor()
        for name, made in rows.items():
            with raw.copy(f"COPY {name} ({', '.join(TABLES[name].split())}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)


def _settle(engine: Engine) -> None:
    """Leave the database as it would be some hours later: its log worked off, and counted by PostgreSQL's planner."""
    db.session.remove()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            for name in TABLES:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
