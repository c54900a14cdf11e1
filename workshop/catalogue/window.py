"""Until when spare parts for a model can be had: every policy that applies, and the one that decides.

Sources: Regulation (EU) 2023/1670, Annex I (46)-(47) and Annex II B 1.1; the articles in `policies.toml`.
The law counts from the last unit placed on the market. Makers do not publish that day, so the end of their
own sales stands in for it, and launch does where that is not known either: launch is never later than the
last unit, so such an end is cautious, and it always says that it was assumed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.catalogue.dates import (
    PartialDate,
    add_months,
    add_working_days,
    read_partial,
    whole_months_between,
)
from workshop.catalogue.reference import Policy
from workshop.core.errors import Refused
from workshop.core.language import lazy_date, lazy_partial

__all__ = [
    "ModelFacts",
    "OutsideWindow",
    "Policy",
    "State",
    "Window",
    "WindowAnswer",
    "delivery_due",
    "may_order",
    "regions_within",
    "windows_for",
]

EU_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"


class State(StrEnum):
    """How a spare-part window stands. Not covered means that no duty was ever there: it is not closed."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    NOT_COVERED = "not_covered"


STATE_LABELS: dict[State, Any] = {
    State.OPEN: _l("Open"),
    State.CLOSING: _l("Closing"),
    State.CLOSED: _l("Closed"),
    State.NOT_COVERED: _l("Not covered"),
}
BASIS_LABELS: dict[str, Any] = {
    "launch": _l("from launch"),
    "last_placed": _l("from the last unit placed on the market"),
    "last_manufactured": _l("from the last unit made"),
    "end_of_distribution": _l("from the end of distribution"),
    "sales_end": _l("from the end of the maker's sales"),
    "none": "",
}


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model. Dates may be YYYY, YYYY-MM, a whole date or empty.

    `still_placed` is True only where it is known that new units still come to the market.
    """

    category: str
    maker: str
    launch: str | date
    sales_end: str | date | None = None
    last_placed: str | date | None = None
    last_manufactured: str | date | None = None
    still_placed: bool = False
    wholesale_usd_minor: int | None = None
    has_battery: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """What one policy says of a model. `end` is the last day; None means no end is in sight.

    `basis` is what was really counted from; `is_assumed` is set where that is not the policy's own basis,
    and `assumption` says so, or says why the model is not covered.
    """

    policy: Policy
    state: State
    start: date | None
    end: date | None
    basis: str
    counted_from: str = ""
    is_assumed: bool = False
    assumption: Any = ""
    stock_until: date | None = None

    @property
    def article(self) -> str:
        """The article that the policy comes from."""
        return self.policy.article

    @property
    def is_fallback(self) -> bool:
        """True for the planning rule and for an end counted from launch in the law's place."""
        return self.policy.is_fallback or (self.is_assumed and self.basis == "launch")

    @property
    def basis_label(self) -> Any:
        """What the years count from, in words."""
        return BASIS_LABELS[self.basis]


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """Every policy's window, the one that decides (None: no policy speaks of this model) and its state."""

    windows: tuple[Window, ...]
    deciding: Window | None
    today: date

    @property
    def state(self) -> State:
        """The deciding window's state."""
        return self.deciding.state if self.deciding else State.NOT_COVERED

    @property
    def end(self) -> date | None:
        """The last day on which parts can be counted on; None without an end in sight, or not covered."""
        return self.deciding.end if self.deciding else None

    @property
    def months_left(self) -> int | None:
        """Whole months to the end, negative once it has passed; None where there is no end."""
        return whole_months_between(self.today, self.end) if self.end else None

    @property
    def elapsed_sevenths(self) -> float:
        """How many of the seven ticks are filled, 0.0 to 7.0."""
        if self.deciding is None or self.deciding.end is None or self.state is State.NOT_COVERED:
            return 0.0
        begin = add_months(self.deciding.end, -12 * self.deciding.policy.years)
        run = (self.today - begin).days / (self.deciding.end - begin).days
        return round(7 * min(max(run, 0.0), 1.0), 2)


class OutsideWindow(Refused):
    """An order was refused because the spare-part window is closed; it may be overridden with a reason."""

    kind = "outside-window"


def windows_for(
    model: ModelFacts,
    *,
    region: str,
    part_kind: str | None,
    today: date,
    policies: Iterable[Policy],
    closing_months: int = 12,
) -> WindowAnswer:
    """Return every window that applies to this model and kind of part in this region, and which one decides.

    `region` is an EU country (FR), EU as a whole, or a state such as US-CA. Without `part_kind` the answer is
    for the parts that each policy lists.
    """
    chosen = [policy for policy in policies if _applies(policy, model, region)]
    windows = tuple(_window(policy, model, part_kind, today, closing_months) for policy in chosen)
    return WindowAnswer(windows, _deciding(windows), today)


def may_order(answer: WindowAnswer) -> OutsideWindow | None:
    """Return why parts may not be ordered now, or None. Not covered is no bar: some may still sell them."""
    if answer.state is not State.CLOSED or answer.deciding is None or answer.end is None:
        return None
    what = _l(
        "The spare-part window closed on %(end)s, counted %(basis)s (%(article)s).",
        end=lazy_date(answer.end),
        basis=answer.deciding.basis_label,
        article=_l(answer.deciding.article),
    )
    return OutsideWindow(what, _l("Take the part from a donor, or order it with a reason."), field="reason")


def delivery_due(ordered_on: date, policy: Policy, window: Window, holidays: Collection[date]) -> date | None:
    """Return the last day on which the law lets the maker deliver; None where the policy sets no limit.

    The shorter limit holds in the first years of the window itself, not of the time since sales ended. It
    binds the maker, importer or authorised representative, not an independent dealer: the caller knows which.
    Source: Regulation (EU) 2023/1670, Annex II B 1.1(3).
    """
    if policy.delivery_days is None or window.state is State.NOT_COVERED or window.start is None:
        return None
    days = policy.delivery_days
    if policy.delivery_days_later and ordered_on >= add_months(window.start, 12 * policy.delivery_years):
        days = policy.delivery_days_later
    return add_working_days(ordered_on, days, holidays)


def regions_within(region: str) -> tuple[str, ...]:
    """Return the regions whose policies hold in `region`, itself first."""
    return (region, "EU", "*") if region in EU_COUNTRIES.split() else (region, "*")


def _applies(policy: Policy, model: ModelFacts, region: str) -> bool:
    return (
        policy.region in regions_within(region)
        and model.category in policy.categories
        and (not policy.makers or model.maker in policy.makers)
        and (model.has_battery or not policy.needs_battery)
    )


def _deciding(windows: tuple[Window, ...]) -> Window | None:
    """The latest end that holds decides, and no end is later than any. Between equals the surer one does."""
    held = [window for window in windows if window.state is not State.NOT_COVERED]
    return max(held or windows, key=_rank, default=None)


def _rank(window: Window) -> tuple[bool, date, bool, bool]:
    endless = window.state is not State.NOT_COVERED and window.end is None
    return (endless, window.end or date.min, not window.is_assumed, window.policy.is_law)


def _window(policy: Policy, model: ModelFacts, part_kind: str | None, today: date, closing_months: int) -> Window:
    if reason := _why_not(policy, model, part_kind):
        return _not_covered(policy, reason)
    counted, basis, assumption = _counted_from(policy, model)
    start = _start(policy, model, part_kind)
    if counted is None:
        return _not_yet(Window(policy, State.OPEN, start, None, policy.basis), today)
    end = add_months(counted.earliest, 12 * policy.years)
    window = Window(
        policy,
        _state(end, today, closing_months),
        start,
        end,
        basis,
        counted_from=counted.text,
        is_assumed=basis != policy.basis,
        assumption=assumption if basis != policy.basis or counted.is_exact else _imprecise(counted),
        stock_until=add_months(counted.earliest, 12 * policy.stock_years) if policy.stock_years else None,
    )
    return _not_placed_late_enough(window, counted) or _not_yet(window, today)


def _why_not(policy: Policy, model: ModelFacts, part_kind: str | None) -> Any:
    """Return why a policy of this region and category leaves the model or the part out, or nothing."""
    if policy.basis == "none":
        return _l("No rule sets spare-part years for this category.")
    if part_kind and policy.parts and part_kind not in policy.parts + policy.later_parts:
        return _l("This part is not on the list of the rule.")
    if policy.launched_from and (launch := read_partial(model.launch)) and launch.latest < policy.launched_from:
        return _l("Only for models launched from %(day)s on.", day=lazy_date(policy.launched_from))
    return _why_not_by_price(policy, model.wholesale_usd_minor)


def _why_not_by_price(policy: Policy, wholesale_minor: int | None) -> Any:
    if policy.wholesale_from_minor is None:
        return ""
    if wholesale_minor is None:
        return _l("The rule goes by the wholesale price, which is not recorded.")
    upper = policy.wholesale_to_minor
    fits = wholesale_minor >= policy.wholesale_from_minor and (upper is None or wholesale_minor <= upper)
    return "" if fits else _l("The wholesale price lies outside this rule's range.")


def _counted_from(policy: Policy, model: ModelFacts) -> tuple[PartialDate | None, str, Any]:
    """Return the day that the years count from, what it really is, and the assumption in words."""
    if policy.basis == "launch":
        return read_partial(model.launch), "launch", ""
    if model.still_placed:
        return None, policy.basis, ""
    if known := _known(policy.basis, model):
        return known, policy.basis, ""
    if proxy := read_partial(model.sales_end):
        return (
            proxy,
            "sales_end",
            _l("Counted from the end of the maker's own sales: the last unit may be later."),
        )
    return (
        read_partial(model.launch),
        "launch",
        _l("The day of the last unit is not known: counted from launch, which is never later."),
    )


def _known(basis: str, model: ModelFacts) -> PartialDate | None:
    dates = {
        "last_placed": model.last_placed,
        "last_manufactured": model.last_manufactured,
        "end_of_distribution": model.sales_end,
    }
    return read_partial(dates.get(basis))


def _imprecise(counted: PartialDate) -> Any:
    return _l("Only %(known)s is known: the earliest day of it was taken.", known=lazy_partial(counted.text))


def _start(policy: Policy, model: ModelFacts, part_kind: str | None) -> date | None:
    launch = read_partial(model.launch)
    if launch is None:
        return policy.opens
    later = policy.later_months if part_kind in policy.later_parts else 0
    after_first = add_months(launch.latest, policy.opens_after_first_months + later)
    return max(after_first, policy.opens) if policy.opens else after_first


def _state(end: date, today: date, closing_months: int) -> State:
    if today > end:
        return State.CLOSED
    return State.CLOSING if add_months(today, closing_months) > end else State.OPEN


def _not_placed_late_enough(window: Window, counted: PartialDate) -> Window | None:
    """A rule binds at placing on the market: a model whose last unit came earlier was never under it."""
    from_day = window.policy.placed_from
    if from_day is None or counted.latest >= from_day:
        return None
    if window.basis == "launch":
        return _over_before_it_began(window)
    if window.is_assumed:
        reason = _l("The maker's own sales ended on %(day)s, before the rule began.", day=lazy_partial(counted.text))
    else:
        reason = _l("The last unit came on %(day)s, before the rule began.", day=lazy_partial(counted.text))
    return _not_covered(window.policy, reason, is_assumed=window.is_assumed)


def _over_before_it_began(window: Window) -> Window | None:
    if window.start is None or window.end is None or window.end >= window.start:
        return None
    reason = _l("Launched too long before the rule began; the day of the last unit is not known.")
    return _not_covered(window.policy, reason, is_assumed=True)


def _not_yet(window: Window, today: date) -> Window:
    if window.start is None or window.start <= today:
        return window
    reason = _l("The duty begins on %(day)s.", day=lazy_date(window.start))
    return replace(window, state=State.NOT_COVERED, end=None, assumption=reason)


def _not_covered(policy: Policy, reason: Any, *, is_assumed: bool = False) -> Window:
    return Window(policy, State.NOT_COVERED, None, None, policy.basis, is_assumed=is_assumed, assumption=reason)
