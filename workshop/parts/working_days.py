"""On which days suppliers deliver: not at weekends, and not on the public holidays of a site's country."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from workshop.accounts.models import Site
from workshop.core.db import db


def days_off(site_id: int) -> Collection[date]:
    """Return the public holidays of the country where a site is."""
    site = db.session.get(Site, site_id)
    return holidays_of(site.country if site else "")


@lru_cache(maxsize=64)
def holidays_of(country: str) -> Collection[date]:
    """Return the public holidays of a country (two letters); none where it is not known. Any year may be asked."""
    import holidays  # a fifth of a second, which only who plans has to spend

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()
