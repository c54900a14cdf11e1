"""What a marketplace must be able to do for us, and how it may fail. Each adapter speaks its own words behind it.

Amounts are minor units, times are aware, quantities are absolute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class MarketplaceError(Exception):
    """The marketplace did not do what was asked."""


class Throttled(MarketplaceError):
    """Asked too often: nothing was done. Wait `seconds`, everybody with this token."""

    def __init__(self, seconds: float, said: str = "") -> None:
        super().__init__(said or f"wait {seconds:g} s")
        self.seconds = seconds


class Unanswered(MarketplaceError):
    """No answer, or one of 5xx: it is not known whether it was done. Read back before anything else.

    `status` is 0 where there was no answer at all.
    """

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class KeyRefused(MarketplaceError):
    """The token is not taken any more: stop, and tell a person."""


class LineRefused(MarketplaceError):
    """What was sent does not fit (4xx): nothing was done, and the same again won't help."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.said, self.status = said, status


class UnsafeAddress(MarketplaceError):
    """The address is not the one that was configured: nothing was sent."""


@dataclass(frozen=True)
class Published:
    """A listing as the marketplace shows it.

    `state`: 0 incomplete, 1 in validation, 2 online, 3 offline, 4 disabled.
    """

    id: str
    sku: str
    grade: str
    quantity: int
    price_minor: int | None
    currency: str
    state: int | None
    max_price_minor: int | None = None
    number: str = ""


@dataclass(frozen=True)
class Wanted:
    """A listing to be made: offline at first, so that nothing is sold before it was read back."""

    sku: str
    ean: str
    product: str
    grade: str
    price_minor: int
    currency: str
    comment: str
    new_battery: bool = False
    warranty_months: int = 12


@dataclass(frozen=True)
class TaskState:
    """How far a batch has come. `refused` maps each SKU to its reasons."""

    finished: bool
    failed: str = ""
    made: frozenset[str] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SoldLine:
    """A line of an order as the marketplace tells it."""

    number: str
    sku: str
    quantity: int
    state: int
    price_minor: int
    fee_minor: int
    currency: str
    imei: str = ""
    serial: str = ""


@dataclass(frozen=True)
class SoldOrder:
    """An order as the marketplace tells it. `ship_to` holds the buyer's address under one set of names."""

    number: str
    state: int
    country: str
    currency: str
    placed_at: datetime
    dispatch_by: datetime | None
    ship_to: dict[str, str]
    delivery_note: str
    tracking_number: str
    lines: tuple[SoldLine, ...]


@dataclass(frozen=True)
class Parcel:
    """What is told of a shipment: where it can be followed, and what is in it when the order is one piece."""

    tracking_number: str
    shipper: str = ""
    imei: str = ""
    serial: str = ""
    margin_scheme: bool = False


@dataclass(frozen=True)
class Folder:
    """A return as the marketplace tells it. `refund_minor` is None as long as nothing was paid back."""

    number: str
    line: str
    is_open: bool
    opened_at: datetime
    reason: str = ""
    note: str = ""
    line_state: int = 0


class Marketplace(Protocol):
    """What the feed asks of any marketplace. Every call may raise a MarketplaceError."""

    name: str

    def find(self, sku: str) -> Published | None:
        """Look a SKU up."""

    def read(self, listing_id: str) -> Published | None:
        """Read one listing back."""

    def read_all(self) -> Iterator[Published]:
        """Read every listing of the seller back."""

    def create(self, wanted: Sequence[Wanted]) -> str:
        """Queue new listings and return the number of the task."""

    def task(self, number: str) -> TaskState:
        """Return how far a task has come."""

    def update(self, listing_id: str, **fields: Any) -> Published:
        """Set quantity, price_minor with currency, or comment at once; return the listing as it is then."""

    def orders(self, since: datetime | None) -> Iterator[SoldOrder]:
        """Return the orders that changed since then, to the last page."""

    def order(self, number: str) -> SoldOrder | None:
        """Return one order."""

    def accept(self, order: str, sku: str) -> None:
        """Accept the lines of a SKU."""

    def cancel(self, order: str, sku: str, reason: int) -> None:
        """Cancel the lines of a SKU."""

    def ship(self, order: str, parcel: Parcel) -> None:
        """Tell that everything accepted of an order has left."""

    def identify(self, line: str, *, imei: str = "", serial: str = "") -> None:
        """Tell what was shipped for a line. It can't be corrected."""

    def folders(self) -> Iterator[Folder]:
        """Return the returns."""
