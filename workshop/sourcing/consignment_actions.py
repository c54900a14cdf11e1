"""What can be done to a delivery before it comes: announce it, say how its file is read, expect its devices."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field
from sqlalchemy import select

from workshop.accounts.models import Site
from workshop.core import work
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import PARTS_MANAGER, REFURBISHER, Actor
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.money import parse_amount
from workshop.jobs import intake
from workshop.jobs.choices import sources_choices
from workshop.sourcing import consignments
from workshop.sourcing.errors import BadManifest
from workshop.sourcing.models import Consignment
from workshop.sourcing.naming import own_words

DESK: Final = frozenset({PARTS_MANAGER, REFURBISHER})
EXPECT: Final = "sourcing.expect"
AT_ONCE: Final = 500


class Announce(Arguments):
    """A supplier's file."""

    source: Annotated[str, Ask(_l("From whom"), choices=sources_choices)]
    content: Annotated[str, Ask(_l("File"), _l("CSV or Excel (.xlsx), at most 20,000 lines."), kind="photo")]
    name: Annotated[str, Field(max_length=200)] = ""
    reference: Annotated[str, Field(max_length=60), Ask(_l("Their reference"), _l("Order or delivery number."))] = ""
    site: Annotated[str, Field(max_length=8)] = ""


def site_for(code: str, by: Actor) -> Site:
    """Return the site that is meant: the one named, else the person's own, else the first. Raises Refused."""
    query = select(Site).order_by(Site.id)
    if code:
        query = query.where(Site.code == code.upper())
    elif by.site_id is not None:
        query = query.where(Site.id == by.site_id)
    found = next((s for s in db.session.scalars(query) if by.works_at(s.id)), None)
    if found is None:
        raise Refused(_("There is no site %(code)s here.", code=code), _("Give the code of a site."), field="site")
    return found


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise BadManifest(_("The file is not base64."), _("Encode its bytes as base64."), field="content") from wrong


def _announce(_target: None, given: Announce, act: Act) -> Outcome:
    data, source = _bytes(given.content), intake.source_named(given.source)
    before = consignments.same_file(source.id, hashlib.sha256(data).hexdigest())
    if before is not None:
        words = _("This very file announced delivery %(code)s before.", code=before.code)
        return Outcome(words, _("Nothing was added."), tone="look", data={"again": True}, target=before)
    made = consignments.announce(
        source,
        given.name,
        data,
        site_id=site_for(given.site, act.by).id,
        reference=given.reference,
        now=act.now,
        by=act.by.person_id,
    )
    return Outcome(
        _("Delivery %(code)s: look whether the file is read right.", code=made.code),
        data={"source": source.code, "file": made.file_digest, "lines": made.in_file},
        target=made,
    )


class Reading(Arguments):
    """How the file is to be read; what is left out is proposed anew."""

    encoding: Annotated[str, Field(max_length=16)] = ""
    separator: Annotated[str, Field(max_length=1)] = ""
    heading: Annotated[int | None, Field(ge=0, le=1000)] = None
    columns: Annotated[list[str] | None, Field(max_length=100)] = None
    price: Annotated[str, Field(max_length=20)] = ""
    models: dict[str, str] = Field(default_factory=dict, max_length=200)
    model_config = {"extra": "forbid", "str_strip_whitespace": False}


def _read_file(consignment: Consignment, given: Reading, _act: Act) -> Outcome:
    consignments.require(consignment, "draft")
    if given.price.strip():
        parse_amount(given.price, "EUR", field="price")
    meant = {own_words(words): intake.model_named(name).id for words, name in given.models.items() if name.strip()}
    said = given.model_dump(exclude={"models"}, exclude_none=True)
    before = consignment.reading.get("models", {})
    consignment.reading = {**said, "models": {**before, **meant}}
    found = consignments.manifest_of(consignment)
    consignment.in_file = len(found.body)
    db.session.flush()
    data = {"reading": json.dumps({k: v for k, v in said.items() if v}, sort_keys=True), "models": len(meant)}
    return Outcome(_("The file is read as you said."), data=data)


def _import(consignment: Consignment, _given: NoArguments, act: Act) -> Outcome:
    consignments.require(consignment, "draft")
    found = consignments.manifest_of(consignment)
    good, bad = found.sorted_out(consignment.site_id, but_not=consignment.id)
    if not good:
        raise BadManifest(
            _("No line of this file can be expected."),
            _("Each is explained below: put them right first."),
            field="file",
        )
    consignment.state, consignment.in_file, consignment.left_out = "importing", len(found.body), len(bad)
    consignments.remember(consignment.source, found, consignment.reading)
    work.ask(EXPECT, consignment.code, act.now)
    return Outcome(
        ngettext("%(num)s device is being read in.", "%(num)s devices are being read in.", len(good)),
        ngettext("%(num)s line is left out.", "%(num)s lines are left out.", len(bad)) if bad else "",
        data={"devices": len(good), "left_out": len(bad)},
    )


class Expect(Arguments):
    """Some lines of the file, and whether they are the last."""

    lines: Annotated[list[dict[str, Any]], Field(max_length=AT_ONCE)]
    last: bool = False


def _expect_lines(consignment: Consignment, given: Expect, _act: Act) -> Outcome:
    consignments.require(consignment, "importing")
    consignments.expect(consignment, given.lines)
    if given.last:
        consignment.state = "expected"
    spelled = json.dumps(given.lines, sort_keys=True, separators=(",", ":"))
    return Outcome(
        ngettext("%(num)s device is expected.", "%(num)s devices are expected.", consignment.expected),
        data={
            "devices": len(given.lines),
            "to_line": consignment.read_to,
            "digest": hashlib.sha256(spelled.encode()).hexdigest(),
            "last": given.last,
        },
    )


def _drop(consignment: Consignment, _given: NoArguments, _act: Act) -> Outcome:
    consignments.require(consignment, "draft", "expected")
    consignments.drop(consignment)
    return Outcome(_("Delivery %(code)s is dropped: nothing of it is expected.", code=consignment.code), tone="look")


def _in(*states: str) -> Any:
    return lambda consignment: consignment.state in states


ACTIONS: Final = (
    Action(
        "announce_delivery",
        _l("Announce a delivery"),
        "consignment",
        _announce,
        DESK,
        _l("Announced with a file of %(lines)s lines"),
        arguments=Announce,
        creates=True,
        icon="upload",
        help=_l("Takes a supplier's file, as CSV or .xlsx. Nothing is expected before it has been looked at."),
    ),
    Action(
        "read_delivery",
        _l("Say how the file is read"),
        "consignment",
        _read_file,
        DESK,
        _l("Read anew"),
        arguments=Reading,
        offered=_in("draft"),
        icon="list-checks",
    ),
    Action(
        "import_delivery",
        _l("Expect these devices"),
        "consignment",
        _import,
        DESK,
        _l("%(devices)s devices to be read in, %(left_out)s lines left out"),
        offered=_in("draft"),
        icon="check-check",
    ),
    Action(
        "expect_lines",
        _l("Read lines in"),
        "consignment",
        _expect_lines,
        frozenset(),
        _l("%(devices)s devices read in, up to line %(to_line)s"),
        arguments=Expect,
        hidden=True,
    ),
    Action(
        "drop_delivery",
        _l("Drop this delivery"),
        "consignment",
        _drop,
        DESK,
        _l("Dropped"),
        offered=_in("draft", "expected"),
        icon="trash-2",
        danger=True,
    ),
)
