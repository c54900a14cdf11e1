"""The one place to find anything: a dialog on every page, and a page for those without script."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from workshop.core.actions import Action
from workshop.core.actor import Actor
from workshop.core.finding import MOST, Asked, Finder, Hit, asked, find
from workshop.core.here import GROUP_LABELS
from workshop.core.house import house
from workshop.core.web import allow, current_actor, is_htmx

bp = Blueprint("find", __name__)
# Where what was found is shown: in the dialog, or under the scan box.
LISTS: Final = ("find-found", "scan-found")


@bp.route("/find", methods=["GET", "POST"])
@allow()
def page() -> ResponseReturnValue:
    """What is found, as a page or for the dialog. A long list is posted: no address holds it; nothing is changed."""
    text = request.values.get("q", "")
    wanted = asked(text, request.values.get("at", ""))
    groups = find(wanted, current_actor(), house().finders)
    template = "find/_found.html" if is_htmx() else "find/page.html"
    place = LISTS[request.values.get("list") == LISTS[1]]
    return render_template(template, groups=groups, q=wanted.text, count=sum(len(g.hits) for g in groups), list=place)


def pages(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return the pages of a person's roles whose names begin so."""
    links = sorted(house().links, key=lambda k: (list(GROUP_LABELS).index(k.group), k.order))
    named = [k for k in links if actor.has(*k.roles) and wanted.named(k.label, GROUP_LABELS[k.group])]
    first = sorted(named, key=lambda k: not wanted.named(k.label))
    return [Hit(str(k.label), url_for(k.endpoint), k.icon, str(GROUP_LABELS[k.group])) for k in first[:MOST]]


def actions(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return what a person may begin from anywhere: the actions that need no thing to act on."""
    return [_begin(a) for a in house().actions.values() if _may_begin(a, actor) and wanted.named(a.label)][:MOST]


def _may_begin(action: Action, actor: Actor) -> bool:
    return action.creates and not action.hidden and actor.may(action.roles, actor.site_id)


def _begin(action: Action) -> Hit:
    code: Any = action.codes[0] if action.codes else ""
    return Hit(str(action.label), url_for("do.ask", name=action.name), action.icon, str(action.help), code)


def init_app(app: Flask) -> None:
    """Wire the page, and what the house itself can find."""
    app.register_blueprint(bp)
    with app.app_context():
        house().finders += [Finder(_l("Pages"), pages, order=80), Finder(_l("Begin"), actions, order=90)]
