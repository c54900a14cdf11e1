"""The paper that must go into the parcel: one page, written as PDF by hand."""

from __future__ import annotations

import json
import sqlite3

from flask import Blueprint, Response, g

from workshop.sandbox import orders
from workshop.sandbox.answers import problem

bp = Blueprint("documents", __name__, url_prefix="/documents")
A4 = "0 0 595 842"


@bp.get("/delivery_note/<int(max=999999999999):order_id>.pdf")
def delivery_note(order_id: int) -> Response:
    """Answer the delivery note of an order."""
    try:
        order = orders.get(g.tx, order_id)
    except orders.NotThere as reason:
        return problem(404, str(reason))
    return Response(one_page(note_lines(g.tx, order)), mimetype="application/pdf")


def note_lines(tx: sqlite3.Connection, order: sqlite3.Row) -> list[str]:
    """Who gets what."""
    address = json.loads(order["address"])
    to = [
        f"{address['first_name']} {address['last_name']}",
        address["street"],
        f"{address['postal_code']} {address['city']}",
        address["country"],
    ]
    items = [f"{line['quantity']} x {line['sku']}" for line in orders.lines_of(tx, order["order_id"])]
    return [f"Delivery note, order {order['order_id']}", "", *to, "", *items]


def one_page(lines: list[str]) -> bytes:
    """Set lines of text on one A4 page."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    text = f"BT /F1 14 Tf 20 TL 64 760 Td {shown}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{A4}] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: list[bytes]) -> bytes:
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(pdf),
    )
