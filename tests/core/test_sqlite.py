"""SQLite: which journal, which settings, and writers in turn."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.cast import Cast
from tests.conftest import Walk
from tests.core.writers import count, hold_for_ever
from workshop.core import sqlite
from workshop.core.actions import perform
from workshop.core.db import db, only_read, reading, start_checkpointer
from workshop.core.events import Event
from workshop.core.health import Finding, findings
from workshop.core.sqlite import WritersQueue, journal_mode, pragmas, wal_is_safe


@pytest.fixture
def shop(own_app: Callable[..., Flask], engine_name: str) -> Callable[..., Flask]:
    """An app on a SQLite database of its own."""
    if engine_name != "sqlite":
        pytest.skip("only SQLite has a journal to choose")
    return own_app


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 34, 1), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 9), True),
        ((3, 45, 0), False),
        ((3, 46, 1), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_trusted_only_past_the_reset_bug(version: sqlite.Version, safe: bool) -> None:
    assert wal_is_safe(version) is safe
    assert journal_mode("auto", version) == ("wal" if safe else "truncate")


def test_the_build_in_use_is_past_the_bug_where_there_is_a_wheel() -> None:
    pytest.importorskip("pysqlite3")
    assert wal_is_safe(sqlite.version())


def test_a_setting_wins_over_the_version() -> None:
    assert journal_mode("truncate", (3, 53, 4)) == "truncate"


def test_no_commit_checkpoints_where_a_thread_does() -> None:
    assert "wal_autocheckpoint=0" in pragmas("wal", checkpointed=True)
    assert "wal_autocheckpoint=1000" in pragmas("wal", checkpointed=False)


def told(pragma: str) -> Any:
    return db.session.execute(text(f"PRAGMA {pragma}")).scalar()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10000)]
)
def test_each_connection_has_our_settings(shop: Callable[..., Flask], pragma: str, value: Any) -> None:
    with shop().app_context():
        assert told(pragma) == value


def test_the_forced_fallback_runs_without_wal_and_serves(shop: Callable[..., Flask]) -> None:
    app = shop(sqlite_journal="truncate")
    with app.app_context():
        unit = Walk(Cast().actor("technician")).in_diagnosis()
        assert told("journal_mode") == "truncate"
        assert told("synchronous") == 2
        assert not Path(f"{db.engine.url.database}-wal").exists()
    assert app.test_client().get("/readyz").status_code in (200, 503)
    assert unit.stage == "diagnosis"


def test_doctor_looks_while_a_writer_holds_the_lock(shop: Callable[..., Flask]) -> None:
    app = shop()
    with app.app_context():
        db.session.execute(text("UPDATE sources SET name = 'Held'"))
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(_looked, app).result(timeout=5)
        db.session.rollback()
    assert [f.name for f in found if f.is_bad] == []


def _looked(app: Flask) -> list[Finding]:
    with app.app_context():
        found = findings()
        db.session.remove()
        return found


def test_the_next_writer_goes_on_once_one_has_committed_though_its_connection_is_still_out(
    shop: Callable[..., Flask],
) -> None:
    with shop().app_context(), db.engine.connect() as first, db.engine.connect() as second:
        first.execute(text("UPDATE sources SET name = 'First'"))
        first.commit()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(second.execute, text("UPDATE sources SET name = 'Second'")).result(timeout=5)
        second.commit()
        first.execute(text("UPDATE sources SET name = 'First again'"))
        first.rollback()
        assert first.scalars(text("SELECT DISTINCT name FROM sources")).all() == ["Second"]


def test_in_the_fallback_eight_writers_lose_nothing(shop: Callable[..., Flask]) -> None:
    assert eight_writers(shop(sqlite_journal="truncate"), each=3) == 24


def test_eight_writers_wait_their_turn_and_none_fails(shop: Callable[..., Flask]) -> None:
    assert eight_writers(shop(), each=8) == 64


def eight_writers(app: Flask, each: int) -> int:
    """Let eight threads hold and release units of their own, and return how many acts were kept."""
    with app.app_context():
        by = Cast().actor("technician")
        units = [Walk(by).taken_in().id for _ in range(8)]
        db.session.remove()

    def write(unit_id: int) -> int:
        with app.app_context():
            for _ in range(each):
                perform("scan", unit_id, {}, by=by)
            kept = db.session.query(Event).filter_by(chain_kind="unit", chain_id=unit_id, action="scan").count()
            db.session.remove()
            return kept

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(write, units))


def test_readers_are_answered_while_a_writer_holds_the_lock(shop: Callable[..., Flask]) -> None:
    app = shop()
    with app.app_context():
        only_read(False)
        db.session.execute(text("UPDATE sources SET name = 'Held'"))
        found: list[Any] = []
        reader = threading.Thread(target=lambda: found.append(_read(app)))
        started = time.monotonic()
        reader.start()
        reader.join(5)
        assert found == ["Counter"]
        assert time.monotonic() - started < 2
        db.session.rollback()


def _read(app: Flask) -> Any:
    with app.app_context(), reading():
        found = db.session.scalar(text("SELECT name FROM sources"))
        db.session.remove()
        return found


def test_the_page_of_a_reader_never_waits_for_a_writer(shop: Callable[..., Flask]) -> None:
    app = shop()
    with app.app_context():
        client = app.test_client()
        with client.session_transaction() as session:
            session["sid"] = Cast().session_of("technician")
        only_read(False)
        db.session.execute(text("UPDATE sources SET name = 'Held'"))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: client.get("/queue").status_code).result(timeout=5) == 200
        db.session.rollback()


def test_the_checkpointer_keeps_the_log_small(shop: Callable[..., Flask]) -> None:
    app = shop()
    with app.app_context():
        start_checkpointer(app)
        start_checkpointer(app)  # a second call changes nothing
        assert told("wal_autocheckpoint") == 0
        db.session.rollback()
        db.engine.dialect.workshop["checkpointer"].stop()  # type: ignore[attr-defined]


def test_foreign_keys_are_enforced(shop: Callable[..., Flask]) -> None:
    with shop().app_context(), pytest.raises(Exception, match="FOREIGN KEY"):
        db.session.execute(text("INSERT INTO benches (site_id, code) VALUES (999, 'X')"))


# --- the queue in front of BEGIN IMMEDIATE ---------------------------------------------------------------------


def test_writers_of_several_processes_take_turns(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("0")
    spawn = multiprocessing.get_context("spawn")
    works = [spawn.Process(target=count, args=(tmp_path, 50)) for _ in range(3)]
    for work in works:
        work.start()
    for work in works:
        work.join(30)
    assert (tmp_path / "n").read_text() == "150"


def test_writers_of_several_threads_take_turns(tmp_path: Path) -> None:
    queue, inside = WritersQueue(tmp_path / "q"), []

    def enter() -> None:
        with queue:
            inside.append(1)
            assert len(inside) == 1
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(enter) for _ in range(100)]:
            done.result()


def test_a_killed_process_leaves_the_queue_free(tmp_path: Path) -> None:
    holder = multiprocessing.get_context("spawn").Process(target=hold_for_ever, args=(tmp_path,))
    holder.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    holder.kill()
    holder.join(10)
    with WritersQueue(tmp_path / "q"):
        assert True


def test_the_file_is_a_plain_sqlite_database(shop: Callable[..., Flask]) -> None:
    app = shop()
    with app.app_context():
        plain = sqlite3.connect(f"file:{db.engine.url.database}?mode=ro", uri=True)
    assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
