"""Reading what a seller wants changed on a listing: from a CSV row or from JSON, the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop.sandbox import checks
from workshop.sandbox.markets import GRADES, SHIPPERS, Market

Reader = Callable[[object], Any]
FIELDS: dict[str, Reader] = {
    "quantity": lambda value: checks.whole_number("quantity", value),
    "price": lambda value: checks.money("price", value),
    "min_price": lambda value: None if value is None else checks.money("min_price", value),
    "comment": lambda value: None if value is None else checks.text("comment", value, longest=500),
    "warranty_delay": lambda value: checks.whole_number("warranty_delay", value, least=12),
    "new_battery": lambda value: checks.yes_or_no("new_battery", value),
    "backpricer": lambda value: checks.yes_or_no("backpricer", value),
}
SHIPPING: dict[str, Reader] = {
    "shipper": lambda value: shipper(value),
    "shipping_price": lambda value: checks.money("shipping_price", value, least="0"),
    "shipping_delay": lambda value: checks.whole_number("shipping_delay", value),
    "shipper_display": lambda value: checks.text("shipper_display", value, longest=200),
}


@dataclass
class Changes:
    """What was read, and every reason why something was not."""

    fields: dict[str, Any] = field(default_factory=dict)
    shippings: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    wrong_shippings: list[str] = field(default_factory=list)


def read_changes(values: Mapping[str, object], market: Market) -> Changes:
    """Read the known fields among `values`; unknown ones are ignored, as the marketplace does."""
    changes = Changes()
    for name, reader in FIELDS.items():
        if name in values:
            _read(changes.fields, name, reader, values[name], changes.wrong)
    if "price" in values:
        changes.wrong += currency_problem(values.get("currency"), market)
    for number in "123":
        _read_shipping(changes, number, values)
    return changes


def currency_problem(currency: object, market: Market) -> list[str]:
    """A price must be in its market's currency; without one EUR, in the United States USD, is assumed."""
    assumed = currency or market.default_currency
    if assumed == market.currency:
        return []
    return [f"currency: {assumed} does not match {market.currency} of the market {market.locale}"]


def read_grade(values: Mapping[str, object]) -> str:
    """Read the grade, or the deprecated `state`; left out it is GOOD."""
    if "grade" not in values and "state" in values:
        number = checks.whole_number("state", values["state"])
        names = [name for name, state in GRADES.items() if state == number]
        return names[0] if names else unknown_grade(number)
    grade = str(values.get("grade", "GOOD")).strip()
    return grade if grade in GRADES else unknown_grade(grade)


def unknown_grade(grade: object) -> str:
    """Refuse a grade, naming those there are."""
    raise ValueError(f"grade: {grade} is not one of {', '.join(GRADES)}")


def shipper(value: object) -> str:
    """Read a carrier's name, exactly as listed."""
    if not isinstance(value, str) or value not in SHIPPERS:
        raise ValueError(f"shipper: {value} is not a known shipper")
    return str(value)


def _read(into: dict[str, Any], name: str, reader: Reader, value: object, wrong: list[str]) -> None:
    try:
        into[name] = reader(value)
    except ValueError as reason:
        wrong.append(str(reason))


def _read_shipping(changes: Changes, number: str, values: Mapping[str, object]) -> None:
    given = {name: values[key] for name in SHIPPING if values.get(key := f"{name}_{number}") is not None}
    method: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in given.items():
        _read(method, name, SHIPPING[name], value, wrong)
    if wrong:
        changes.wrong_shippings += [f"Shipping method {number} not updated: {reason}" for reason in wrong]
    elif method:
        changes.shippings[number] = method
