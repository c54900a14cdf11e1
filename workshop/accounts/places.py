"""Sites and benches: where the workshop works."""

from __future__ import annotations

from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field, field_validator
from sqlalchemy import select

from workshop.accounts.models import Bench, Site
from workshop.accounts.rights import must_answer_for
from workshop.core.actions import Act, Action, ModelKind, Outcome
from workshop.core.actor import ADMIN
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.house import House


class AddSite(Arguments):
    """A new place with its own clock."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,8}$"), Ask(_l("Code"), _l("Two to eight letters or digits."))]
    name: Annotated[str, Field(min_length=1, max_length=80), Ask(_l("Name"))]
    zone: Annotated[str, Field(max_length=40), Ask(_l("Time zone"), _l("Such as Europe/Helsinki."))]
    country: Annotated[str, Field(pattern=r"^[A-Za-z]{2}$"), Ask(_l("Country"), _l("Two letters, such as FI."))]

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(_("There is no such time zone. Write it as in Europe/Helsinki."))
        return zone


class AddBench(Arguments):
    """A new bench; its code is on its command card."""

    site: Annotated[str, Ask(_l("Site"), choices=lambda _target: sites_choices())]
    code: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9-]{1,12}$"), Ask(_l("Code"), _l("Up to twelve letters or digits, such as T1."))
    ]


def sites_choices() -> list[tuple[str, Any]]:
    """Return every site, by name."""
    return [(s.code, s.name) for s in db.session.scalars(select(Site).order_by(Site.name))]


def site_called(code: str) -> Site:
    """Return the site with this code. Raises Refused."""
    site = db.session.scalars(select(Site).where(Site.code == code.upper())).one_or_none()
    if site is None:
        raise Refused(_("There is no site %(code)s.", code=code), _("Give the code of a site."), field="site")
    return site


def add_site(_target: None, given: AddSite, act: Act) -> Outcome:
    """Make a site known. Raises Refused where its code is taken, Forbidden for an admin of one site."""
    must_answer_for(act.by, None)
    code = given.code.upper()
    if db.session.scalar(select(Site.id).where(Site.code == code)) is not None:
        raise Refused(_("There is a site %(code)s already.", code=code), _("Choose another code."), field="code")
    site = Site(code=code, name=given.name, zone=given.zone, country=given.country.upper())
    db.session.add(site)
    db.session.flush()
    data = {"code": code, "name": site.name, "zone": site.zone, "country": site.country}
    return Outcome(_("The workshop works at %(name)s too.", name=site.name), data=data, target=site)


def add_bench(_target: None, given: AddBench, act: Act) -> Outcome:
    """Make a bench of a site known. Raises Refused where the site has one with this code."""
    site, code = site_called(given.site), given.code.upper()
    must_answer_for(act.by, site.id)
    if db.session.scalar(select(Bench.id).where(Bench.site_id == site.id, Bench.code == code)) is not None:
        raise Refused(
            _("%(site)s has a bench %(code)s already.", site=site.name, code=code),
            _("Choose another code."),
            field="code",
        )
    bench = Bench(site_id=site.id, code=code)
    db.session.add(bench)
    db.session.flush()
    said = _("%(site)s has a bench %(code)s now.", site=site.name, code=code)
    return Outcome(said, data={"site": site.code, "code": code}, target=bench)


class SiteKind(ModelKind[Site]):
    """Sites, named by their code."""

    def show(self, target: Site) -> dict[str, object]:
        return {"code": target.code, "name": target.name, "zone": target.zone, "country": target.country}


class BenchKind(ModelKind[Bench]):
    """Benches, known at their own site."""

    def show(self, target: Bench) -> dict[str, object]:
        return {"id": target.id, "site": target.site.code, "code": target.code}


ACTIONS: Final = (
    Action(
        "add_site",
        _l("Add a site"),
        "site",
        add_site,
        frozenset({ADMIN}),
        _l("Site %(code)s added"),
        arguments=AddSite,
        creates=True,
        icon="map-pin",
    ),
    Action(
        "add_bench",
        _l("Add a bench"),
        "bench",
        add_bench,
        frozenset({ADMIN}),
        _l("Bench %(code)s added at %(site)s"),
        arguments=AddBench,
        creates=True,
        icon="wrench",
    ),
)


def bring(house: House) -> None:
    """Bring kinds and actions into the house."""
    house.add_kind(SiteKind("site", "sites", Site, by="code"))
    house.add_kind(BenchKind("bench", "benches", Bench))
    house.add_actions(ACTIONS)
    for name in ("uq_sites_code", "sites.code"):
        house.explain(name, _l("There is a site with this code already."), _l("Choose another code."))
    for name in ("uq_benches_site_id", "benches.site_id"):
        house.explain(name, _l("This site has a bench with this code already."), _l("Choose another code."))
