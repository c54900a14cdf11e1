"""What to order today: the plan, as a page and as a file, and the orders that come of what is ticked."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.core import clock
from workshop.core.actions import Done, perform
from workshop.core.errors import Refused
from workshop.core.language import date_text
from workshop.core.money import plain_amount
from workshop.core.web import allow, current_actor, day_here, request_key, tell
from workshop.parts import delivery, listings, planning, words
from workshop.parts.action_words import terms
from workshop.parts.orders import on_time_percent
from workshop.parts.views import BUYER, bp, site_here

HOME: Final = "parts.today_page"


@bp.get("/parts")
@allow(*BUYER)
def today_page() -> ResponseReturnValue:
    """What to order today."""
    now, today, site = clock.now(), day_here(), site_here()
    found = planning.plan(site, today=today, terms=terms())
    if request.args.get("format") == "csv":
        return _csv(found)
    horizon = planning.horizon(site, today=today, terms=terms())
    closing = [r for r in horizon if r.answer.state == "closing"]
    late = listings.late(site, today)
    return render_template(
        "parts/today.html",
        plan=found,
        now=now,
        today=today,
        closing=closing,
        late=late,
        broken=delivery.late_orders(late, today, terms=terms()),
        countdown=words.countdown,
        on_time=on_time_percent,
        day=date_text,
    )


def _csv(found: planning.Plan) -> Response:
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["supplier", "supplier_sku", "part", "name", "quantity", "each", "total", "currency"])
    for group in found.groups:
        for line in group.lines:
            assert line.offer is not None
            write.writerow(
                [
                    group.supplier.code,
                    line.offer.supplier_sku,
                    line.part.code,
                    line.part.name,
                    line.quantity,
                    plain_amount(line.offer.price_minor, line.offer.currency),
                    plain_amount(line.total_minor, line.offer.currency),
                    line.offer.currency,
                ]
            )
    return Response(
        out.getvalue(), mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=to-order.csv"}
    )


@bp.post("/parts/approve")
@allow(*BUYER)
def approve() -> ResponseReturnValue:
    """Order what is ticked: one order for each supplier, each whole or not at all."""
    chosen: dict[str, list[dict[str, Any]]] = {}
    for ticked in request.form.getlist("line"):
        supplier, _dot, part = ticked.partition(".")
        chosen.setdefault(supplier, []).append({"part": part, "quantity": request.form.get(f"quantity-{part}", "")})
    if not chosen:
        raise Refused(_("Nothing is ticked."), _("Tick at least one line."), field="line")
    key, made = request_key(), []
    for supplier, lines in chosen.items():
        done = perform(
            "place_order",
            None,
            {"supplier": supplier, "lines": lines, "send": True, "site": site_here()},
            by=current_actor(),
            request_key=f"{key}-{supplier}"[:80] if key else None,
        )
        made.append(done)
    _tell_orders(made)
    return redirect(url_for("parts.orders_page"), 303)


def _tell_orders(made: list[Done]) -> None:
    """Say which orders went out, and which wait for somebody whose limit suffices."""
    waiting = [d for d in made if d.more["waits"]]
    sent = [d.more["order"] for d in made if d not in waiting]
    if waiting:
        words = ngettext(
            "%(num)s order waits for approval, %(sent)s are sent.",
            "%(num)s orders wait for approval, %(sent)s are sent.",
            len(waiting),
            sent=len(sent),
        )
        tell("look", words, f"{waiting[0].more['order']}: {waiting[0].detail}")
    else:
        words = ngettext("%(num)s order approved and sent.", "%(num)s orders approved and sent.", len(sent))
        tell("yes", words, ", ".join(sent))
