"""The help page: every action with what it does, who may, and the code that does it. Made from the declarations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from workshop.core.actions import Action
from workshop.core.actor import ADMIN, EVERYONE, ROLES
from workshop.core.forms import ask_of
from workshop.core.here import ROLE_LABELS
from workshop.core.house import Link, house
from workshop.core.web import allow

bp = Blueprint("help", __name__)


def rows() -> list[dict[str, Any]]:
    """Return what the help page tells of each action that a person may do, by kind of thing."""
    shown = [a for a in house().actions.values() if not a.hidden]
    return [_row(a) for a in sorted(shown, key=lambda a: (a.on, not a.creates, str(a.label)))]


def _row(action: Action) -> dict[str, Any]:
    asks = [ask_of(info) for info in action.arguments.model_fields.values()]
    kind = house().kinds[action.on]
    path = f"/{kind.plural}/{action.name.replace('_', '-')}"
    if not action.creates:
        path = f"/{kind.plural}/…/{action.name.replace('_', '-')}"
    return {
        "action": action,
        "asks": [str(a.label) for a in asks if a is not None],
        "may": {role: role in action.roles or role == ADMIN for role in ROLES},
        "path": path,
    }


@bp.get("/help")
@allow()
def page() -> ResponseReturnValue:
    """Show every action, its code and who may do it."""
    has_cards = "cards.command_card" in current_app.view_functions  # a higher room prints them
    return render_template("help/actions.html", rows=rows(), roles=ROLES, role_labels=ROLE_LABELS, has_cards=has_cards)


def init_app(app: Flask) -> None:
    """Wire the page."""
    app.register_blueprint(bp)
    with app.app_context():
        house().links.append(Link("admin", _l("Help"), "help.page", "circle-help", EVERYONE, 900))
