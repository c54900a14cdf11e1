"""Sample data for the gallery: the day of one iPhone 12."""

from __future__ import annotations

from typing import Any

from workshop.core.errors import Refused

STAGES = (
    ("intake", "Intake", (3, 1, 1)),
    ("diagnosis", "Diagnosis", (10, 1, 4, 1, 1)),
    ("parts", "Parts", (4, 1)),
    ("repair", "Repair", (5, 18, 1, 1)),
    ("grading", "Grading", (5, 9, 1, 4)),
    ("ready", "Ready", (1, 4, 1)),
    ("listed", "Listed", (5, 1)),
    ("sold", "Sold", (1, 5)),
)
REFUSED = Refused(
    "Wrong battery: this one is for iPhone 12 mini.",
    "Nothing was changed. Put it back in B-04-3, then scan the one from B-04-2.",
)


def rail(current: int, states: str, dates: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return a rail at stage `current`, whose bars are m(et), o(pen) or h(eld)."""
    words = {"m": "met", "o": "open", "h": "held"}
    stages = []
    for index, (name, label, minutes) in enumerate(STAGES):
        state = "done" if index < current else "current" if index == current else "ahead"
        bars = states if state == "current" else ("m" if state == "done" else "o") * len(minutes)
        stages.append(
            {
                "name": name,
                "label": label,
                "state": state,
                "bars": [{"state": words[b], "minutes": m} for b, m in zip(bars, minutes, strict=True)],
                "date": dates[index] if index < len(dates) else None,
            }
        )
    return stages


def item(label: str, icon: str = "circle-dot", count: int | None = None, active: bool = False) -> dict[str, Any]:
    """Return an entry of the navigation."""
    return {"label": label, "url": "#", "icon": icon, "count": count, "active": active}


BENCH_NAV = [{"label": "", "items": [item("Bench", active=True), item("My queue", count=14), item("Tray", count=0)]}]
SALES_NAV = [
    {
        "label": "Sales",
        "items": [
            item("Today", "sun"),
            item("Ready", "circle-check", 31),
            item("Feed", "arrow-right-left", 2, True),
            item("Orders", "package", 12),
            item("Returns", "undo-2", 2),
        ],
    },
    {
        "label": "Quality",
        "items": [
            item("Quality", "activity"),
            item("Prices", "tag"),
            item("Second look", "eye", 4),
            item("Units", "smartphone"),
        ],
    },
]


def here(page: str) -> dict[str, Any]:
    """Return who is signed in, and where."""
    bench = page in ("bench", "refused", "queue", "hold", "grading")
    return {
        "person_name": "" if page == "signin" else "Aino Virtanen" if bench else "Mikael Lindqvist",
        "initials": "AV" if bench else "ML",
        "role_label": "Technician" if bench else "Refurbisher",
        "site_name": "Tampere",
        "bench_name": "Bench T2",
        "clock_text": "10:42",
        "date_text": "Tue 24 Nov, 10:42",
        "last_scan": "P0011872W" if page == "refused" else "U0004127K",
        "nav_groups": BENCH_NAV if bench else SALES_NAV,
        "lang": "en",
    }


def bars(code: str) -> str:
    """Return something that looks like a barcode."""
    x, parts = 0, []
    for index, letter in enumerate(code * 3):
        width = 1 + (ord(letter) + index) % 3
        parts.append(f'<rect x="{x}" y="0" width="{width}" height="30"/>')
        x += width + 1 + (ord(letter) * 7 + index) % 2
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{x}" height="30">{"".join(parts)}</svg>'


GATES = [
    {
        "state": "met",
        "what": "Display fitted, glass was cracked",
        "detail": "10:12, Aino Virtanen, part P0009310C",
        "minutes": 5,
    },
    {
        "state": "open",
        "what": "Battery below 80 %: replace it",
        "detail": "This bench, now",
        "where_url": "#",
        "next": True,
        "minutes": 18,
    },
    {
        "state": "open",
        "what": "Re-test the display",
        "detail": "After closing, check 14",
        "where_url": "#",
        "minutes": 1,
    },
    {"state": "met", "what": "No safety hold is open", "detail": "Checked at each step", "minutes": 1},
]
WINDOW = {
    "state": "closing",
    "ends_on_text": "until 23 Oct 2027",
    "basis_text": "from launch",
    "how_long_text": "11 months",
    "ticks_filled": 6.1,
}


def unit(
    category: str,
    title: str,
    code: str,
    why: str,
    where: list[dict[str, Any]],
    pill: tuple[str, str],
    age: str,
) -> dict[str, Any]:
    """Return a row of a queue."""
    stage = next(s for s in where if s["state"] == "current")
    return {
        "url": "#",
        "category": category,
        "title": title,
        "code": code,
        "why": why,
        "rail": where,
        "stage_label": stage["label"],
        "pill": {"text": pill[0], "tone": pill[1]},
        "age_text": age,
    }


QUEUE = [
    unit(
        "phone",
        "iPhone 12, 128 GB, blue",
        "U0004127K",
        "fit the display, then the battery",
        rail(3, "ooom"),
        ("Part is here", "now"),
        "6 days",
    )
    | {"next": True},
    unit(
        "tablet",
        "iPad (8th gen), 32 GB, silver",
        "U0004131B",
        "fit the charging port",
        rail(3, "ommm"),
        ("Part is here", "now"),
        "5 days",
    ),
    unit(
        "phone",
        "iPhone 11, 64 GB, black",
        "U0004102G",
        "activation lock, owner asked on Monday",
        rail(1, "mmhhm"),
        ("On hold", "hold"),
        "5 days",
    ),
    unit(
        "console",
        "Switch OLED, white",
        "U0004164A",
        "checks 1 to 18",
        rail(1, "moooo"),
        ("Not begun", "idle"),
        "2 days",
    ),
    unit(
        "laptop",
        "MacBook Air M1, 256 GB",
        "U0004163R",
        "9 of 21 checks answered",
        rail(1, "momom"),
        ("Half done", "idle"),
        "2 days",
    ),
    unit(
        "watch",
        "Watch SE 44 mm, midnight",
        "U0004166E",
        "battery due tomorrow from Nordic Spares",
        rail(2, "mo"),
        ("Part tomorrow", "ahead"),
        "1 day",
    ),
]
ZONES = [
    {"name": "Screen", "seen": "faint, seen at 20 cm only", "grade": "A"},
    {"name": "Frame", "seen": "2 scratches over 8 mm", "grade": "B", "decides": True, "count": 1},
    {"name": "Back", "seen": "1 faint, under 5 mm", "grade": "A"},
    {"name": "Camera", "seen": "nothing seen", "grade": "A+"},
    {"name": "Ports, buttons", "seen": "scan what you see", "grade": "", "now": True},
    {"name": "Function", "seen": "21 of 21 passed", "grade": "A+"},
]
STORY = [
    {
        "label": "Today, Tuesday 24 November",
        "entries": [
            {
                "time": "14:43",
                "state": "now",
                "minutes": 5,
                "what": "Live on the marketplace",
                "detail": "quantity 6 to 7",
                "then": "IP12-128-BLU-B-NB at €279.00, task 8f31",
                "who": "Feed",
            },
            {
                "time": "14:33",
                "minutes": 1,
                "what": "Ready",
                "detail": "priced €279.00, label printed",
                "then": "Margin €91.30, floor €249.00",
                "who": "Mikael Lindqvist",
            },
            {
                "time": "13:55",
                "minutes": 4,
                "what": "Graded B",
                "detail": "very good",
                "then": "The frame decided: two scratches over 8 mm.",
                "who": "Jari Niemi, T4",
                "photos": [{"url": "/static/mark.svg", "alt": "Front"}],
            },
            {
                "time": "11:06",
                "minutes": 18,
                "what": "Battery replaced",
                "detail": "stretch-release tabs, nothing broke",
                "then": "P0011863T, 2 815 mAh, lot NC-2641.",
                "who": "Aino Virtanen, T2",
            },
            {
                "time": "10:43",
                "state": "refused",
                "what": "Scanned a battery for iPhone 12 mini, refused",
                "then": "Nothing was changed",
                "who": "Aino Virtanen, T2",
            },
        ],
    }
]
FIGURES = [
    {"label": "On the shelf", "number": "412", "context": "ready, in 61 listings"},
    {"label": "Published", "number": "391", "context": "in 55 listings, never over the shelf"},
    {"label": "Refused", "number": "2", "context": "since 10:31 today"},
    {"label": "Sent this hour", "number": "212", "context": "of 2 000 SKU lines"},
]
LISTINGS = [
    {
        "title": "Galaxy S21 5G, 128, grey, B",
        "sku": "S21-128-GRY-B",
        "quantity": "4",
        "price": "€289",
        "price_old": "€279",
        "pill": {"text": "Refused", "tone": "no"},
        "what": "Above the highest price allowed, €284.00",
        "then": "Set €284.00 or less and it is sent again",
        "button": {"label": "Set €284.00", "url": "#"},
    },
    {
        "title": "Switch OLED, white, C",
        "sku": "SWO-WHT-C",
        "quantity": "2",
        "quantity_old": "1",
        "price": "€198",
        "pill": {"text": "Sending", "tone": "now"},
        "what": "U0004157P became ready at 14:40",
        "then": "Sent at once, because few are left",
    },
    {
        "title": "iPhone SE (2020), 64, C",
        "sku": "SE2-64-BLK-C",
        "quantity": "11",
        "quantity_old": "10",
        "price": "€125",
        "price_old": "€129",
        "pill": {"text": "Waits 22 s", "tone": "idle"},
        "what": "The marketplace asked us to slow down",
        "then": "Goes again by itself at 14:43, nothing to do",
    },
    {
        "title": "Watch SE 44 mm, A",
        "sku": "AWSE-44-A-ST",
        "quantity": "3",
        "quantity_old": "0",
        "price": "€164",
        "price_old": "new",
        "pill": {"text": "Tomorrow", "tone": "ahead"},
        "what": "New listing, today's five are taken",
        "then": "First in the queue at 00:00",
        "button": {"label": "Send today", "url": "#"},
    },
]
DAYS = (
    [{"used": used, "of": 5, "state": "past"} for used in (5, 5, 4, 5, 5, 5, 3, 5, 5, 5, 5)]
    + [{"used": 3, "of": 5, "state": "today"}]
    + [{"used": 0, "of": 5, "state": "ahead"}] * 28
)
DATES = ("18 Nov", "18 Nov", "19–23 Nov", "24 Nov", "24 Nov", "24 Nov", "since 14:43", "")
CONTEXT: dict[str, Any] = {
    "rails": {
        "repair": rail(3, "moom"),
        "held": rail(3, "mhoh"),
        "grading": rail(4, "mmmo"),
        "listed": rail(6, "mo", DATES),
        "again": rail(0, "moo"),
        "morning": [s | {"state": "ahead", "date": "21 units"} for s in rail(0, "ooo")],
    },
    "gates": GATES,
    "window": WINDOW,
    "queue": QUEUE,
    "zones": ZONES,
    "story": STORY,
    "figures": FIGURES,
    "listings": LISTINGS,
    "days": DAYS,
}
