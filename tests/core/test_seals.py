"""A seal over all chains: any change is found, and said where it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import Walk
from workshop.cli import cli
from workshop.core import seals
from workshop.core.db import db
from workshop.core.events import START, link
from workshop.core.seals import Broken, Seal, merkle_root, seal, verify
from workshop.core.triggers import ADD_ONLY
from workshop.jobs.target import OpenUnit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def sha(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


@pytest.fixture
def tampering(app: Flask, engine_name: str) -> Iterator[Callable[..., None]]:
    """Change what the triggers protect, as somebody with the database's own password could."""

    def run(statement: str, **given: Any) -> None:
        db.session.flush()
        _drop_triggers(engine_name)
        db.session.execute(text(statement), given)
        db.session.expire_all()

    return run


def _drop_triggers(engine_name: str) -> None:
    for table in ADD_ONLY:
        for verb in ("update", "delete"):
            on = f" ON {table}" if engine_name == "postgresql" else ""
            db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}{on}"))


@pytest.fixture
def sealed(walk: Walk) -> OpenUnit:
    """A unit whose story of a few events is sealed."""
    unit = walk.in_diagnosis()
    assert seal(NOON) is not None
    return walk.fresh(unit)


def test_the_root_of_nothing_is_zero() -> None:
    assert merkle_root([]) == START


def test_one_leaf_is_hashed_apart_from_a_knot() -> None:
    assert merkle_root(["a"]) == sha(b"\x00a")


def test_two_leaves_make_one_knot() -> None:
    assert merkle_root(["a", "b"]) == sha(("\x01" + sha(b"\x00a") + sha(b"\x00b")).encode())


def test_an_odd_leaf_is_carried_up_as_it_is() -> None:
    pair = merkle_root(["a", "b"])
    assert merkle_root(["a", "b", "c"]) == sha(("\x01" + pair + sha(b"\x00c")).encode())


def test_an_untouched_workshop_verifies(sealed: OpenUnit) -> None:
    assert list(verify()) == []


def test_where_nothing_changed_there_is_nothing_to_seal(sealed: OpenUnit) -> None:
    assert seal(NOON) is None


def test_a_seal_carries_the_one_before(sealed: OpenUnit, walk: Walk) -> None:
    first = seals.last_seal()
    walk.do("hold", sealed, {"kind": "owner_dispute"})
    second = seal(NOON)
    assert first is not None
    assert second is not None
    assert (second.number, second.previous, second.chains) == (first.number + 1, first.hash, 1)


def test_a_changed_body_is_found_and_located(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    tampering("UPDATE events SET body = replace(body, 'photo', 'fotos') WHERE chain_id = :u AND seq = 2", u=sealed.id)
    assert Broken("unit", sealed.id, 2, "its body was changed") in list(verify())


@pytest.mark.parametrize(
    "change", ["action = 'other'", "person_id = 999", "bench_id = NULL", "at = '2020-01-01 00:00:00'"]
)
def test_a_changed_column_is_found_and_located(sealed: OpenUnit, tampering: Callable[..., None], change: str) -> None:
    tampering(f"UPDATE events SET {change} WHERE chain_kind = 'unit' AND chain_id = :u AND seq = 1", u=sealed.id)
    assert list(verify()) == [Broken("unit", sealed.id, 1, "its columns were changed")]


def test_a_body_that_was_rehashed_breaks_the_next_link(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    where = "chain_kind = 'unit' AND chain_id = :u AND seq = 1"
    body = db.session.scalar(text(f"SELECT body FROM events WHERE {where}"), {"u": sealed.id})
    forged = body.replace("8200", "9200")
    tampering(f"UPDATE events SET body = :b, hash = :h WHERE {where}", u=sealed.id, b=forged, h=link(START, forged))
    assert Broken("unit", sealed.id, 2, "it does not carry the hash of the one before it") in list(verify())


def test_an_event_taken_out_of_the_middle_is_missed(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    tampering("DELETE FROM events WHERE chain_kind = 'unit' AND chain_id = :u AND seq = 2", u=sealed.id)
    assert Broken("unit", sealed.id, 3, "event 2 is missing") in list(verify())


def test_a_tail_cut_off_shows_at_the_seal(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    tampering(
        "DELETE FROM events WHERE chain_kind = 'unit' AND chain_id = :u AND seq = :n",
        u=sealed.id,
        n=sealed.chain_length,
    )
    found = list(verify())
    assert [(b.kind, b.id, b.seq) for b in found] == [("unit", sealed.id, sealed.chain_length)]
    assert "seal 1" in found[0].why


def test_a_unit_removed_whole_shows_at_the_seal(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    tampering("DELETE FROM events WHERE chain_kind = 'unit' AND chain_id = :u", u=sealed.id)
    assert [(b.kind, b.id) for b in verify()] == [("unit", sealed.id)]


def test_a_changed_leaf_is_found(sealed: OpenUnit, tampering: Callable[..., None]) -> None:
    tampering("UPDATE seal_leaves SET seq = seq - 1 WHERE chain_kind = 'unit' AND chain_id = :u", u=sealed.id)
    assert Broken("seal", 1, 0, "its leaves do not give its root") in list(verify())


@pytest.mark.parametrize("change", ["root = hash", "at = '2020-01-01 00:00:00'"])
def test_a_changed_seal_is_found(sealed: OpenUnit, tampering: Callable[..., None], change: str) -> None:
    tampering(f"UPDATE seals SET {change}")
    assert Broken("seal", 1, 0, "it was changed") in list(verify())


def test_a_seal_taken_out_of_the_middle_is_missed(sealed: OpenUnit, walk: Walk, tampering: Callable[..., None]) -> None:
    walk.do("hold", sealed, {"kind": "owner_dispute"})
    seal(NOON)
    tampering("DELETE FROM seal_leaves WHERE seal_id = (SELECT id FROM seals WHERE number = 1)")
    tampering("DELETE FROM seals WHERE number = 1")
    assert Broken("seal", 2, 0, "it does not carry the hash of the seal before it") in list(verify())


def test_a_chain_that_committed_late_is_in_the_next_seal(sealed: OpenUnit, walk: Walk) -> None:
    other = walk.taken_in()
    made = seal(NOON)
    assert isinstance(made, Seal)
    leaves = db.session.execute(text("SELECT chain_id FROM seal_leaves WHERE seal_id = :s"), {"s": made.id}).scalars()
    assert other.id in list(leaves)


def test_the_audit_commands_say_what_they_found(sealed: OpenUnit, app: Flask, tampering: Callable[..., None]) -> None:
    run = app.test_cli_runner().invoke
    good = run(cli, ["audit", "verify"], obj=app)
    assert (good.exit_code, good.output) == (0, "Every chain and every seal holds.\n")
    assert run(cli, ["audit", "seal"], obj=app).output == "Nothing changed.\n"
    last = seals.last_seal()
    assert last is not None
    assert run(cli, ["audit", "head"], obj=app).output.split() == ["1", last.at.isoformat(), last.hash]
    tampering("UPDATE events SET action = 'other' WHERE chain_kind = 'unit' AND chain_id = :u AND seq = 1", u=sealed.id)
    bad = run(cli, ["audit", "verify"], obj=app)
    assert bad.exit_code == 1
    assert f"unit {sealed.id}, event 1: its columns were changed" in bad.output


def test_audit_verify_answers_scripts_in_json(sealed: OpenUnit, app: Flask) -> None:
    answer = app.test_cli_runner().invoke(cli, ["audit", "verify", "--json"], obj=app)
    assert answer.output == "[]\n"


def test_without_a_seal_the_head_says_so(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(cli, ["audit", "head"], obj=app)
    assert answer.output == "No seal was made yet.\n"
