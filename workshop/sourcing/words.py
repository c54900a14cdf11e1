"""How deliveries, their devices and revised offers are told: a word and a tone each."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

STATES: Final[dict[str, tuple[Any, str]]] = {
    "draft": (_l("To be looked at"), "look"),
    "importing": (_l("Being read in"), "now"),
    "expected": (_l("Expected"), "idle"),
    "receiving": (_l("Being received"), "now"),
    "counted": (_l("Report to be sent"), "look"),
    "reported": (_l("Reported"), "yes"),
    "dropped": (_l("Dropped"), "ahead"),
}
LINE_STATES: Final[dict[str, tuple[Any, str]]] = {
    "expected": (_l("Not here yet"), "ahead"),
    "found": (_l("Found"), "yes"),
    "wrong_model": (_l("Wrong model"), "look"),
    "missing": (_l("Missing"), "no"),
    "surplus": (_l("Surplus"), "look"),
}
OFFER_STATES: Final[dict[str, tuple[Any, str]]] = {
    "waiting": (_l("Waits for the owner"), "hold"),
    "accepted": (_l("Accepted"), "yes"),
    "declined": (_l("Declined, sent back"), "no"),
    "withdrawn": (_l("Withdrawn"), "ahead"),
}
