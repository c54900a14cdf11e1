"""Printing labels: an action like any other, so that every print and reprint is in the story of its thing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core import label_kinds, labels
from workshop.core.actions import Act, Action, ModelKind, Outcome
from workshop.core.actor import AT_WORK
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import Base, BigId, Document, db
from workshop.core.errors import Refused
from workshop.core.house import House, house
from workshop.core.label_kinds import LabelKind

FORMS: Final = ("pdf", "png", "svg", "zpl")
_GAP: Final = re.compile(r"[\s,;]+")


class LabelRun(Base):
    """Labels that were printed together, and how: the file is made of it whenever it is fetched."""

    __tablename__ = "label_runs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    codes: Mapped[list[str]] = mapped_column(Document)
    size: Mapped[str] = mapped_column(String(12))
    form: Mapped[str] = mapped_column(String(4))
    dpi: Mapped[int]
    start: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(BigId)
    printed_at: Mapped[datetime]


class LabelCount(Base):
    """How often the label of one thing was printed."""

    __tablename__ = "label_counts"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    times: Mapped[int]


class LabelChoice(Base):
    """What was printed with last at a bench: the next label of this kind is printed alike."""

    __tablename__ = "label_choices"

    bench_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    size: Mapped[str] = mapped_column(String(12))
    form: Mapped[str] = mapped_column(String(4))
    dpi: Mapped[int]


def _kinds(_target: Any) -> list[tuple[str, Any]]:
    return [(kind.name, kind.title) for kind in label_kinds.kinds().values()]


def _sizes(_target: Any) -> list[tuple[str, Any]]:
    return [(key, label_kinds.size_words(size)) for key, size in labels.SIZES.items()]


def _forms(_target: Any) -> list[tuple[str, Any]]:
    return [(form, form.upper()) for form in FORMS]


class PrintLabels(Arguments):
    """Which labels and how. Codes may stand in one text, parted by blanks, commas or lines."""

    kind: Annotated[str, Field(max_length=16), Ask(_l("Label of"), choices=_kinds)]
    codes: Annotated[str, Field(max_length=12_000), Ask(_l("Codes"), _l("One a line."), kind="long")] = ""
    first: Annotated[str, Field(max_length=40), Ask(_l("From code"))] = ""
    last: Annotated[str, Field(max_length=40), Ask(_l("To code"))] = ""
    size: Annotated[str, Field(max_length=12), Ask(_l("Size"), choices=_sizes)] = ""
    form: Annotated[
        Literal["", "pdf", "png", "svg", "zpl"], Ask(_l("Form"), _l("ZPL for a label printer."), choices=_forms)
    ] = ""
    dpi: Annotated[Literal["", "203", "300"], Ask(_l("Dots per inch"), _l("As the printer has them."))] = ""
    start: Annotated[int, Field(ge=1, le=65), Ask(_l("First free place"), _l("Of the sheet: 1 on a new one."))] = 1
    reason: Annotated[str, Field(max_length=200), Ask(_l("Why again"), _l("May stay empty."))] = ""


def chosen(given: PrintLabels, act: Act) -> tuple[LabelKind, list[Any], dict[str, Any]]:
    """Return the kind, the things and how they are printed. Raises Refused where anything does not fit."""
    kind = label_kinds.kind_named(given.kind)
    codes = [code.upper() for code in _GAP.split(given.codes) if code]
    ranged = bool(given.first or given.last)
    if ranged:
        first, last = given.first.upper(), given.last.upper()
        codes += label_kinds.between(kind, first or last, last or first)
    found = label_kinds.things(kind, codes, act, skip_strange=ranged)
    usual = usual_choice(kind, act.by.bench_id)
    size = label_kinds.size_of(kind, given.size or usual["size"])
    form = given.form or usual["form"]
    if size.sheet and form == "zpl":
        raise Refused(
            _("A sheet is printed by an office printer, which reads no ZPL."),
            _("Take PDF, or a size on a roll."),
            field="form",
        )
    start = min(given.start, size.sheet.places) if size.sheet else 1
    return kind, found, {"size": size.key, "form": form, "dpi": int(given.dpi or usual["dpi"]), "start": start}


def usual_choice(kind: LabelKind, bench_id: int | None) -> dict[str, Any]:
    """Return how labels of this kind were printed last at a bench, or as its room proposes."""
    known = db.session.get(LabelChoice, (bench_id, kind.name)) if bench_id is not None else None
    if known is None:
        return {"size": kind.size, "form": "pdf", "dpi": 203}
    return {"size": known.size, "form": known.form, "dpi": known.dpi}


def render(kind: LabelKind, found: list[Any], how: dict[str, Any]) -> bytes:
    """Return the file to print."""
    drawn = [kind.label(thing) for thing in found]
    return labels.render(drawn, size=how["size"], format=how["form"], dpi=how["dpi"], skip=how["start"] - 1)


def _print(_target: None, given: PrintLabels, act: Act) -> Outcome:
    kind, found, how = chosen(given, act)
    render(kind, found[:1], how)  # a code too long for the label is refused before anything is written down
    of = house().kinds[kind.on]
    codes = [of.ref(thing) for thing in found]
    run = LabelRun(kind=kind.name, codes=codes, site_id=act.by.site_id, printed_at=act.now, **how)
    db.session.add(run)
    _remember(kind, how, act.by.bench_id)
    times = _count(kind, codes)
    db.session.flush()
    for thing, code in zip(found, codes, strict=True):
        data = {"size": how["size"], "times": times[code], "why": given.reason}
        act.follow(kind.event, thing, data)
    return Outcome(
        ngettext("%(num)s label to print.", "%(num)s labels to print.", len(codes)),
        _said(codes, times),
        data={"kind": kind.name, "n": len(codes), "codes": codes, **how},
        target=run,
        more={"run": run.id, "file": f"/labels/runs/{run.id}.{run.form}"},
    )


def _said(codes: list[str], times: dict[str, int]) -> str:
    again = [code for code in codes if times[code] > 1]
    if not again:
        return ""
    if len(codes) == 1:
        return str(_("%(code)s is printed for the %(n)s. time.", code=codes[0], n=times[codes[0]]))
    return str(ngettext("%(num)s was printed before.", "%(num)s were printed before.", len(again)))


def _remember(kind: LabelKind, how: dict[str, Any], bench_id: int | None) -> None:
    if bench_id is None:
        return
    known = db.session.get(LabelChoice, (bench_id, kind.name))
    if known is None:
        known = LabelChoice(bench_id=bench_id, kind=kind.name)
        db.session.add(known)
    known.size, known.form, known.dpi = how["size"], how["form"], how["dpi"]


def _count(kind: LabelKind, codes: list[str]) -> dict[str, int]:
    query = select(LabelCount).where(LabelCount.kind == kind.name, LabelCount.code.in_(codes)).with_for_update()
    known = {count.code: count for count in db.session.scalars(query)}
    for code in codes:
        if code not in known:
            known[code] = LabelCount(kind=kind.name, code=code, times=0)
            db.session.add(known[code])
        known[code].times += 1
    return {code: count.times for code, count in known.items()}


class Printed(Arguments):
    """What the story of the thing tells of a print."""

    size: str
    times: int
    why: str = ""


def _printed(_thing: Any, given: Printed, act: Act) -> Outcome:
    return Outcome(data={"size": given.size, "times": given.times, "reason": given.why})


def story_actions(kinds: list[LabelKind]) -> list[Action]:
    """Return, for each kind of label, the action that tells of a print in the story of the thing."""
    return [
        Action(
            kind.event,
            kind.title,
            kind.on,
            _printed,
            frozenset(),
            _l("Label printed, number %(times)s"),
            detail=_l("%(reason)s"),
            arguments=Printed,
            hidden=True,
            through_holds=True,
            icon="printer",
        )
        for kind in kinds
    ]


def bring(rooms: House, kinds: list[LabelKind]) -> None:
    """Bring a room's kinds of label into the house."""
    for kind in kinds:
        label_kinds.add(kind)
    rooms.add_actions(story_actions(kinds))


ACTIONS: Final = (
    Action(
        "print_labels",
        _l("Print labels"),
        "label_run",
        _print,
        AT_WORK,
        _l("%(n)s labels printed"),
        arguments=PrintLabels,
        creates=True,
        icon="printer",
        help=_l("One, a selection or a range; a sheet may begin at any place. Each print is in the thing's story."),
    ),
)


class RunKind(ModelKind[LabelRun]):
    """Runs of labels, known at the site where they were printed."""

    def show(self, target: LabelRun) -> dict[str, Any]:
        return {
            "id": target.id,
            "kind": target.kind,
            "codes": target.codes,
            "size": target.size,
            "form": target.form,
            "file": f"/labels/runs/{target.id}.{target.form}",
        }


def init_app(rooms: House) -> None:
    """Bring what every kind of label shares."""
    rooms.add_kind(RunKind("label_run", "label-runs", LabelRun))
    rooms.add_actions(ACTIONS)
