"""A page that is a list: the page, or the same list as a file."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from workshop.core import clock, list_export, listing, ticking
from workshop.core.errors import NotFound
from workshop.core.web import current_actor


def answer(template: str, wanted: listing.Listing, **context: Any) -> ResponseReturnValue:
    """Return a list as its page; with `format` in the address, every row that its filters leave as a file."""
    form = request.args.get("format")
    if form:
        return _file(form, wanted)
    return render_template(template, page=listing.page(wanted, request.args), **context)


def _file(form: str, wanted: listing.Listing) -> Response:
    if form not in list_export.FORMS:
        raise NotFound(_("No list is written as %(form)s.", form=form), ", ".join(list_export.FORMS))
    listing.state_of(wanted, request.args)  # refused while there is still somebody to tell
    written = list_export.write(form, wanted.columns, listing.every_row(wanted, request.args))
    name = f"{wanted.name}-{clock.now():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(written), mimetype=list_export.FORMS[form], headers=headers)


def init_app(app: Flask) -> None:
    """Give templates the forms of a list's file, where its filters are sent, and what its ticked rows are for."""
    app.jinja_env.globals.update(
        list_forms=lambda: list(list_export.FORMS), list_path=lambda: request.path, ticked_ways=_ticked_ways
    )


def _ticked_ways(kind: str) -> list[ticking.Way]:
    return ticking.ways(kind, current_actor())
