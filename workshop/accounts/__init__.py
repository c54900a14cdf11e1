"""The accounts room: people, roles, sites, benches, sessions and tokens."""

from __future__ import annotations

from flask import Flask

from workshop.accounts import actions, commands, finders, keys, links, people_views, places, roles, views
from workshop.core.house import house


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.extensions["who"] = views.who
    app.register_blueprint(views.bp)
    app.register_blueprint(people_views.bp)
    commands.register(app)
    with app.app_context():
        for bring in (actions.bring, roles.bring, places.bring, keys.bring, links.bring):
            bring(house())
        house().finders += finders.FINDERS
