"""What has a label: each room says what stands on its things' labels, and which sizes suit them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.actions import Act, Kind
from workshop.core.actor import AT_WORK, Actor
from workshop.core.barcodes import Barcode
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.house import house
from workshop.core.label_layout import SIZES, Label, Size
from workshop.core.own_codes import own_code, read_own_code

# A run stays short: what a roll or four sheets hold.
MOST: Final = 260
SHEETS: Final = tuple(key for key, size in SIZES.items() if size.sheet)
ROLLS: Final = ("unit", "part")


@dataclass(frozen=True)
class LabelKind:
    """A kind of label. `on` names the kind of thing that carries it, `label` says what stands on it.

    `label` raises Refused for a thing that has none just now. `size` is taken where nobody chose another.
    """

    name: str
    title: Any
    on: str
    label: Callable[[Any], Label]
    size: str = "unit"
    sizes: tuple[str, ...] = (*ROLLS, *SHEETS)
    roles: frozenset[str] = AT_WORK

    @property
    def event(self) -> str:
        """The action that tells of it in the story of the thing."""
        return f"{self.name}_label_printed"


def add(kind: LabelKind) -> None:
    """Bring a kind of label into the house."""
    house().extensions.setdefault("label_kinds", {})[kind.name] = kind


def kinds() -> dict[str, LabelKind]:
    """Return every kind of label."""
    found: dict[str, LabelKind] = house().extensions.get("label_kinds", {})
    return found


def kind_named(name: str) -> LabelKind:
    """Return a kind of label. Raises Refused naming those that there are."""
    found = kinds().get(name)
    if found is None:
        raise Refused(
            _("There is no label called '%(kind)s'.", kind=name[:40]),
            _("Take one of: %(kinds)s.", kinds=", ".join(kinds())),
            field="kind",
        )
    return found


def size_of(kind: LabelKind, key: str) -> Size:
    """Return the size that was asked for, or the usual one. Raises Refused for one that does not suit."""
    key = key or kind.size
    if key not in kind.sizes:
        raise Refused(
            _("This label is not printed in the size '%(size)s'.", size=key[:20]),
            _("Take one of: %(sizes)s.", sizes=", ".join(kind.sizes)),
            field="size",
        )
    return SIZES[key]


def size_words(size: Size) -> str:
    """Return a size as people say it."""
    if size.sheet:
        return str(_("A4, %(n)s of %(w)s × %(h)s mm", n=size.sheet.places, w=_mm(size.width_mm), h=_mm(size.height_mm)))
    return f"{_mm(size.width_mm)} × {_mm(size.height_mm)} mm"


def _mm(length: float) -> str:
    return f"{length:g}"


def between(kind: LabelKind, first: str, last: str) -> list[str]:
    """Return the codes from the first to the last, those that there are. Raises Refused for a range that is none."""
    a, b = read_own_code(first), read_own_code(last)
    if a is not None and b is not None and a.kind == b.kind:
        if not 0 <= b.number - a.number < MOST:
            raise _too_many() if b.number > a.number else _backwards()
        wanted = Barcode.code.in_([own_code(a.kind, n) for n in range(a.number, b.number + 1)])
    else:
        if last < first:
            raise _backwards()
        wanted = Barcode.code.between(first, last)
    query = select(Barcode.code).where(wanted, Barcode.kind == kind.on).order_by(Barcode.target_id).limit(MOST + 1)
    found = list(db.session.scalars(query))
    if len(found) > MOST:
        raise _too_many()
    return found


def _too_many() -> Refused:
    return Refused(_("More than %(n)s labels at once are too many.", n=MOST), _("Print them in parts."), field="last")


def _backwards() -> Refused:
    return Refused(_("This range ends before it begins."), _("Give the first code, then the last."), field="last")


def things(kind: LabelKind, codes: Sequence[str], act: Act, *, skip_strange: bool = False) -> list[Any]:
    """Return the things with these codes, each once. Raises Refused naming the first that is none.

    With `skip_strange` those of other sites are left out, as of a range that runs through several.
    """
    if len(codes) > MOST:
        raise _too_many()
    of: Kind[Any] = house().kinds[kind.on]
    found = []
    for code in dict.fromkeys(codes):
        thing = _thing(of, code, act)
        if thing is not None:
            found.append(thing)
        elif not skip_strange:
            raise NotFound(
                _("There is no %(kind)s with the code %(code)s.", kind=str(kind.title).lower(), code=code[:40]),
                _("Take it out of the list."),
                field="codes",
            )
    if not found:
        raise Refused(_("No code was given."), _("Type or scan codes, or give a first and a last."), field="codes")
    return found


def _thing(of: Kind[Any], code: str, act: Act) -> Any:
    try:
        thing = of.load(code, act)
    except NotFound:
        return None
    return thing if act.by.works_at(of.site_id(thing)) else None


def latest(kind: LabelKind, actor: Actor, limit: int = 30) -> list[tuple[str, str]]:
    """Return the newest things that carry this label, by code and title, to choose from."""
    of: Kind[Any] = house().kinds[kind.on]
    query = select(Barcode.code).where(Barcode.kind == kind.on).order_by(Barcode.target_id.desc(), Barcode.id)
    reader = Act(next(iter(house().actions.values())), actor, None)  # type: ignore[arg-type]
    found: dict[str, str] = {}
    for code in db.session.scalars(query.limit(4 * limit)):
        thing = _thing(of, code, reader)
        if thing is not None and len(found) < limit:
            _take(found, kind, of.ref(thing), thing)
    return list(found.items())


def _take(found: dict[str, str], kind: LabelKind, ref: str, thing: Any) -> None:
    try:
        found.setdefault(ref, kind.label(thing).title)
    except Refused:
        return  # it has no label just now
