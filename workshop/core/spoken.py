"""What programs call not_told, as people read it.

Roles, kinds of things, categories and other fixed choices are kept by these names; where one is shown, `spoken` is.
"""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

CODES: Final[dict[str, Any]] = {
    # roles
    "technician": _l("technician"),
    "parts_manager": _l("parts manager"),
    "refurbisher": _l("refurbisher"),
    "admin": _l("admin"),
    "auditor": _l("auditor"),
    # kinds of things
    "account": _l("account"),
    "batch": _l("batch"),
    "consignment": _l("delivery"),
    "label_run": _l("print of labels"),
    "scan_aside": _l("scan put aside"),
    "bench": _l("bench"),
    "donor_part": _l("donor part"),
    "listing": _l("listing"),
    "location": _l("place"),
    "need": _l("need"),
    "offer": _l("offer"),
    "part": _l("part"),
    "person": _l("person"),
    "product": _l("product"),
    "purchase_order": _l("purchase order"),
    "return": _l("return"),
    "sales_order": _l("sales order"),
    "site": _l("site"),
    "source": _l("source"),
    "supplier": _l("supplier"),
    "token": _l("token"),
    "unit": _l("unit"),
    # categories of devices
    "smartphone": _l("smartphone"),
    "tablet": _l("tablet"),
    "laptop": _l("laptop"),
    "console": _l("console"),
    "smartwatch": _l("smartwatch"),
    # how a sale is taxed
    "margin": _l("margin"),
    "regular": _l("regular"),
    "reverse_charge": _l("reverse charge"),
    # answers and decisions
    "pass": _l("pass"),
    "fail": _l("fail"),
    "none": _l("left out"),
    "repair": _l("repair"),
    "harvest": _l("harvest"),
    "recycle": _l("recycle"),
    "send_back": _l("send back"),
    # commands that have no action of their own
    "swollen": _l("swollen"),
    "next": _l("next"),
    "erased": _l("erased"),
    "ship": _l("ship"),
    # parts
    "maker": _l("maker"),
    "aftermarket": _l("aftermarket"),
    "used": _l("used"),
    "shelf": _l("shelf"),
    "tray": _l("tray"),
    "quarantine": _l("quarantine"),
    "outgoing": _l("outgoing"),
    "donor": _l("donor"),
    "opening": _l("opening"),
    "received": _l("received"),
    "harvested": _l("harvested"),
    "fit_undone": _l("fit undone"),
    "removed": _l("removed"),
    "scrapped": _l("scrapped"),
    "counted": _l("counted"),
    "needed": _l("needed"),
    "ordered": _l("ordered"),
    "reserved": _l("reserved"),
    "fitted": _l("fitted"),
    "cancelled": _l("cancelled"),
    "draft": _l("draft"),
    "sent": _l("sent"),
    "battery": _l("battery"),
    "device": _l("device"),
    # erasing
    "flash": _l("flash"),
    "magnetic": _l("magnetic"),
    # sold and come back
    "short": _l("short"),
    "shipped": _l("shipped"),
    "refunded": _l("refunded"),
    "returned": _l("returned"),
    "not_told": _l("not told"),
    "withdrawal": _l("withdrawal"),
    "faulty": _l("faulty"),
    "not_as_ordered": _l("not as ordered"),
    "not_delivered": _l("not delivered"),
    "warranty": _l("warranty"),
    "other": _l("other"),
    # colours of the page
    "system": _l("as the system"),
    "light": _l("light"),
    "dark": _l("dark"),
}


def spoken(code: str) -> str:
    """Return a choice such as not_told, or a word of the catalogue's data, as the reader says it."""
    if code in CODES:
        return str(CODES[code])
    text = code.replace("_", " ") if code.isidentifier() else code
    return str(gettext(text)) if text else ""


def capital(text: str) -> str:
    """Return words with a capital in front, as they begin a line."""
    return text[:1].upper() + text[1:]


def roles(names: Any) -> str:
    """Return roles in a row, as they are said in a refusal."""
    return ", ".join(spoken(name) for name in sorted(names))
