"""Units for programs: scan, look up, list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, current_app, jsonify
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select

from workshop.accounts.models import Bench, Site
from workshop.core import clock, events
from workshop.core.actor import AT_WORK, EVERYONE, Actor
from workshop.core.api import Target, new_blueprint
from workshop.core.arguments import Arguments
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.house import house
from workshop.core.web import allow, current_actor, request_key
from workshop.jobs import queue, refusals, target
from workshop.jobs.models import Source
from workshop.jobs.scan import Scanned
from workshop.jobs.show import event_json, unit_json
from workshop.jobs.stages import STAGES

bp = new_blueprint("units_api", __name__)


class Scan(Arguments):
    """What a scanner sent, and the bench at which it was."""

    code: str = Field(min_length=1, max_length=600, description="As it came from the scanner, noise and all")
    bench: str = Field(default="", max_length=12, description="Code of the bench; left out: that of the token")


@bp.post("/scans", operation_id="scan", summary="Carry out a scan")
@allow(*AT_WORK)
def scan(body: Scan) -> Response:
    """Carry out what a scan asks for, as the bench does."""
    actor = at_bench(current_actor(), body.bench)
    scanned = refusals.scan_or_note(
        body.code,
        actor,
        request_key=request_key(),
        repeat_seconds=current_app.extensions["settings"].repeat_seconds,
    )
    return jsonify(scanned_json(scanned))


def at_bench(actor: Actor, code: str) -> Actor:
    """Return the actor at the bench of this code. Raises Refused where there is none at their sites."""
    if not code or code == actor.bench_code:
        return actor
    query = select(Bench.id, Bench.code, Site.id, Site.name, Site.zone).join(Site).where(Bench.code == code)
    for bench_id, bench_code, site_id, site_name, zone in db.session.execute(query):
        if actor.works_at(site_id):
            return replace(
                actor,
                bench_id=bench_id,
                bench_code=bench_code,
                site_id=site_id,
                site_name=site_name,
                zone=zone,
            )
    raise Refused(
        _("There is no bench %(code)s at your sites.", code=code),
        _("Give the code of a bench."),
        field="bench",
    )


def scanned_json(scanned: Scanned) -> dict[str, Any]:
    """Return the answer to a scan as the API tells it."""
    done = scanned.done
    result = "repeated" if done is not None and done.replayed else scanned.result
    body: dict[str, Any] = {
        "result": result,
        "tone": scanned.tone,
        "title": scanned.title,
        "detail": scanned.detail,
        "code": scanned.code,
        "go_to": scanned.go_to,
        "action": done.action if done else None,
    }
    if scanned.unit is not None:
        unit = scanned.unit
        # A plain scan changes none of the facts that were read with it; any other action may have.
        fresh = unit if done is None or done.action == "scan" else target.by_id(unit.id)
        body["unit"] = unit_json(fresh or unit)
    return body


def visible(unit: target.OpenUnit | None, actor: Actor) -> target.OpenUnit:
    """Return the unit. Raises NotFound where there is none at this person's sites."""
    if unit is None or not actor.works_at(unit.site_id):
        raise NotFound(_("No unit has this code."), _("Scan it again, or take it in."))
    return unit


@bp.get("/units/<string:ref>", operation_id="unit", summary="A unit by any of its codes")
@allow(*EVERYONE)
def unit(path: Target) -> Response:
    """Return the unit, its job, its gates and its events."""
    found = visible(next((f.unit for f in target.find(path.ref.strip().upper()) if f.unit), None), current_actor())
    body = unit_json(found)
    body["events"] = [event_json(e) for e in events.story("unit", found.id)]
    body["refusals"] = refusals.of(found.id)
    for name, tell in house().extensions.get("unit_json", {}).items():
        body[name] = tell(found)
    return jsonify(body)


class Listing(BaseModel):
    """Which units, and from where on."""

    stage: str = ""
    after: str = ""
    limit: int = Field(default=50, ge=1, le=200)


@bp.get("/units", operation_id="units", summary="Open units, the oldest first")
@allow(*EVERYONE)
def units(query: Listing) -> Response:
    """Return a page of open units and the key from which the next page goes on."""
    if query.stage and query.stage not in STAGES:
        raise Refused(_("There is no stage '%(stage)s'.", stage=query.stage), ", ".join(STAGES), field="stage")
    page = queue.page(
        site_ids=queue.sites_of(current_actor()),
        stages=(query.stage,) if query.stage else STAGES,
        now=clock.now(),
        after=query.after,
        limit=query.limit,
    )
    return jsonify({"units": [unit_json(r.unit) for r in page.rows], "after": page.after})


@bp.get("/sources", operation_id="sources", summary="Where devices come from")
@allow(*EVERYONE)
def sources() -> Response:
    """Return every source with its usual VAT regime."""
    found = db.session.scalars(select(Source).order_by(Source.code))
    return jsonify({"sources": [{"code": s.code, "name": s.name, "vat_regime": s.vat_regime} for s in found]})
