"""What is done with trays: laid open, filled by scanning, moved by one command, put away."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from workshop.core.actions import Act, Action, Kind, Outcome
from workshop.core.actor import AT_WORK
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.batch import Each, do_each
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.core.house import house
from workshop.jobs import tray_batch, trays
from workshop.jobs.target import OpenUnit
from workshop.jobs.tray_models import Tray


class TrayKind(Kind[Tray]):
    """Trays as targets of actions, named by their code."""

    name, plural = "tray", "trays"

    def load(self, ref: Any, act: Act) -> Tray:
        return ref if isinstance(ref, Tray) else trays.named(str(ref))

    def ref(self, target: Tray) -> str:
        return target.code

    def guard(self, action: Action, target: Tray, act: Act) -> None:
        if act.expected_version is not None and act.expected_version != target.version:
            raise Conflict(
                _("Tray %(tray)s was changed since you looked.", tray=target.code),
                _("Look at it, then do it again."),
                version=target.version,
            )

    def show(self, target: Tray) -> dict[str, Any]:
        return {
            "code": target.code,
            "name": target.name,
            "labelled": target.labelled,
            "place": target.place,
            "version": target.version,
            "units": [
                {"code": u.code, "title": u.title, "stage": u.stage, "version": u.version}
                for u in trays.units_on(target)
            ],
        }


class AddTray(Arguments):
    """A tray with a label of its own."""

    name: Annotated[str, Field(max_length=40), Ask(_l("Name"), _l("Such as Blue 3; may stay empty."))] = ""


def _site(act: Act) -> int:
    if act.by.site_id is None:
        raise Refused(_("You are at no bench, so it is not known at which site this is."), _("Choose a bench first."))
    return act.by.site_id


def _add(_target: None, given: AddTray, act: Act) -> Outcome:
    tray = trays.new(_site(act), name=given.name, labelled=True, now=act.now)
    return Outcome(
        _("Tray %(tray)s is made.", tray=tray.code),
        _("Print its label; scan it to put units on it."),
        data={"tray": tray.code, "name": tray.name},
        target=tray,
    )


def _start(_target: None, _given: NoArguments, act: Act) -> Outcome:
    tray = trays.without_label(_site(act), act.now)
    trays.lay_open(tray, act.by, act.now)
    return Outcome(
        _("A tray lies open."),
        _("Scan the units, then one command for all of them. *TRAY* puts it away."),
        data={"tray": tray.code},
        target=tray,
    )


def _open(tray: Tray, _given: NoArguments, act: Act) -> Outcome:
    trays.lay_open(tray, act.by, act.now)
    n = trays.count_on(tray.id)
    return Outcome(
        ngettext(
            "Tray %(tray)s lies open, %(num)s unit on it.",
            "Tray %(tray)s lies open, %(num)s units on it.",
            n,
            tray=tray.name or tray.code,
        ),
        _("Scan more units, or one command for all of them. *TRAY* puts it away."),
        data={"tray": tray.code, "n": n},
    )


def _on_it(n: int) -> str:
    return str(ngettext("%(num)s unit on it.", "%(num)s units on it.", n))


def _put_away(tray: Tray, _given: NoArguments, act: Act) -> Outcome:
    if not tray.is_open:
        raise Refused(_("This tray does not lie open."), _("Scan its label to open it."))
    n = trays.count_on(tray.id)
    trays.put_away(tray, act.now)
    return Outcome(
        ngettext("Tray put away, %(num)s unit.", "Tray put away, %(num)s units.", n),
        _("They stay on it: scan its label to go on.") if tray.labelled else _("Each is by itself again."),
        data={"tray": tray.code, "n": n},
    )


class DoAll(Arguments):
    """The command or the card's code that is meant for each unit of the tray."""

    code: Annotated[str, Field(min_length=2, max_length=64), Ask(_l("Code"), _l("Such as *NEXT*."))]
    leave_out: Annotated[bool, Ask(_l("Leave out those that cannot"))] = False


def _do_all(tray: Tray, given: DoAll, act: Act) -> Outcome:
    return tray_batch.do_all(tray, given.code.upper(), leave_out=given.leave_out, act=act)


def _undo_all(tray: Tray, _given: NoArguments, act: Act) -> Outcome:
    return tray_batch.undo_all(tray, act)


class PutOnTray(Arguments):
    """The tray, by its code."""

    tray: Annotated[str, Field(min_length=2, max_length=20), Ask(_l("Tray"), _l("Scan its label."))]


def _put_on(unit: OpenUnit, given: PutOnTray, act: Act) -> Outcome:
    tray = trays.named(given.tray)
    if tray.site_id != unit.site_id:
        raise NotFound(_("There is no tray with this code."), _("Scan its label again."), field="tray")
    new, moved_from, before = trays.put_on(unit, tray, now=act.now, by=act.by.person_id)
    n = trays.count_on(tray.id)
    if not new:
        return Outcome(
            _("%(unit)s lies on this tray already: counted once.", unit=unit.title),
            _on_it(n),
            tone="look",
            data={"tray": tray.code, "new": False},
        )
    other = moved_from.name or moved_from.code if moved_from else ""
    return Outcome(
        _("%(unit)s put on the tray: number %(n)s.", unit=unit.title, n=n),
        _("It was on tray %(tray)s until now.", tray=other) if other else _("Scan the next one, or a command for all."),
        tone="look" if other else "yes",
        data={"tray": tray.code, "new": True, "off": moved_from.code if moved_from else ""},
        undo=before,
    )


def _take_off(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    trays.take_back(unit, before, now=act.now, by=act.by.person_id)
    return Outcome(_("%(unit)s is off the tray again.", unit=unit.title))


class FillTray(PutOnTray):
    """The tray, and the units by their codes, parted by blanks or lines."""

    units: Annotated[str, Field(min_length=2, max_length=4000), Ask(_l("Units"), _l("Their codes."), kind="long")]


def _fill(_target: None, given: FillTray, act: Act) -> Outcome:
    tray = trays.named(given.tray)
    if not act.by.works_at(tray.site_id):
        raise NotFound(_("There is no tray with this code."), _("Scan its label again."), field="tray")
    kind: Kind[OpenUnit] = house().kinds["unit"]
    units = [kind.load(code, act) for code in dict.fromkeys(given.units.upper().split())]
    what: Each[OpenUnit] = do_each(act, ((unit, "put_on_tray", {"tray": tray.code}) for unit in units), {})
    if what.refused:
        which = " ".join(f"{unit.code}: {why.what}" for unit, why in what.refused)
        raise Refused(_("Nothing was changed. Not put there: %(which)s", which=which), _("Leave those out."))
    return Outcome(
        ngettext("%(num)s unit put on the tray.", "%(num)s units put on the tray.", len(units)),
        _on_it(trays.count_on(tray.id)),
        data={"tray": tray.code, "n": len(units), "units": [unit.code for unit in units]},
        target=tray,
    )


ACTIONS: Final = (
    Action(
        "add_tray",
        _l("Make a tray"),
        "tray",
        _add,
        AT_WORK,
        _l("Tray made"),
        arguments=AddTray,
        creates=True,
        icon="package-plus",
        help=_l("A tray with a label of its own. Units are put on it by scanning it, then them."),
    ),
    Action(
        "start_tray",
        _l("Tray without a label"),
        "tray",
        _start,
        AT_WORK,
        _l("Laid open without a label"),
        creates=True,
        icon="package",
        help=_l("*TRAY* does so at a bench: what is scanned from then on lies on it together."),
    ),
    Action(
        "open_tray",
        _l("Lay the tray open"),
        "tray",
        _open,
        AT_WORK,
        _l("Laid open, %(n)s units"),
        icon="package",
        help=_l("The scan of its label does so. Units scanned after that are put on it."),
    ),
    Action(
        "put_tray_away",
        _l("Put the tray away"),
        "tray",
        _put_away,
        AT_WORK,
        _l("Put away, %(n)s units"),
        icon="package",
        help=_l("*TRAY* does so while one lies open."),
    ),
    Action(
        "do_all",
        _l("One command for the whole tray"),
        "tray",
        _do_all,
        AT_WORK,
        _l("%(what)s: %(n)s units"),
        arguments=DoAll,
        icon="split",
        minutes=5,
        help=_l("Every unit, or none: those that cannot are listed with why. *REST* leaves them out."),
    ),
    Action(
        "undo_all",
        _l("Undo for the whole tray"),
        "tray",
        _undo_all,
        AT_WORK,
        _l("Taken back: %(n)s units"),
        icon="undo-2",
        help=_l("*UNDO* does so after a command for the whole tray. What was touched since stays."),
    ),
    Action(
        "put_on_tray",
        _l("Put on a tray"),
        "unit",
        _put_on,
        AT_WORK,
        _l("Put on tray %(tray)s"),
        arguments=PutOnTray,
        undo=_take_off,
        single=True,
        icon="package",
        help=_l("The scan of a unit does so while a tray lies open."),
    ),
    Action(
        "fill_tray",
        _l("Put several on a tray"),
        "tray",
        _fill,
        AT_WORK,
        _l("%(n)s units put on it"),
        arguments=FillTray,
        creates=True,
        icon="package",
        help=_l("Every one of them, or none. Rows that are ticked in a list of units come here."),
    ),
)
