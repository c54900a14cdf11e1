"""What is done to suppliers and their offers: add, change, withdraw."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask
from workshop.core.language import price as shown_price
from workshop.core.language import typed_price
from workshop.core.money import parse_amount, plain_amount
from workshop.parts import choices, orders, supply
from workshop.parts.action_words import BUYERS, Reason
from workshop.parts.models import Offer, Part, Supplier


class SupplierCode(Arguments):
    """How a supplier is named on lists and in files."""

    code: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9-]{2,16}$"), Ask(_l("Code"), _l("2 to 16 letters or digits, such as NORDIC."))
    ]


class SupplierTerms(Arguments):
    """How a supplier delivers; `bound_by_law` marks a maker, importer or authorised representative."""

    name: Annotated[str, Field(min_length=1, max_length=120), Ask(_l("Name"))]
    lead_days: Annotated[int, Field(ge=0, le=365), Ask(_l("Lead time in working days"))] = 3
    minimum: Annotated[str, Ask(_l("Smallest order"), _l("In euros. Left empty: any."), kind="money")] = ""
    cutoff_hour: Annotated[
        int, Field(ge=0, le=23), Ask(_l("Order before"), _l("The hour at which today's orders close, 0 to 23."))
    ] = 15
    bound_by_law: Annotated[
        bool,
        Ask(
            _l("Bound by the delivery limits of the law"),
            _l("A maker, importer or authorised representative. An independent dealer is not."),
        ),
    ] = False


class AddSupplier(SupplierTerms, SupplierCode):
    """A new supplier."""


def _set(supplier: Supplier, given: SupplierTerms) -> dict[str, Any]:
    supplier.name, supplier.lead_days, supplier.cutoff_hour = given.name, given.lead_days, given.cutoff_hour
    supplier.minimum_minor = parse_amount(given.minimum, "EUR", field="minimum") if given.minimum else 0
    supplier.bound_by_law = given.bound_by_law
    return _terms_of(supplier)


def _terms_of(supplier: Supplier) -> dict[str, Any]:
    return {
        "code": supplier.code,
        "name": supplier.name,
        "lead_days": supplier.lead_days,
        "minimum_minor": supplier.minimum_minor,
        "cutoff_hour": supplier.cutoff_hour,
        "bound_by_law": supplier.bound_by_law,
    }


def _add_supplier(_target: None, given: AddSupplier, act: Act) -> Outcome:
    supplier = supply.add_supplier(given.code, given.name)
    data = _set(supplier, given)
    return Outcome(_("Parts may be ordered from %(name)s now.", name=given.name), data=data, target=supplier)


def _change_supplier(supplier: Supplier, given: SupplierTerms, act: Act) -> Outcome:
    was = _terms_of(supplier)
    data = _set(supplier, given)
    return Outcome(_("%(name)s is changed.", name=supplier.name), data={"was": was, **data})


def supplier_as_typed(supplier: Supplier) -> dict[str, Any]:
    """Return a supplier as the form shows it to be changed."""
    minimum = typed_price(supplier.minimum_minor) if supplier.minimum_minor else ""
    return {**_terms_of(supplier), "minimum": minimum}


class OfferedBy(Arguments):
    """Who offers."""

    supplier: Annotated[str, Ask(_l("Supplier"), choices=choices.suppliers_choices)]


class OfferTerms(Arguments):
    """What is asked for a part, all of it: what is left out is empty."""

    price: Annotated[str, Ask(_l("Price of a piece"), _l("Without VAT."), kind="money")]
    moq: Annotated[int, Field(ge=1, le=10_000), Ask(_l("At least"), _l("Pieces on one order."))] = 1
    pack: Annotated[int, Field(ge=1, le=10_000), Ask(_l("In packs of"))] = 1
    supplier_sku: Annotated[str, Field(max_length=60), Ask(_l("Their number for it"))] = ""
    ean: Annotated[str, Field(max_length=20), Ask(_l("EAN"), _l("Scan the packet: it is received by this code."))] = ""
    lead_days: Annotated[
        int | None, Field(ge=0, le=365), Ask(_l("Lead time in working days"), _l("Left empty: as the supplier's."))
    ] = None


class AddOffer(OfferTerms, OfferedBy):
    """A new offer of a supplier for a part."""


def _asked(given: OfferTerms, currency: str) -> supply.Asked:
    price = parse_amount(given.price, currency, field="price")
    return supply.Asked(price, given.pack, given.moq, given.supplier_sku, given.ean, given.lead_days)


def _told(offer: Offer) -> dict[str, Any]:
    return {
        "supplier": offer.supplier.name,
        "price_minor": offer.price_minor,
        "price": f"{plain_amount(offer.price_minor, offer.currency)} {offer.currency}",
        "currency": offer.currency,
        "moq": offer.moq,
        "pack": offer.pack,
        "supplier_sku": offer.supplier_sku,
        "ean": offer.ean,
        "lead_days": offer.lead_days,
    }


def _add_offer(part: Part, given: AddOffer, act: Act) -> Outcome:
    supplier = orders.supplier_named(given.supplier)
    made = supply.offer(supplier, part, _asked(given, supplier.currency))
    return Outcome(
        _(
            "%(supplier)s offers it for %(price)s.",
            supplier=supplier.name,
            price=shown_price(made.price_minor, made.currency),
        ),
        data=_told(made),
        more={"offer": made.id},
    )


def _change_offer(offer: Offer, given: OfferTerms, act: Act) -> Outcome:
    was = _told(offer)
    supply.change(offer, _asked(given, offer.currency))
    return Outcome(
        _(
            "%(supplier)s offers it for %(price)s now.",
            supplier=offer.supplier.name,
            price=shown_price(offer.price_minor, offer.currency),
        ),
        data={"was": was, **_told(offer)},
    )


def _withdraw_offer(offer: Offer, given: Reason, act: Act) -> Outcome:
    supply.withdraw(offer, act.now)
    return Outcome(
        _("%(supplier)s offers it no longer.", supplier=offer.supplier.name),
        _("Orders that are on their way go on."),
        tone="look",
        data={"supplier": offer.supplier.name, "reason": given.reason},
    )


def offer_as_typed(offer: Offer) -> dict[str, Any]:
    """Return an offer as the form shows it to be changed."""
    return {**_told(offer), "price": typed_price(offer.price_minor, offer.currency)}


def stands(offer: Offer) -> bool:
    """Say whether an offer can still be changed."""
    return offer.withdrawn_at is None


ACTIONS: Final = (
    Action(
        "add_supplier",
        _l("Add a supplier"),
        "supplier",
        _add_supplier,
        BUYERS,
        _l("Supplier %(code)s added"),
        arguments=AddSupplier,
        creates=True,
        icon="truck",
    ),
    Action(
        "change_supplier",
        _l("Change the supplier"),
        "supplier",
        _change_supplier,
        BUYERS,
        _l("Supplier changed"),
        arguments=SupplierTerms,
        begins=supplier_as_typed,
        icon="pencil",
    ),
    Action(
        "add_offer",
        _l("Add an offer"),
        "part",
        _add_offer,
        BUYERS,
        _l("Offered by %(supplier)s for %(price)s"),
        arguments=AddOffer,
        icon="plus",
        help=_l("An offer that was withdrawn stands again with what you give here."),
    ),
    Action(
        "change_offer",
        _l("Change the offer"),
        "offer",
        _change_offer,
        BUYERS,
        _l("Offer of %(supplier)s changed: %(price)s"),
        arguments=OfferTerms,
        begins=offer_as_typed,
        offered=stands,
        icon="pencil",
    ),
    Action(
        "withdraw_offer",
        _l("Withdraw the offer"),
        "offer",
        _withdraw_offer,
        BUYERS,
        _l("Offer of %(supplier)s withdrawn"),
        detail=_l("%(reason)s"),
        arguments=Reason,
        offered=stands,
        danger=True,
        icon="x",
        help=_l("It is kept with its numbers, and no longer proposed or ordered."),
    ),
)
