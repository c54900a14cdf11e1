"""Putting a unit under its listing, and taking it off again."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.language import in_english
from workshop.jobs.target import OpenUnit
from workshop.marketplace import shelf
from workshop.marketplace.account import account
from workshop.marketplace.grade_of import grade_of, has_new_battery
from workshop.marketplace.models import ListedUnit, Listing, Product
from workshop.marketplace.sku import practice_ean, product_code, sku_of


def offer(unit: OpenUnit, now: datetime) -> ListedUnit:
    """ListedUnit a unit under the listing of what it is; harmless when it is already.

    Raises Refused for a unit without a grade.
    """
    grade = grade_of(unit.job_id)
    if grade is None:
        raise Refused(_("%(unit)s has no grade.", unit=unit.code), _("Grade it first."), field="grade")
    listing = listing_for(unit, grade, now)
    standing = shelf.offer_of(unit.id)
    if standing is not None and standing.job_id == unit.job_id and standing.listing_id == listing.id:
        return standing
    if standing is not None:
        end(standing, "relisted", now)
    made = ListedUnit(job_id=unit.job_id, unit_id=unit.id, listing_id=listing.id, listing=listing, opened_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def end(standing: ListedUnit, how: str, now: datetime) -> None:
    """End an offer: sold, withdrawn, or under another listing from now on."""
    standing.ended_at, standing.ended_as = now, how
    db.session.flush()


def listing_for(unit: OpenUnit, grade: str, now: datetime) -> Listing:
    """Return the listing that a unit belongs under, made now where it is the first of its kind."""
    product = product_for(unit)
    new_battery = account().new_battery_allowed and has_new_battery(unit.id)
    sku = sku_of(product.code, grade, new_battery=new_battery)
    listing = db.session.scalars(select(Listing).where(Listing.sku_key == sku.casefold())).one_or_none()
    if listing is None:
        listing = Listing(
            sku=sku,
            sku_key=sku.casefold(),
            product_id=product.id,
            product=product,
            grade=grade,
            new_battery=new_battery,
            currency=account().currency,
            comment=first_comment(),
            state_since=now,
            why_data={},
        )
        db.session.add(listing)
        db.session.flush()
    return listing


def first_comment() -> str:
    """Return the words that a new listing begins with: without a comment the marketplace keeps it offline.

    They are for the buyer, so not in the language of whoever happened to make the unit ready.
    """
    return in_english(_l("Tested, erased and graded in our own workshop. 12 months warranty."))


def product_for(unit: OpenUnit) -> Product:
    """Return the product that a unit is."""
    storage, colour = unit.storage_gb or 0, unit.colour.strip().lower()
    query = select(Product).where(
        Product.model_id == unit.model_id, Product.storage_gb == storage, Product.colour == colour
    )
    return db.session.scalars(query).one_or_none() or _new_product(unit, storage, colour)


def _new_product(unit: OpenUnit, storage: int, colour: str) -> Product:
    code = product_code(unit.model_name, storage, colour)
    if db.session.scalar(select(Product.id).where(Product.code == code)) is not None:
        code = f"{code}-{unit.model_id}{colour[-2:].upper()}"
    model = db.session.get(DeviceModel, unit.model_id)
    assert model is not None
    ean = practice_ean(unit.maker, unit.model_name, storage, colour) if account().makes_eans else ""
    product = Product(model_id=model.id, model=model, storage_gb=storage, colour=colour, code=code, ean=ean)
    db.session.add(product)
    db.session.flush()
    return product
