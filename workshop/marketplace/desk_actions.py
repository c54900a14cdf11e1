"""What the refurbisher does at the desk: to listings, products and the seller's account."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import update

from workshop.catalogue.identifiers import parse_gtin
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import REFURBISHER
from workshop.core.arguments import Arguments, Ask, NoArguments, as_they_are
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.language import price as shown_price
from workshop.core.language import typed_price, typed_rate
from workshop.core.money import parse_amount, parse_rate, plain_amount
from workshop.core.work import Task
from workshop.marketplace import prices
from workshop.marketplace.actions import SetPrice
from workshop.marketplace.kinds import only_worker
from workshop.marketplace.models import Listing, Product, SellerAccount
from workshop.marketplace.outbox import ask_push

REFURBISHERS: Final = frozenset({REFURBISHER})
NOBODY: Final[frozenset[str]] = frozenset()


def _reprice(listing: Listing, given: SetPrice, act: Act) -> Outcome:
    minor = parse_amount(given.price, listing.currency, field="price")
    floor = prices.set_price(listing, minor, reason=given.reason, now=act.now, by=act.by.person_id)
    ask_push(listing, act.now)
    return Outcome(
        _("%(sku)s costs %(price)s.", sku=listing.sku, price=shown_price(minor, listing.currency)),
        _("The lowest that loses nothing is %(floor)s.", floor=shown_price(floor, listing.currency)),
        tone="yes" if minor >= floor else "look",
        data={
            "sku": listing.sku,
            "price_minor": minor,
            "price": f"{plain_amount(minor, listing.currency)} {listing.currency}",
            "floor_minor": floor,
            "reason": given.reason,
        },
    )


def price_as_typed(listing: Listing) -> dict[str, Any]:
    """Return the price of a listing as the form shows it to be changed."""
    return {"price": typed_price(listing.price_minor, listing.currency)} if listing.price_minor else {}


class Words(Arguments):
    """What the buyer reads."""

    comment: Annotated[
        str, Field(min_length=1, max_length=500), Ask(_l("Comment"), _l("500 characters fit."), kind="long")
    ]


def _word_listing(listing: Listing, given: Words, act: Act) -> Outcome:
    listing.comment = given.comment
    return _again(listing, act, _("The comment of %(sku)s is changed.", sku=listing.sku))


def _send_again(listing: Listing, _given: NoArguments, act: Act) -> Outcome:
    return _again(listing, act, _("%(sku)s is sent again.", sku=listing.sku))


def _again(listing: Listing, act: Act, said: str) -> Outcome:
    if listing.state == "refused":
        listing.state, listing.why_code, listing.why_data = "waiting", "changed", {}
        listing.state_since = act.now
    ask_push(listing, act.now)
    return Outcome(said, data={"sku": listing.sku})


def _confirm_shelf(listing: Listing, _given: NoArguments, act: Act) -> Outcome:
    missing, listing.unread = listing.unread, 0
    ask_push(listing, act.now)
    return Outcome(
        _("What is on the shelf of %(sku)s holds.", sku=listing.sku),
        data={"sku": listing.sku, "unread": missing},
    )


class ProductNumber(Arguments):
    """How the marketplace finds the product."""

    ean: Annotated[str, Field(max_length=14), Ask(_l("EAN"), _l("From the maker's box, 13 digits."))] = ""
    marketplace_product: Annotated[
        str, Field(max_length=40), Ask(_l("The marketplace's product number"), _l("It wins over the EAN."))
    ] = ""


def _set_product(product: Product, given: ProductNumber, act: Act) -> Outcome:
    if not given.ean and not given.marketplace_product:
        raise Refused(_("Neither number is given."), _("Type the EAN."), field="ean")
    product.ean = parse_gtin(given.ean, field="ean").gtin14[-13:] if given.ean else product.ean
    product.marketplace_product = given.marketplace_product or product.marketplace_product
    for listing in db.session.query(Listing).filter_by(product_id=product.id):
        ask_push(listing, act.now)
    return Outcome(
        _("%(code)s is known to the marketplace.", code=product.code),
        data={"product": product.code, "ean": product.ean, "number": product.marketplace_product},
    )


def _stop_feed(seller: SellerAccount, given: Why, act: Act) -> Outcome:
    only_worker(act)
    seller.stopped_at, seller.stopped_why = act.now, given.why
    return Outcome(_("The feed is stopped."), given.why, tone="no", data={"why": given.why})


class Why(Arguments):
    """Why the feed stops."""

    why: str


def _pause_feed(seller: SellerAccount, _given: NoArguments, act: Act) -> Outcome:
    if seller.paused_at is not None:
        raise Refused(_("The feed is paused already."), _("Resume it when it may send again."))
    seller.paused_at, seller.paused_by = act.now, act.by.person_id
    return Outcome(_("The feed is paused."), _("Nothing is sent until it is resumed."), tone="look")


def _resume_feed(seller: SellerAccount, _given: NoArguments, act: Act) -> Outcome:
    seller.paused_at = seller.paused_by = seller.stopped_at = seller.blocked_until = None
    seller.stopped_why = ""
    waiting = Task.finished_at.is_(None) & Task.kind.like("feed.%")
    db.session.execute(update(Task).where(waiting, Task.due_at > act.now).values(due_at=act.now))
    return Outcome(_("The feed runs again."))


def _review_account(seller: SellerAccount, _given: NoArguments, act: Act) -> Outcome:
    seller.reviewed_at = act.now
    _resume_feed(seller, NoArguments(), act)
    return Outcome(_("The account is reviewed: there is no daily limit any more."))


class Terms(Arguments):
    """What the seller account's sales cost, and what it may do. What is left out stays as it is."""

    started_on: Annotated[date | None, Ask(_l("First day of the probation"))] = None
    new_per_day: Annotated[int | None, Field(ge=0, le=1000), Ask(_l("New listings a day"))] = None
    days: Annotated[int | None, Field(ge=0, le=1000), Ask(_l("Days of probation"), _l("0 for none."))] = None
    fee: Annotated[str | None, Ask(_l("Fee in percent"), kind="money")] = None
    vat: Annotated[str | None, Ask(_l("VAT in percent"), kind="money")] = None
    shipping: Annotated[str | None, Ask(_l("Shipping"), _l("What sending one costs."), kind="money")] = None
    warranty_reserve: Annotated[
        str | None, Ask(_l("Warranty reserve in percent"), _l("Of each sale, for what comes back."), kind="money")
    ] = None
    makes_eans: Annotated[
        bool | None, Ask(_l("Practice account"), _l("Product numbers are invented: only with a sandbox."))
    ] = None
    new_battery_allowed: Annotated[bool | None, Ask(_l("May offer new batteries"))] = None


# The share that is typed, the column that holds it, and the most that it may be, in thousandths.
SHARES: Final = (("fee", "fee_rate", 500), ("vat", "vat_rate", 400), ("warranty_reserve", "warranty_rate", 500))


def terms_as_typed(seller: SellerAccount) -> dict[str, Any]:
    """Return the account's terms as the form shows them to be changed."""
    typed = {name: typed_rate(getattr(seller, column)) for name, column, _most in SHARES}
    typed["shipping"] = typed_price(seller.shipping_minor, seller.currency)
    return {name: typed.get(name) or getattr(seller, name) for name in Terms.model_fields}


def _set_account(seller: SellerAccount, given: Terms, act: Act) -> Outcome:
    changes = given.model_dump(exclude_none=True)
    for name, column, most in SHARES:
        if name in changes:
            changes[column] = parse_rate(changes.pop(name), most=most, field=name)
    if "shipping" in changes:
        changes["shipping_minor"] = parse_amount(changes.pop("shipping"), seller.currency, field="shipping")
    for name, value in changes.items():
        setattr(seller, name, value)
    return Outcome(_("The account's terms are changed."), data={k: str(v) for k, v in changes.items()})


ACTIONS: Final = (
    Action(
        "reprice",
        _l("Set the price"),
        "listing",
        _reprice,
        REFURBISHERS,
        _l("Priced at %(price)s"),
        arguments=SetPrice,
        begins=price_as_typed,
        icon="tag",
    ),
    Action(
        "word_listing",
        _l("Edit the comment"),
        "listing",
        _word_listing,
        REFURBISHERS,
        _l("Comment changed"),
        arguments=Words,
        begins=lambda listing: as_they_are(Words, listing),
        icon="tag",
    ),
    Action(
        "send_again",
        _l("Send again"),
        "listing",
        _send_again,
        REFURBISHERS,
        _l("Sent again"),
        icon="refresh-cw",
    ),
    Action(
        "confirm_shelf",
        _l("Confirm the shelf"),
        "listing",
        _confirm_shelf,
        REFURBISHERS,
        _l("Shelf confirmed, %(unread)s orders never came"),
        icon="circle-check",
    ),
    Action(
        "set_product",
        _l("Give the product's EAN"),
        "product",
        _set_product,
        REFURBISHERS,
        _l("EAN %(ean)s"),
        arguments=ProductNumber,
        begins=lambda product: as_they_are(ProductNumber, product),
        icon="tag",
    ),
    Action(
        "stop_feed",
        _l("Stop the feed"),
        "account",
        _stop_feed,
        NOBODY,
        _l("The feed stopped: %(why)s"),
        arguments=Why,
        hidden=True,
        icon="octagon-x",
    ),
    Action(
        "pause_feed",
        _l("Pause"),
        "account",
        _pause_feed,
        REFURBISHERS,
        _l("The feed was paused"),
        icon="pause",
    ),
    Action(
        "resume_feed",
        _l("Resume"),
        "account",
        _resume_feed,
        REFURBISHERS,
        _l("The feed was resumed"),
        icon="play",
    ),
    Action(
        "review_account",
        _l("Mark as reviewed"),
        "account",
        _review_account,
        REFURBISHERS,
        _l("The account was reviewed"),
        icon="circle-check",
    ),
    Action(
        "set_account",
        _l("Set the account's terms"),
        "account",
        _set_account,
        REFURBISHERS,
        _l("The account's terms were changed"),
        arguments=Terms,
        begins=terms_as_typed,
        icon="settings",
    ),
)
