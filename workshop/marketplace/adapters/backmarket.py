"""Back Market's seller API. Its description and what it really answers differ; both are survived here.

Addresses in snake or camel case, numbers for strings, dates in five spellings, empty texts for null.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from workshop.core.money import from_decimal, plain_amount
from workshop.marketplace.adapters.base import (
    Folder,
    LineRefused,
    Parcel,
    Published,
    SoldLine,
    SoldOrder,
    TaskState,
    Unanswered,
    Wanted,
)
from workshop.marketplace.adapters.wire import Wire

COLUMNS: Final = (
    "sku", "product_id", "ean", "quantity", "price", "currency", "grade", "warranty_delay", "new_battery", "comment",
)  # fmt: skip
PAGE: Final = 50
MOST_PAGES: Final = 400
DONE, FAILED = 9, 8


class BackMarket:
    """The marketplace at one address with one token, in one market (`locale`)."""

    name = "Back Market"

    def __init__(self, base_url: str, token: str, *, agent: str, locale: str, timeout: float = 10.0) -> None:
        headers = {
            "Authorization": f"Basic {token}",  # as given: never encoded again, although it looks like base64
            "User-Agent": agent,
            "Accept-Language": locale,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        self.locale = locale
        self._wire = Wire(base_url, headers, timeout=timeout)

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()

    # --- listings

    def find(self, sku: str) -> Published | None:
        """Look a SKU up."""
        answer = self._wire.get("/ws/listings/detail", sku=sku)
        return published(answer.body) if answer.status != 404 else None

    def read(self, listing_id: str) -> Published | None:
        """Read one listing back."""
        answer = self._wire.get(f"/ws/listings/{listing_id}")
        return published(answer.body) if answer.status != 404 else None

    def read_all(self) -> Iterator[Published]:
        """Read every listing back, page by page."""
        for row in self._pages("/ws/listings"):
            yield published(row)

    def create(self, wanted: Sequence[Wanted]) -> str:
        """Send a catalogue: as JSON that holds the CSV as one string, lines of `;` and quoted fields."""
        body = {"catalog": catalogue(wanted), "quotechar": '"', "delimiter": ";", "encoding": "utf-8"}
        answer = self._wire.send("POST", "/ws/listings", body)
        number = answer.body.get("bodymessage") if isinstance(answer.body, dict) else None
        if not number:
            raise LineRefused(f"no task was made: {answer.body}"[:300])
        return str(number)

    def task(self, number: str) -> TaskState:
        """Return how far a task has come: 8 failed as a whole, 9 done, though its lines may have been refused."""
        answer = self._wire.get(f"/ws/tasks/{number}")
        if answer.status == 404:
            return TaskState(True, failed="the task is unknown")
        status, result = answer.body.get("action_status"), answer.body.get("result") or {}
        if status == FAILED:
            return TaskState(True, failed=str(answer.body.get("last_action_error") or "the task failed"))
        if status != DONE:
            return TaskState(False)
        refused = {sku: _reasons(why) for sku, why in (result.get("product_errors") or {}).items()}
        return TaskState(True, made=frozenset(result.get("product_success") or {}), refused=refused)

    def update(self, listing_id: str, **fields: Any) -> Published:
        """Set what changes, at once."""
        body = {k: v for k, v in fields.items() if k in ("quantity", "comment")}
        if "price_minor" in fields:
            # Without a currency the marketplace assumes one, and refuses where that is another.
            body |= {
                "price": plain_amount(fields["price_minor"], fields["currency"]),
                "currency": fields["currency"],
            }
        answer = self._wire.send("POST", f"/ws/listings/{listing_id}", body)
        if answer.status == 404:
            raise LineRefused("the listing is not there any more", 404)
        return published(answer.body)

    # --- orders

    def orders(self, since: datetime | None) -> Iterator[SoldOrder]:
        """Return what changed since then; the marketplace leaves out those not verified and not paid."""
        params = {"date_modification": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        for row in self._pages("/ws/orders", **params):
            yield sold_order(row)

    def order(self, number: str) -> SoldOrder | None:
        """Return one order."""
        answer = self._wire.get(f"/ws/orders/{number}")
        return sold_order(answer.body) if answer.status != 404 else None

    def accept(self, order: str, sku: str) -> None:
        """Accept the lines of a SKU: one call for each."""
        self._move(order, {"new_state": 2, "sku": sku})

    def cancel(self, order: str, sku: str, reason: int) -> None:
        """Cancel the lines of a SKU."""
        self._move(order, {"new_state": 4, "sku": sku, "return_reason": reason})

    def ship(self, order: str, parcel: Parcel) -> None:
        """Move every accepted line to shipped."""
        body: dict[str, Any] = {"new_state": 3, "tracking_number": parcel.tracking_number}
        more = {"shipper": parcel.shipper, "imei": parcel.imei, "serial_number": parcel.serial}
        body |= {name: value for name, value in more.items() if value}
        if parcel.margin_scheme:
            body["vat_type"] = "MARGINAL"
        self._move(order, body)

    def identify(self, line: str, *, imei: str = "", serial: str = "") -> None:
        """Tell what was shipped for a line."""
        body = {k: v for k, v in (("imei", imei), ("serial_number", serial)) if v}
        answer = self._wire.send("PATCH", f"/ws/orderlines/{line}", body)
        if answer.status == 404:
            raise LineRefused("the order line is unknown", 404)

    def folders(self) -> Iterator[Folder]:
        """Return the returns: `count` is that of each page here, so pages are read until one has no next."""
        for row in self._pages("/ws/sav"):
            details = self._wire.get(f"/ws/sav/{row['id']}")
            if details.status != 404:
                yield folder(details.body)

    # --- how

    def _move(self, order: str, body: dict[str, Any]) -> None:
        answer = self._wire.send("POST", f"/ws/orders/{order}", {"order_id": _number(order), **body})
        if answer.status == 404:
            raise LineRefused(f"the order or the SKU is unknown: {answer.body}"[:300], 404)

    def _pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Count pages rather than follow `next`, which names a host that need not be ours."""
        for page in range(1, MOST_PAGES + 1):
            body = self._wire.get(path, **params, **{"page": page, "page-size": PAGE}).body
            if not isinstance(body, dict) or not isinstance(body.get("results"), list):
                raise Unanswered(f"{path} answered no page")
            yield from body["results"]
            if not body.get("next"):
                return


def catalogue(wanted: Sequence[Wanted]) -> str:
    """Return the CSV of new listings: offline, with quantity 0."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for w in wanted:
        price = plain_amount(w.price_minor, w.currency)
        # product_id wins over ean where both are given, so only one is.
        ean = "" if w.product else w.ean
        writer.writerow(
            (
                w.sku,
                w.product,
                ean,
                0,
                price,
                w.currency,
                w.grade,
                w.warranty_months,
                str(w.new_battery).lower(),
                w.comment,
            )
        )
    return out.getvalue()


def published(row: dict[str, Any]) -> Published:
    """Read a listing."""
    currency = row.get("currency") or "EUR"
    price = _amount(row.get("price"), currency)
    return Published(
        id=str(row["id"]),
        sku=str(row["sku"]),
        grade=str(row.get("grade") or ""),
        quantity=int(row.get("quantity") or 0),
        price_minor=price or None,
        currency=currency,
        state=row.get("publication_state"),
        max_price_minor=_amount(row.get("max_price"), currency),
        number=str(row.get("listing_id") or ""),
    )


def sold_order(row: dict[str, Any]) -> SoldOrder:
    """Read an order with its lines."""
    currency = row.get("currency") or "EUR"
    return SoldOrder(
        number=str(row["order_id"]),
        state=int(row.get("state") or 0),
        country=str(row.get("country_code") or ""),
        currency=currency,
        placed_at=moment(row.get("date_creation")) or datetime.now(UTC),
        dispatch_by=moment(row.get("expected_dispatch_date")),
        ship_to=address(row.get("shipping_address") or {}),
        delivery_note=str(row.get("delivery_note") or ""),
        tracking_number=str(row.get("tracking_number") or ""),
        lines=tuple(sold_line(line, currency) for line in row.get("orderlines") or ()),
    )


def sold_line(row: dict[str, Any], currency: str) -> SoldLine:
    """Read an order line: its `listing` is our SKU; no identifier yet may be an empty text or null."""
    currency = row.get("currency") or currency
    return SoldLine(
        number=str(row["id"]),
        sku=str(row.get("listing") or ""),
        quantity=max(1, int(row.get("quantity") or 1)),
        state=int(row.get("state") or 0),
        price_minor=_amount(row.get("price"), currency) or 0,
        fee_minor=_amount(row.get("orderline_fee"), currency) or 0,
        currency=currency,
        imei=str(row.get("imei") or ""),
        serial=str(row.get("serial_number") or ""),
    )


_NAMES: Final = {
    "company": ("company",),
    "first_name": ("first_name", "firstName"),
    "last_name": ("last_name", "lastName"),
    "street": ("street",),
    "street2": ("street2",),
    "postal_code": ("postal_code", "postalCode"),
    "city": ("city",),
    "country": ("country",),
    "phone": ("phone", "phoneNumber"),
    "email": ("email",),
}


def address(row: dict[str, Any]) -> dict[str, str]:
    """Read an address in either spelling of its names; what is empty is left out."""
    found = {ours: next((str(row[name]) for name in theirs if row.get(name)), "") for ours, theirs in _NAMES.items()}
    return {name: value for name, value in found.items() if value}


def folder(row: dict[str, Any]) -> Folder:
    """Read a return."""
    claim: dict[str, Any] = next(iter(row.get("lines") or ()), {})
    issue: dict[str, Any] = next(iter(claim.get("issues") or ()), {}) if isinstance(claim, dict) else {}
    line = row.get("orderline") or {}
    message: dict[str, Any] = next(iter(row.get("messages") or ()), {})
    return Folder(
        number=str(row["id"]),
        line=str(line.get("id") if isinstance(line, dict) else line),
        is_open=row.get("state") != DONE,
        opened_at=moment(row.get("date_creation")) or datetime.now(UTC),
        reason=str(issue.get("customerIssue") or ""),
        note=str(message.get("message") or "")[:500],
        line_state=int(line.get("state") or 0) if isinstance(line, dict) else 0,
    )


def moment(text: Any) -> datetime | None:
    """Read a time: with Z, microseconds, an offset, or without a zone, which is taken for UTC."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(str(text).strip())
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def _amount(value: Any, currency: str) -> int | None:
    """Read an amount that is a string, or, where the marketplace forgets itself, a number."""
    try:
        return None if value in (None, "") else from_decimal(Decimal(str(value)), currency)
    except InvalidOperation:
        return None


def _reasons(why: Any) -> str:
    return "; ".join(str(w) for w in why) if isinstance(why, list) else str(why)


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text
