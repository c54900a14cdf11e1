"""A delivery from its file to the day it is counted."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from workshop.core import barcodes
from workshop.core.bulk import insert_rows
from workshop.core.codes import own_code
from workshop.core.db import db
from workshop.core.errors import Conflict, NotFound
from workshop.jobs.models import Source
from workshop.sourcing import columns, manifest
from workshop.sourcing.manifest import Manifest
from workshop.sourcing.models import Consignment, ConsignmentFile, ConsignmentLine, Partner

STATES: Final = frozenset({"draft", "importing", "expected", "receiving", "counted", "reported", "dropped"})
RECEIVED: Final = ("expected", "receiving")
LAST_SHOWN: Final = 12


def partner_of(source_id: int) -> Partner | None:
    """Return the terms of a source, or None where nobody has set any."""
    return db.session.get(Partner, source_id)


def terms_with(source_id: int) -> Partner:
    """Return the terms of a source: those that were set, else the usual ones, which are not kept."""
    return partner_of(source_id) or Partner(
        source_id=source_id,
        kind="supplier",
        email="",
        claim_days=14,
        answer_days=7,
        encoding="cp1252",
        separator="",
        columns={},
        models={},
    )


def terms_of(source: Source) -> Partner:
    """Return the terms of a source, kept from now on."""
    found = terms_with(source.id)
    db.session.add(found)
    db.session.flush()
    return found


def same_file(source_id: int, digest: str) -> Consignment | None:
    """Return the delivery that this file announced before, or None."""
    query = select(Consignment).where(Consignment.source_id == source_id, Consignment.file_digest == digest)
    return db.session.scalars(query.where(Consignment.state != "dropped")).one_or_none()


def announce(
    source: Source, name: str, data: bytes, *, site_id: int, reference: str, now: datetime, by: int | None
) -> Consignment:
    """Begin a delivery with the supplier's file; nothing is expected yet. Raises BadManifest."""
    found = manifest.open_file(data, manifest.remembered(partner_of(source.id)), {})
    consignment = Consignment(
        code=f"~{uuid.uuid4().hex[:14]}",  # the code is made of the number, which the database gives
        source_id=source.id,
        site_id=site_id,
        reference=reference,
        file_digest=hashlib.sha256(data).hexdigest(),
        in_file=len(found.body),
        reading={},
        created_at=now,
        created_by=by,
    )
    db.session.add(consignment)
    db.session.flush()
    consignment.code = own_code("C", consignment.id)
    barcodes.register(consignment.code, "consignment", consignment.id)
    db.session.add(ConsignmentFile(consignment_id=consignment.id, name=name[-120:], content=data))
    return consignment


def file_of(consignment: Consignment) -> ConsignmentFile:
    """Return the supplier's file. Raises NotFound once the delivery is counted."""
    found = db.session.get(ConsignmentFile, consignment.id)
    if found is None:
        raise NotFound(_("The file of this delivery is no longer kept."), _("What it held stands in the list."))
    return found


def manifest_of(consignment: Consignment) -> Manifest:
    """Return the file of a delivery, read as was chosen. Raises BadManifest."""
    known = manifest.remembered(partner_of(consignment.source_id))
    return manifest.open_file(file_of(consignment).content, known, consignment.reading)


def require(consignment: Consignment, *states: str) -> None:
    """Raise Conflict unless the delivery is in one of `states`."""
    if consignment.state not in states:
        raise Conflict(
            _("Delivery %(code)s is %(state)s.", code=consignment.code, state=consignment.state),
            _("Look at its page: it says what can be done now."),
            field="state",
        )


def remember(source: Source, found: Manifest, reading: Mapping[str, Any]) -> None:
    """Keep how this file was read for the supplier's next one."""
    terms = terms_of(source)
    if found.table.encoding:
        terms.encoding, terms.separator = found.table.encoding, found.table.separator
    said = {columns.plain(h): f for h, f in zip(found.headings, found.columns, strict=False) if columns.plain(h)}
    terms.columns = {**terms.columns, **said}
    terms.models = {**terms.models, **reading.get("models", {})}


def expect(consignment: Consignment, rows: Sequence[Mapping[str, Any]]) -> None:
    """Expect these devices too."""
    if rows:
        insert_rows(ConsignmentLine, [{"consignment_id": consignment.id, **row} for row in rows])
        consignment.expected += len(rows)
        consignment.read_to = rows[-1]["number"]


def numbers_in(consignment: Consignment) -> set[int]:
    """Return the lines of the file that became expected devices."""
    query = select(ConsignmentLine.number).where(
        ConsignmentLine.consignment_id == consignment.id, ConsignmentLine.number.is_not(None)
    )
    return {number for number in db.session.scalars(query) if number is not None}


def by_code(code: str) -> Consignment | None:
    """Return the delivery of this code, in capitals or not."""
    return db.session.scalars(select(Consignment).where(Consignment.code == code.upper())).one_or_none()


def last_checked(consignment_id: int) -> list[ConsignmentLine]:
    """Return the devices that were scanned last, the newest first."""
    query = (
        select(ConsignmentLine)
        .where(ConsignmentLine.consignment_id == consignment_id, ConsignmentLine.checked_at.is_not(None))
        .order_by(ConsignmentLine.checked_at.desc(), ConsignmentLine.id.desc())
        .limit(LAST_SHOWN)
    )
    return list(db.session.scalars(query))


def counts(consignment_id: int) -> dict[str, int]:
    """Return how many devices of a delivery stand in each state."""
    query = select(ConsignmentLine.state, func.count()).where(ConsignmentLine.consignment_id == consignment_id)
    found = dict.fromkeys(("expected", "found", "wrong_model", "missing", "surplus"), 0)
    return found | {state: n for state, n in db.session.execute(query.group_by(ConsignmentLine.state))}


def count_up(consignment: Consignment, now: datetime) -> None:
    """End the receiving: what has not come is missing, and the file is let go."""
    mine = ConsignmentLine.consignment_id == consignment.id
    db.session.execute(update(ConsignmentLine).where(mine, ConsignmentLine.state == "expected").values(state="missing"))
    db.session.execute(delete(ConsignmentFile).where(ConsignmentFile.consignment_id == consignment.id))
    consignment.state, consignment.counted_at = "counted", now


def count_again(consignment: Consignment) -> None:
    """Go on receiving: what is missing may still come."""
    mine = ConsignmentLine.consignment_id == consignment.id
    db.session.execute(update(ConsignmentLine).where(mine, ConsignmentLine.state == "missing").values(state="expected"))
    consignment.state, consignment.counted_at, consignment.reported_at = "receiving", None, None


def drop(consignment: Consignment) -> None:
    """Forget a delivery of which nothing has come."""
    db.session.execute(delete(ConsignmentFile).where(ConsignmentFile.consignment_id == consignment.id))
    db.session.execute(delete(ConsignmentLine).where(ConsignmentLine.consignment_id == consignment.id))
    consignment.state = "dropped"
