"""The shapes the marketplace answers in: V1 envelopes, bare strings, problems, pages, the firewall."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

WORDS = {
    400: "invalid_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    429: "too_many_requests",
    500: "internal_error",
}
FIREWALL = """<!DOCTYPE html>
<html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head>
<body><h1>Sorry, you have been blocked</h1><p>You are unable to access this marketplace.</p></body></html>
"""


class Refusal(Exception):
    """Ends the call with an answer that is already made; nothing is kept."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def as_json(body: Any, status: int = 200) -> Response:
    """Answer JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def v1(status: int, message: str, target: str = "") -> Response:
    """Answer an error of listings and tasks."""
    error: dict[str, Any] = {"code": WORDS.get(status, "error"), "message": message, "data": {}}
    error |= {"docLink": "", "target": target}
    return as_json({"error": error, "requestId": uuid.uuid4().hex}, status)


def problem(status: int, detail: str) -> Response:
    """Answer an error of orders, order lines and after-sales."""
    kind = WORDS.get(status, "unprocessable")
    body = {"type": f"/errors/{kind}", "title": kind.replace("_", " ").capitalize(), "status": status}
    return as_json({**body, "detail": detail, "instance": request.path}, status)


def firewall(status: int = 403) -> Response:
    """Answer as the firewall in front of the marketplace does."""
    ray = f"{uuid.uuid4().hex[:16]}-CDG"
    return Response(FIREWALL, status, {"cf-ray": ray, "Server": "cloudflare"}, mimetype="text/html")


def challenge() -> Response:
    """Answer as the bot management does."""
    error = {"code": "bot-need-challenge", "message": "Forbidden", "challengePath": "/testchallengepage"}
    return as_json({"errors": [error]}, 403)


def json_body(number: type = Decimal) -> Any:
    """Read the call's JSON, numbers with a point as `number`; None when it is not JSON."""
    try:
        body = json.loads(request.get_data(), parse_float=number)
        json.dumps(body, default=str, ensure_ascii=False).encode()  # Half a character cannot be kept.
    except (ValueError, RecursionError):
        return None
    return body


def number_in_query(name: str, default: int | None = None, least: int = 0) -> int | None:
    """Read a whole number from the address; raises ValueError with the reason."""
    given = request.args.get(name)
    if given is None or given == "":
        return default
    if not (given.isascii() and given.isdigit()) or int(given) < least or len(given) > 15:
        raise ValueError(f"{name}: {given} is not a whole number from {least}")
    return int(given)


def page(rows: list[Any], describe: Callable[[Any], Any], *, size: int | None = None) -> dict[str, Any]:
    """Cut out the page asked for; `next` and `previous` are whole addresses."""
    number = number_in_query("page", 1, 1) or 1
    size = size or min(50, number_in_query("page-size", 10, 1) or 10)
    start = (number - 1) * size
    return {
        "count": len(rows),
        "next": _address(number + 1) if start + size < len(rows) else None,
        "previous": _address(number - 1) if number > 1 else None,
        "results": [describe(row) for row in rows[start : start + size]],
    }


def _address(number: int) -> str:
    args = {**request.args.to_dict(), "page": str(number)}
    return f"{request.base_url}?{urlencode(args)}"
