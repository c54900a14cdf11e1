"""What is done to orders, stock and donors: place, send, receive, count, move, scrap, harvest."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.money import parse_amount
from workshop.parts import choices, donors, fits, needs, orders, receive, reserve, stock
from workshop.parts.models import Batch, DonorPart, Location, Need, Part, PurchaseOrder
from workshop.parts.unit_actions import BUYERS, terms, today_of

RECEIVERS: Final = frozenset({PARTS_MANAGER, TECHNICIAN})
HARVESTERS: Final = frozenset({PARTS_MANAGER, TECHNICIAN, REFURBISHER})


class Line(BaseModel):
    """One line to order."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    part: str
    quantity: int
    price: str = ""
    reason: str = Field("", max_length=300)


class PlaceOrder(Arguments):
    """A supplier and lines; `need` waits for the first line, and `send` approves it at once."""

    supplier: Annotated[str, Ask(_l("Supplier"), choices=choices.suppliers_choices)]
    lines: Annotated[list[Line], Field(min_length=1, max_length=500)]
    send: Annotated[bool, Ask(_l("Approve and send it at once"))] = False
    need: int | None = None
    site: int | None = None


def _site(given: int | None, act: Act) -> int:
    """Return the site that an order is for: a person's own, never another's."""
    site_id = given or act.by.site_id or next((at for _role, at in sorted(act.by.roles, key=str) if at), None)
    if site_id is None:
        raise Refused(_("It is not known for which site this is."), _("Choose a bench first."), field="site")
    if not act.by.works_at(site_id):
        raise Refused(_("This is not your site."), _("Order for your own site."), field="site")
    return site_id


def _wanted(line: Line, currency: str) -> orders.Wanted:
    price = parse_amount(line.price, currency, field="price") if line.price else None
    return orders.Wanted(fits.part_named(line.part), line.quantity, price, line.reason)


def _place_order(_target: None, given: PlaceOrder, act: Act) -> Outcome:
    supplier, site_id = orders.supplier_named(given.supplier), _site(given.site, act)
    wanted = [_wanted(line, supplier.currency) for line in given.lines]
    order = orders.place(
        supplier, wanted, site_id=site_id, now=act.now, today=today_of(act), by=act.by.person_id, terms=terms()
    )
    if given.send:
        act.follow("send_order", order.code)
    _promise(order, {w.part.id for w in wanted}, given.need, act)
    lines = [{"part": w.part.code, "quantity": w.quantity, "reason": w.reason} for w in wanted]
    return Outcome(
        _("%(code)s: %(n)s lines for %(supplier)s.", code=order.code, n=len(wanted), supplier=supplier.name),
        data={"order": order.code, "supplier": supplier.name, "lines": lines},
        target=order,
        more={"order": order.code},
    )


def _promise(order: PurchaseOrder, part_ids: set[int], need_id: int | None, act: Act) -> None:
    """Let the needs that wait for these parts wait for this order: the asking one first, then the oldest jobs."""
    promised: set[int] = set()
    for line in (each for each in order.lines if each.part_id in part_ids):
        left = line.coming - line.promised
        asking = [needs.need_named(need_id)] if need_id else []
        waiting = [n for n in asking if n.part_kind == line.part.kind]
        waiting += [n for n in reserve.waiting_for(line.part, order.site_id) if n not in waiting]
        for need in [n for n in waiting if n.id not in promised][:left]:
            promised.add(need.id)
            act.follow("wait_for_order", need.id, {"line": line.id})


def _send_order(order: PurchaseOrder, _given: NoArguments, act: Act) -> Outcome:
    orders.send(order, now=act.now, today=today_of(act), by=act.by.person_id)
    return Outcome(
        _("%(code)s is sent to %(supplier)s.", code=order.code, supplier=order.supplier.name),
        _("Expected on %(day)s.", day=order.expected_on.isoformat()),
        data={
            "order": order.code,
            "supplier": order.supplier.name,
            "total_minor": order.total_minor,
            "expected_on": order.expected_on.isoformat(),
        },
    )


class Reason(Arguments):
    """Why."""

    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _cancel_order(order: PurchaseOrder, given: Reason, act: Act) -> Outcome:
    freed = orders.cancel(order, now=act.now)
    return Outcome(
        _("%(code)s is cancelled.", code=order.code),
        _("%(n)s jobs wait for parts again.", n=len(freed)),
        tone="look",
        data={"order": order.code, "reason": given.reason, "freed": len(freed)},
    )


class Receive(Arguments):
    """What was scanned: a part's code, EAN or supplier's number; left out lot and place are the usual ones."""

    code: Annotated[str, Field(min_length=1, max_length=60), Ask(_l("Part or EAN"), _l("Scan the packet."))]
    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))] = 1
    lot: Annotated[str, Field(max_length=60), Ask(_l("Lot"), _l("As printed on the packet."))] = ""
    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)] = ""


def _receive(order: PurchaseOrder, given: Receive, act: Act) -> Outcome:
    line = receive.line_for(order, given.code)
    place = (
        stock.location_named(given.location, order.site_id)
        if given.location
        else stock.usual_location(line.part_id, order.site_id)
    )
    batch = receive.receive(
        line, given.quantity, place, lot=given.lot, now=act.now, today=today_of(act), by=act.by.person_id
    )
    served = receive.next_in_line(line.part, order.site_id, given.quantity)
    for need in served:
        act.follow("reserve", need.id, {"batch": batch.code})
    return Outcome(
        _("%(n)s × %(part)s received.", n=given.quantity, part=line.part.name),
        _for_whom(served, place),
        data={
            "order": order.code,
            "part": line.part.code,
            "batch": batch.code,
            "quantity": given.quantity,
            "lot": given.lot,
            "place": place.code,
            "left": line.coming,
        },
        more={"batch": batch.code, "label": f"/batches/{batch.code}/label.pdf", "left": line.coming},
    )


def _for_whom(served: list[Need], place: Location) -> Any:
    if not served:
        return _("To stock, in %(place)s.", place=place.code)
    codes = ", ".join(n.job.unit.code for n in served[:3])
    return _("In %(place)s, reserved for %(units)s.", place=place.code, units=codes)


class OpenStock(Arguments):
    """Pieces that are there already when the workshop begins to count."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)]
    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))]
    unit_cost: Annotated[str, Ask(_l("Cost of a piece"), kind="money")]
    lot: Annotated[str, Field(max_length=60), Ask(_l("Lot"))] = ""
    site: int | None = None


def _open_stock(part: Part, given: OpenStock, act: Act) -> Outcome:
    place = stock.location_named(given.location, _site(given.site, act))
    cost = parse_amount(given.unit_cost, "EUR", field="unit_cost")
    batch = stock.open_batch(part, place, origin="opening", unit_cost_minor=cost, lot=given.lot, now=act.now)
    stock.move(batch, given.quantity, "opening", now=act.now, by=act.by.person_id)
    for need in receive.next_in_line(part, place.site_id, given.quantity):
        act.follow("reserve", need.id, {"batch": batch.code})
    return Outcome(
        _("%(n)s × %(part)s are in stock.", n=given.quantity, part=part.name),
        _("In %(place)s.", place=place.code),
        data={"batch": batch.code, "quantity": given.quantity, "lot": given.lot, "place": place.code},
        more={"batch": batch.code},
    )


class Adjust(Arguments):
    """How many more or fewer were counted, and why."""

    delta: Annotated[int, Field(ge=-10_000, le=10_000), Ask(_l("More or fewer"), _l("-1 for one that is missing."))]
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _adjust_stock(batch: Batch, given: Adjust, act: Act) -> Outcome:
    if given.delta == 0:
        raise Refused(_("Nothing differs."), _("Give how many more or fewer there are."), field="delta")
    stock.move(batch, given.delta, "counted", now=act.now, by=act.by.person_id, note=given.reason)
    return Outcome(
        _("%(code)s: %(n)s pieces now.", code=batch.code, n=batch.on_hand),
        data={"delta": given.delta, "reason": given.reason, "on_hand": batch.on_hand},
    )


class ScrapStock(Arguments):
    """How many free pieces are scrapped, and why."""

    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))] = 1
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _scrap_stock(batch: Batch, given: ScrapStock, act: Act) -> Outcome:
    stock.move(batch, -given.quantity, "scrapped", now=act.now, by=act.by.person_id, note=given.reason)
    return Outcome(
        _("%(n)s of %(code)s are scrapped.", n=given.quantity, code=batch.code),
        data={"quantity": given.quantity, "reason": given.reason, "on_hand": batch.on_hand},
    )


class MoveBatch(Arguments):
    """Where to."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)]


def _move_batch(batch: Batch, given: MoveBatch, act: Act) -> Outcome:
    was = batch.location.code
    batch.location = stock.location_named(given.location, batch.site_id)
    return Outcome(
        _("%(code)s lies in %(place)s.", code=batch.code, place=batch.location.code),
        data={"from_place": was, "to_place": batch.location.code},
    )


class SetMinimum(Arguments):
    """What a site likes to have free."""

    min_stock: Annotated[int, Field(ge=0, le=10_000), Ask(_l("Minimum stock"))]


def _set_minimum(part: Part, given: SetMinimum, act: Act) -> Outcome:
    was, part.min_stock = part.min_stock, given.min_stock
    return Outcome(_("Minimum stock: %(n)s.", n=given.min_stock), data={"was": was, "min_stock": given.min_stock})


class TakeFromDonor(Arguments):
    """Which donor; left out, the one that has lain longest."""

    donor_part: Annotated[int | None, Ask(_l("Donor"))] = None


def _take_from_donor(need: Need, given: TakeFromDonor, act: Act) -> Outcome:
    offered = donors.donors_for(need)
    donor = next((d for d in offered if given.donor_part in (None, d.id)), None)
    if donor is None:
        raise Refused(_("No donor has this part."), _("Order it, or ask for another part."), field="donor_part")
    reserve.reserve_donor(need, donor, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(part)s comes from %(unit)s.", part=fits.kind_title(need.part_kind), unit=donor.unit.code),
        _("It is harvested before it is fitted."),
        data={"need": need.id, "title": fits.kind_title(need.part_kind), "donor": donor.unit.code},
    )


class BecomeDonor(Arguments):
    """A unit that is taken apart."""


def _become_donor(unit: Any, _given: BecomeDonor, act: Act) -> Outcome:
    kinds = donors.become_donor(unit, now=act.now)
    return Outcome(
        _("%(unit)s is a donor of %(n)s parts.", unit=unit.code, n=len(kinds)), data={"kinds": kinds, "n": len(kinds)}
    )


class Harvest(Arguments):
    """Where the part goes."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)] = ""


def _harvest_part(donor: DonorPart, given: Harvest, act: Act) -> Outcome:
    site_id = donor.site_id
    place = (
        stock.location_named(given.location, site_id)
        if given.location
        else stock.usual_location(donors.used_part(donor).id, site_id)
    )
    batch, need = donors.harvest(donor, place, now=act.now, by=act.by.person_id)
    waiting = [need] if need is not None else receive.next_in_line(batch.part, site_id, 1)
    for each in waiting:
        act.follow("reserve", each.id, {"batch": batch.code})
    return Outcome(
        _("%(part)s harvested.", part=fits.kind_title(donor.part_kind)),
        _for_whom(waiting, place),
        data={"title": fits.kind_title(donor.part_kind), "batch": batch.code, "place": place.code},
        more={"batch": batch.code},
    )


def _donor_part_broken(donor: DonorPart, given: Reason, act: Act) -> Outcome:
    donors.broken(donor, now=act.now)
    title = fits.kind_title(donor.part_kind)
    return Outcome(_("%(part)s is no good.", part=title), tone="look", data={"title": title, "reason": given.reason})


class AddLocation(Arguments):
    """A new place."""

    code: Annotated[
        str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9-]+$"), Ask(_l("Code"), _l("Such as B-04-2."))
    ]
    kind: Annotated[
        str, Ask(_l("Kind"), choices=lambda _t: [(k, k) for k in ("shelf", "tray", "quarantine", "outgoing", "donor")])
    ] = "shelf"
    site: int | None = None


def _add_location(_target: None, given: AddLocation, act: Act) -> Outcome:
    place = stock.add_location(given.code, given.kind, _site(given.site, act))
    return Outcome(
        _("%(code)s added. Print its label.", code=place.code),
        data={"code": place.code, "kind": place.kind},
        target=place,
    )


def locations_of(site_id: int) -> list[Location]:
    """Return the places of a site."""
    return list(db.session.scalars(select(Location).where(Location.site_id == site_id).order_by(Location.code)))


ACTIONS: Final = (
    Action(
        "place_order",
        _l("Order parts"),
        "purchase_order",
        _place_order,
        BUYERS,
        _l("Ordered"),
        arguments=PlaceOrder,
        creates=True,
        icon="shopping-cart",
    ),
    Action(
        "send_order",
        _l("Approve and send"),
        "purchase_order",
        _send_order,
        BUYERS,
        _l("Sent to %(supplier)s"),
        icon="send",
    ),
    Action(
        "cancel_order",
        _l("Cancel the order"),
        "purchase_order",
        _cancel_order,
        BUYERS,
        _l("Cancelled"),
        detail=_l("%(reason)s"),
        arguments=Reason,
        danger=True,
        icon="x",
    ),
    Action(
        "receive",
        _l("Receive"),
        "purchase_order",
        _receive,
        RECEIVERS,
        _l("%(quantity)s received, %(batch)s"),
        arguments=Receive,
        icon="package",
    ),
    Action(
        "open_stock",
        _l("Put into stock"),
        "part",
        _open_stock,
        BUYERS,
        _l("%(quantity)s put into stock"),
        arguments=OpenStock,
        icon="package",
    ),
    Action(
        "set_minimum",
        _l("Set the minimum stock"),
        "part",
        _set_minimum,
        BUYERS,
        _l("Minimum stock %(min_stock)s"),
        arguments=SetMinimum,
    ),
    Action(
        "adjust_stock",
        _l("Count"),
        "batch",
        _adjust_stock,
        BUYERS,
        _l("Counted: %(delta)s"),
        detail=_l("%(reason)s"),
        arguments=Adjust,
    ),
    Action(
        "scrap_stock",
        _l("Scrap"),
        "batch",
        _scrap_stock,
        BUYERS,
        _l("%(quantity)s scrapped"),
        detail=_l("%(reason)s"),
        arguments=ScrapStock,
        icon="trash-2",
    ),
    Action(
        "move_batch",
        _l("Move"),
        "batch",
        _move_batch,
        RECEIVERS,
        _l("Moved to %(to_place)s"),
        arguments=MoveBatch,
        icon="map-pin",
    ),
    Action(
        "take_from_donor",
        _l("Take from a donor"),
        "need",
        _take_from_donor,
        HARVESTERS,
        _l("%(title)s comes from %(donor)s"),
        arguments=TakeFromDonor,
        icon="recycle",
    ),
    Action(
        "become_donor",
        _l("Make it a donor"),
        "unit",
        _become_donor,
        frozenset(),
        _l("Donor of %(n)s parts"),
        arguments=BecomeDonor,
        hidden=True,
        through_holds=True,
        icon="recycle",
    ),
    Action(
        "harvest_part",
        _l("Harvest"),
        "donor_part",
        _harvest_part,
        HARVESTERS,
        _l("%(title)s harvested"),
        detail=_l("%(batch)s in %(place)s"),
        arguments=Harvest,
        icon="recycle",
    ),
    Action(
        "discard_donor_part",
        _l("No good"),
        "donor_part",
        _donor_part_broken,
        HARVESTERS,
        _l("%(title)s was no good"),
        detail=_l("%(reason)s"),
        arguments=Reason,
        icon="x",
    ),
    Action(
        "add_location",
        _l("Add a place"),
        "location",
        _add_location,
        BUYERS,
        _l("Place %(code)s added"),
        arguments=AddLocation,
        creates=True,
        icon="map-pin",
    ),
)
