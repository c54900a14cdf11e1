"""What can go wrong, as one small tree. One handler turns each into a fragment, a page or problem+json."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule said no and nothing was changed.

    `what` says what happened, `remedy` what to do about it, `field` which input it was about.
    """

    status = 422
    kind = "refused"

    def __init__(self, what: Any, remedy: Any = "", *, field: str | None = None, **more: Any) -> None:
        super().__init__(str(what))
        self.what = what
        self.remedy = remedy
        self.field = field
        self.more = more


class BadArguments(Refused):
    """One or more typed arguments do not fit; `fields` maps each to its sentence."""

    kind = "bad-arguments"

    def __init__(self, what: Any, remedy: Any = "", *, fields: dict[str, str], **more: Any) -> None:
        super().__init__(what, remedy, field=next(iter(fields), None), **more)
        self.fields = fields


class BadRequest(Refused):
    """The request itself cannot be read."""

    status = 400
    kind = "bad-request"


class NotSignedIn(Refused):
    """Nobody is known by this cookie or token."""

    status = 401
    kind = "not-signed-in"


class Forbidden(Refused):
    """Known, but not allowed to do this."""

    status = 403
    kind = "forbidden"


class NotFound(Refused):
    """No such thing, or not one of this person's sites: the two look the same on purpose."""

    status = 404
    kind = "not-found"


class Conflict(Refused):
    """Somebody else was first. `what` says who and when."""

    status = 409
    kind = "conflict"


class TooMany(Refused):
    """Asked too often; `more['retry_after']` gives whole seconds."""

    status = 429
    kind = "too-many"


class Ambiguous(Refused):
    """A code fits more than one thing; `more['choices']` lists them."""

    status = 409
    kind = "ambiguous"
