"""Lists: declared once, they filter, sort by the heads of their columns, page by key, and export what they show.

A list's whole state is in its address: `sort` (a column, with a dash for the other way round), `after` (the key from
which the page goes on), and one argument for each filter. What it lists comes from a `Table`, whose page is found by
key, so that the last page costs as much as the first; or from a `Few` that are in memory anyhow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select, union_all

from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.core.money import plain_amount

PAGE: Final = 50
# An export is written in pieces of so many rows: no list is ever in memory as a whole.
CHUNK: Final = 500
LONGEST_FILTER: Final = 8000
ALL: Final = _l("All")


@dataclass(frozen=True)
class Column:
    """A column: its head, what of a row an export writes, and by what it is sorted.

    `sort` is an expression that is never NULL for a Table, a function of a row for a Few; without, it has no order.
    One that is not `drawn` is in the file alone, where a cell holds one thing; the page puts two under each other.
    """

    key: str
    label: Any
    value: Callable[[Any], Any]
    sort: Any = None
    number: bool = False
    drawn: bool = True


@dataclass(frozen=True)
class Filter:
    """What a list can be narrowed by. `where(value)` is a condition for a Table, a function of a row for a Few; True
    where what is listed was narrowed already.

    With `options` it is chosen, and `unset` says what no choice means; else it is typed. A `hidden` one has no field
    of its own: a link or another page sets it.
    """

    key: str
    label: Any
    where: Callable[[str], Any]
    options: Callable[[], Sequence[tuple[str, Any]]] | None = None
    hidden: bool = False
    unset: Any = ALL


@dataclass(frozen=True)
class Order:
    """By what the rows stand in order."""

    column: Column
    down: bool
    after: str = ""


@dataclass(frozen=True)
class Ticks:
    """That rows can be ticked: which kind of label their things carry, and the code of a row's thing, '' for none."""

    kind: str
    code: Callable[[Any], str]


def has_words(*columns: Any) -> Callable[[str], Any]:
    """Return what narrows a list to rows in whose columns, taken together, each typed word is."""

    def condition(text: str) -> Any:
        every = (func.lower(func.coalesce(c, "")) for c in columns)
        joined: Any = next(every)
        for more in every:
            joined = joined.concat(" ").concat(more)
        return and_(*(joined.contains(w, autoescape=True) for w in text.lower().split()))

    return condition


class Source(Protocol):
    """Where the rows come from."""

    def page(self, order: Order, where: list[Any], limit: int) -> tuple[list[Any], str]:
        """Return the rows after `order.after`, and the key from which the next page goes on, if there is one."""


@dataclass(frozen=True)
class Listing:
    """A list. `sort` is its order at first, as in its address; `none` says why it is empty, without any filter."""

    name: str
    columns: tuple[Column, ...]
    source: Source
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    none: Any = ""
    size: int = PAGE
    ticks: Ticks | None = None

    def column(self, key: str) -> Column:
        """Return the column that can be sorted by. Raises BadRequest where there is none."""
        found = next((c for c in self.columns if c.key == key and c.sort is not None), None)
        if found is None:
            raise BadRequest(
                _("This list is not sorted by %(key)s.", key=key), _("Take the head of a column."), field="sort"
            )
        return found


@dataclass(frozen=True)
class State:
    """What an address says of a list."""

    sort: str
    after: str
    chosen: dict[str, str]

    @property
    def key(self) -> str:
        """The column it is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def down(self) -> bool:
        """Whether the largest stands first."""
        return self.sort.startswith("-")


def state_of(listing: Listing, given: Mapping[str, str]) -> State:
    """Read an address. Raises BadRequest where it names what this list has not."""
    sort = given.get("sort") or listing.sort
    listing.column(sort.removeprefix("-"))
    chosen = {f.key: given.get(f.key, "").strip()[:LONGEST_FILTER] for f in listing.filters}
    for each in listing.filters:
        _refuse_unknown(each, chosen[each.key])
    return State(sort, given.get("after", ""), {k: v for k, v in chosen.items() if v})


def _refuse_unknown(wanted: Filter, value: str) -> None:
    if value and wanted.options and value not in {str(v) for v, _label in wanted.options()}:
        what = _("This list has no %(value)s.", value=value[:40])
        raise BadRequest(what, _("Choose one of the filter."), field=wanted.key)


@dataclass(frozen=True)
class Page:
    """One page of a list, with every address that leads on from it."""

    listing: Listing
    state: State
    rows: list[Any]
    after: str

    @property
    def filtered(self) -> bool:
        """Whether something is left out by a filter."""
        return bool(self.state.chosen)

    def address(self, **changes: str) -> str:
        """Return the address of this list with something changed; another order or filter begins at its first page."""
        sort = self.state.sort if self.state.sort != self.listing.sort else ""
        held = {"sort": sort, **self.state.chosen} | changes
        return "?" + urlencode({k: v for k, v in held.items() if v})

    def heads(self) -> list[dict[str, Any]]:
        """Return the columns' heads: each that can be sorted by is a link to the list in that order."""
        return [self._head(c) for c in self.listing.columns if c.drawn]

    def _head(self, column: Column) -> dict[str, Any]:
        own = column.key == self.state.key
        turned = column.key if own and self.state.down else f"-{column.key}" if own else column.key
        return {
            "column": column,
            "url": self.address(sort=turned if turned != self.listing.sort else "") if column.sort is not None else "",
            "sorted": ("descending" if self.state.down else "ascending") if own else "",
        }

    def tick_codes(self) -> list[str]:
        """Return for each row the code of its box: '' where there is nothing to tick, or it was there above."""
        ticks = self.listing.ticks
        codes = [ticks.code(row) for row in self.rows] if ticks is not None else []
        return [code if code not in codes[:place] else "" for place, code in enumerate(codes)]

    def orders(self) -> list[tuple[str, str, bool]]:
        """Return every order, for a narrow page that has no heads: value, label, whether it is the present one."""
        able = [c for c in self.listing.columns if c.sort is not None]
        turned = ((f"{dash}{c.key}", c, dash) for c in able for dash in ("", "-"))
        return [(value, f"{c.label} {'↓' if dash else '↑'}", value == self.state.sort) for value, c, dash in turned]


def page(listing: Listing, given: Mapping[str, str]) -> Page:
    """Return the page that an address asks for."""
    state = state_of(listing, given)
    rows, after = listing.source.page(_order(listing, state), _where(listing, state), listing.size)
    return Page(listing, state, rows, after)


def every_row(listing: Listing, given: Mapping[str, str]) -> Iterator[Any]:
    """Yield every row that an address's filters leave, in its order, from the first one on."""
    state = replace(state_of(listing, given), after="")
    order, where = _order(listing, state), _where(listing, state)
    while True:
        rows, after = listing.source.page(order, where, CHUNK)
        yield from rows
        if not after:
            return
        order = replace(order, after=after)


def _order(listing: Listing, state: State) -> Order:
    return Order(listing.column(state.key), state.down, state.after)


def _where(listing: Listing, state: State) -> list[Any]:
    found = [f.where(state.chosen[f.key]) for f in listing.filters if f.key in state.chosen]
    return [w for w in found if w is not True]


def amount(minor: int | None, currency: str) -> Decimal | None:
    """Return money as a number that a spreadsheet can add up."""
    return None if minor is None else Decimal(plain_amount(minor, currency))


def totals(listing: Listing, given: Mapping[str, str], *sums: Any) -> Any:
    """Return sums over every row of a Table that an address's filters leave."""
    assert isinstance(listing.source, Table)
    state = state_of(listing, given)
    query = listing.source.query.with_only_columns(*sums, maintain_column_froms=True)
    query = query.where(*listing.source.only, *_where(listing, state))
    return db.session.execute(query).one()


# --- where rows come from -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Rows of the database. `make` makes one of what `query` gives, `key` is a unique number of each.

    `only` are the conditions of what belongs to the list. `stretches` may return conditions that each are one stretch
    of an index in this order, and together say the same: the page is then found by reading no more than one page of
    each, where both databases would otherwise sort all that the filters leave. Its rows are fetched by their numbers
    alone: told `only` as well, SQLite goes through all that belongs to the list to find those few in it.
    `dress` may look up, for all rows of a page at once, what else they show.
    """

    query: Select[Any]
    key: Any
    make: Callable[[Any], Any] = lambda row: row[0]
    stretches: Callable[[Order], list[Any] | None] = lambda _order: None
    dress: Callable[[list[Any]], list[Any]] = lambda rows: rows
    only: tuple[Any, ...] = ()

    def page(self, order: Order, where: list[Any], limit: int) -> tuple[list[Any], str]:
        """Return a page of rows."""
        by = order.column.sort
        found = self.query.add_columns(by.label("sorted_by"), self.key.label("row_key"))
        stretches = self.stretches(order) if not where else None
        if stretches is not None:
            found = found.where(self.key.in_(self._places(stretches, order, limit + 1)))
        else:
            found = found.where(*self.only, *where, *_beyond(by, self.key, order))
        found = found.order_by(*_ordered(by, self.key, order.down))
        rows = db.session.execute(found.limit(limit + 1)).unique().all()
        made = self.dress([self.make(row[:-2]) for row in rows[:limit]])
        return made, _held(rows[limit - 1][-2:]) if len(rows) > limit else ""

    def _places(self, stretches: list[Any], order: Order, limit: int) -> list[int]:
        by, key = order.column.sort, self.key
        parts = [
            select(
                select(key.label("row_key"), by.label("sorted_by"))
                .where(stretch, *_beyond(by, key, order))
                .order_by(*_ordered(by, key, order.down))
                .limit(limit)
                .subquery()
            )
            for stretch in stretches
        ]
        if not parts:
            return []
        every = union_all(*parts).subquery()
        query = select(every.c.row_key).order_by(*_ordered(every.c.sorted_by, every.c.row_key, order.down))
        return list(db.session.scalars(query.limit(limit)))


def _ordered(by: Any, key: Any, down: bool) -> tuple[Any, ...]:
    if by is key:
        return (key.desc() if down else key,)
    return (by.desc(), key.desc()) if down else (by, key)


def _beyond(by: Any, key: Any, order: Order) -> list[Any]:
    """Return the conditions of what comes after a key; the first alone is what an index can begin at."""
    if not order.after:
        return []
    value, number = _read_key(order.after, by.type.python_type)
    if order.down:
        return [by <= value, or_(by < value, and_(by == value, key < number))]
    return [by >= value, or_(by > value, and_(by == value, key > number))]


def _held(last: Any) -> str:
    value, number = last
    return f"{value.isoformat() if isinstance(value, (datetime, date)) else value}~{number}"


def _read_key(after: str, kind: type[Any]) -> tuple[Any, int]:
    text, _tilde, number = after.rpartition("~")
    readers: dict[type[Any], Callable[[str], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat}
    try:
        value = readers.get(kind, kind)(text)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value, int(number)
    except (ValueError, ArithmeticError) as bad:
        raise BadRequest(_("This is no place in the list."), _("Begin at the first page."), field="after") from bad


@dataclass(frozen=True)
class Few:
    """Rows that are in memory: so few that they are sorted there. `key` is unique text of each."""

    rows: Sequence[Any]
    key: Callable[[Any], str]

    def page(self, order: Order, where: list[Any], limit: int) -> tuple[list[Any], str]:
        """Return a page of rows."""
        kept = sorted((r for r in self.rows if all(w(r) for w in where)), key=self.key)
        kept.sort(key=order.column.sort, reverse=order.down)
        keys = [self.key(r) for r in kept]
        if order.after and order.after not in keys:
            raise BadRequest(_("This is no place in the list."), _("Begin at the first page."), field="after")
        first = keys.index(order.after) + 1 if order.after else 0
        shown = kept[first : first + limit]
        return shown, self.key(shown[-1]) if len(kept) > first + limit else ""
