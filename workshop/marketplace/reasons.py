"""Why a listing or an order stands as it does: what happened, what happens next, in the reader's language."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from workshop.core.language import from_source

Sentence = tuple[Any, Any]

SENTENCES: Final[dict[str, Sentence]] = {
    "": ("", ""),
    "ready": (_l("%(unit)s became ready"), _l("Sent at once")),
    "changed": (_l("The shelf changed"), _l("Sent at once")),
    "price": (_l("The price changed"), _l("Sent at once")),
    "new": (_l("New listing, not yet on the marketplace"), _l("It goes with the next batch")),
    "task": (_l("New listing, sent in task %(task)s"), _l("The marketplace works on it, nothing to do")),
    "allowance": (
        _l("New listing, today's %(of)s are taken"),
        _l("In the queue for tomorrow, best earner first"),
    ),
    "review": (
        _l("The %(days)s days are over: the account is paused until reviewed"),
        _l("Mark it as reviewed once the marketplace has"),
    ),
    "throttled": (_l("The marketplace asked us to slow down"), _l("Goes again by itself, nothing to do")),
    "silent": (_l("No answer yet"), _l("It is read back first, then tried again by itself; nothing is lost")),
    "broken": (
        _l("The marketplace answered %(status)s"),
        _l("It is read back first, then tried again by itself"),
    ),
    "key": (_l("The marketplace refused our token"), _l("Put in a new token, then resume the feed")),
    "stopped": (_l("The feed is stopped"), _l("Resume it once the reason is gone")),
    "paused": (_l("The feed is paused"), _l("Resume it to send")),
    "too_dear": (
        _l("Above the highest price allowed, %(most)s"),
        _l("Set %(most)s or less and it is sent again"),
    ),
    "line": (_l("Refused: %(said)s"), _l("Put it right, then send it again")),
    "no_comment": (_l("It has no comment, so it is not online"), _l("Write one and it is sent again")),
    "disabled": (_l("The marketplace disabled it"), _l("Ask its seller support, then send it again")),
    "no_product": (_l("The marketplace's product is not known"), _l("Give its EAN")),
    "no_price": (_l("It has no price"), _l("Set one")),
    "unread": (
        _l("It shows %(n)s fewer than we know of: orders are on their way"),
        _l("They come by themselves; if none does, confirm what is on the shelf"),
    ),
    "short": (
        _l("More was sold than stands on the shelf"),
        _l("Cancel the line, or make a unit of this SKU ready"),
    ),
    "unknown_sku": (_l("No listing of ours has this SKU"), _l("Cancel the line")),
    "refused_move": (_l("The marketplace refused: %(said)s"), _l("Look at the order there, then try again")),
    "other_identifier": (
        _l("The marketplace has %(said)s for this line, which is not what was shipped"),
        _l("It can't be corrected: ask its seller support"),
    ),
}


# What our own adapter says in place of the marketplace; it is kept in English.
SAID: Final = (
    _l("the listing is not there any more"),
    _l("the order line is unknown"),
    _l("the order is not there"),
    _l("the task is unknown"),
    _l("the task failed"),
    _l("no reason given"),
    _l("the marketplace works on it"),
    _l("the day's new listings are taken"),
    _l("orders keep coming"),
    _l("its firewall wants us to slow down"),
    _l("looking the SKU up before it is sent again"),
)


def words(code: str, data: dict[str, Any]) -> tuple[str, str]:
    """Return what happened and what happens next."""
    what, then = SENTENCES[code]
    said = {name: from_source(value) for name, value in data.items()}
    return str(what) % said if said else str(what), str(then) % said if said else str(then)
