"""`/ws/sav`: after-sales care."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, g, request

from workshop.sandbox import answers, care, checks, orders
from workshop.sandbox.answers import Refusal, as_json, problem

bp = Blueprint("ws_care", __name__, url_prefix="/ws/sav")
PAGE = 10
MOST_FILES, LARGEST_FILE = 10, 3_000_000
OLD_FOLDERS_END = 100_000_000
PROBLEMS = frozenset(
    {"ACCOUNT_LOCKED", "CODE_LOCKED", "DAMAGED_PACKAGE", "ITEM_NOT_RECEIVED", "MISSING_PART", "OOW_ITEM"}
    | {"PROBLEM_NOT_IDENTIFIED", "WRONG_ITEM", "OTHER"}
)


@bp.get("")
def list_folders() -> Response:
    """List folders, ten a page; `count` is what this page holds."""
    try:
        where, values = _filters()
        rows = g.tx.execute(f"SELECT * FROM folders WHERE 1 {where} ORDER BY id", values).fetchall()
        found = answers.page(rows, lambda row: care.folder_answer(g.tx, row, g.options), size=PAGE)
    except ValueError as reason:
        return problem(400, str(reason))
    return as_json({**found, "count": len(found["results"])})


@bp.get("/<int(max=999999999999):folder_id>")
def get_folder(folder_id: int) -> Response:
    """Answer one folder whole."""
    return as_json(care.details_answer(g.tx, _folder(folder_id), g.options))


@bp.post("/<int(max=999999999999):folder_id>/msg")
def post_message(folder_id: int) -> Response:
    """Write to the buyer."""
    _folder(folder_id)
    message, names = request.form.get("message", ""), _attachments(400)
    if not message:
        return problem(400, "message: this field is required")
    number = care.add_message(g.tx, folder_id, "Merchant", message, g.options.clock(), names)
    said = {"id": number, "group": folder_id, "sender": 1, "message": message}
    kept = [{"msg": number, "group": folder_id, "sender": 1, "attachment": name} for name in names]
    when = checks.stamp(g.options.clock())
    return as_json({**said, "date_creation": when, "attachments": kept}, 201)


@bp.post("/<int(max=999999999999):folder_id>/problem")
def post_problem(folder_id: int) -> Response:
    """Declare a problem; folders of the old kind take OTHER only, with no words and no files."""
    folder = _folder(folder_id)
    kind = request.form.get("problem_type", "OTHER")
    names = _attachments(413)
    if kind not in PROBLEMS:
        return problem(422, f"problem_type: one of {', '.join(sorted(PROBLEMS))}")
    if folder["id"] < OLD_FOLDERS_END and (kind != "OTHER" or names or request.form.get("message")):
        return problem(422, "Only OTHER problem type is allowed for IDs lower than 100,000,000")
    return as_json({}, 201)


@bp.post("/<int(max=999999999999):folder_id>/item-transfer")
def post_transfer(folder_id: int) -> Response:
    """Send an item back to the buyer."""
    _folder(folder_id)
    body = answers.json_body()
    if not isinstance(body, dict):
        return problem(422, "a JSON object is required")
    try:
        care.send_back(g.tx, folder_id, body)
    except sqlite3.IntegrityError:
        return problem(400, "An item transfer with this tracking number already exists")
    except ValueError as reason:
        return problem(422, str(reason))
    return as_json({}, 201)


@bp.post("/refund")
def post_refund() -> Response:
    """Refund a line; the answer is plain text."""
    body = answers.json_body()
    if not isinstance(body, dict):
        return problem(400, "a JSON object is required")
    try:
        line = orders.get_line(g.tx, checks.whole_number("orderline_pk", body.get("orderline_pk")))
        kind = checks.whole_number("refund_type", body.get("refund_type"))
        said = care.refund(g.tx, line, kind, body.get("amount"), g.options.clock())
    except orders.NotThere as reason:
        return problem(404, str(reason))
    except ValueError as reason:
        return problem(400, str(reason))
    return Response(said, 201, mimetype="text/plain")


def _folder(folder_id: int) -> sqlite3.Row:
    try:
        return care.get(g.tx, folder_id)
    except orders.NotThere as reason:
        raise Refusal(problem(404, str(reason))) from reason


def _attachments(status: int) -> tuple[str, ...]:
    """Return the names of the files sent; too many or too large ones are refused with `status`."""
    files = request.files.getlist("attachment")
    if len(files) > MOST_FILES or any(len(file.read()) > LARGEST_FILE for file in files):
        raise Refusal(problem(status, "File too large or too many attachments"))
    return tuple(file.filename or "attachment" for file in files)


def _filters() -> tuple[str, list[Any]]:
    where = ""
    values: list[Any] = []
    columns = {"state": "state = ?", "orderline": "line_id = ?", "last_id": "id > ?"}
    for name, condition in columns.items():
        if (given := answers.number_in_query(name)) is not None:
            where += f" AND {condition}"
            values.append(given)
    for name, column in (("last_modification_date", "modified"), ("last_message_date", "last_message")):
        if date := request.args.get(name):
            where += f" AND {column} >= ?"
            values.append(checks.stamp(checks.minute(name, date)))
    return where, values
