"""What the demo needs of this room: a practice account, the sandbox's products, and a price to begin with."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import httpx2
from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.money import half_up
from workshop.jobs.target import OpenUnit
from workshop.marketplace import prices
from workshop.marketplace.account import account
from workshop.marketplace.models import Listing, Product

# What a new one of a category is sold for refurbished in the first year, in cents, and how a year lowers it.
FIRST_YEAR: Final = {"smartphone": 46000, "tablet": 36000, "laptop": 74000, "console": 33000, "smartwatch": 19000}
YEARLY_RATE: Final = 190
BY_GRADE: Final = {"PREMIUM": 1120, "EXCELLENT": 1060, "VERY_GOOD": 1000, "GOOD": 920, "FAIR": 830, "STALLONE": 700}
LEAST_LEFT_MINOR: Final = 1500


def practice_account(*, started_on: date, on_probation: bool = True) -> None:
    """Make the account one for practising: it invents its EANs, and its probation began on that day."""
    seller = account()
    seller.makes_eans = seller.new_battery_allowed = True
    seller.started_on = started_on
    seller.days = 40 if on_probation else 0
    db.session.commit()


def usual_price(category: str, launch_year: int, storage_gb: int, grade: str, today: date) -> int:
    """Return what such a unit is usually sold for, in cents, ending on 9 euros as shop prices do."""
    price = FIRST_YEAR[category]
    for _year in range(max(0, today.year - launch_year - 1)):
        price -= half_up(price * YEARLY_RATE, 1000)
    price += min(storage_gb, 1024) * 12
    price = half_up(price * BY_GRADE[grade], 1000)
    return max(2900, half_up(price, 1000) * 1000 - 100)


def suggested_price(unit: OpenUnit, grade: str, today: date) -> int:
    """Return a price for a unit: the usual one, or what leaves a little where that would lose money."""
    year = int(unit.launch_text[:4]) if unit.launch_text[:4].isdigit() else today.year - 4
    usual = usual_price(unit.category, year, unit.storage_gb or 0, grade, today)
    least = prices.calculation(unit).floor_minor + LEAST_LEFT_MINOR
    return max(usual, half_up(least, 100) * 100)


def products() -> list[dict[str, Any]]:
    """Return the products that have been offered, as the sandbox registers them."""
    dearest = db.session.execute(select(Listing.product_id, Listing.price_minor)).all()
    query = select(Product, DeviceModel).join(DeviceModel, DeviceModel.id == Product.model_id).where(Product.ean != "")
    return [
        {
            "ean": product.ean,
            "title": product.title,
            "brand": model.maker,
            "max_price": f"{_most([p or 0 for n, p in dearest if n == product.id]):d}.00",
        }
        for product, model in db.session.execute(query)
    ]


def _most(minor: list[int]) -> int:
    """Return the highest price allowed in whole euros: half as much again as the dearest that was set."""
    return max(500, max(minor, default=0) * 3 // 200)


def register_products(sandbox_url: str) -> int:
    """Tell the sandbox of the products, and return how many there are."""
    found = products()
    if found:
        httpx2.post(f"{sandbox_url.rstrip('/')}/_control/products", json=found, timeout=30).raise_for_status()
    return len(found)
