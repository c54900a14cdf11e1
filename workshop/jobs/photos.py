"""Photos: checked by their content, re-encoded, bounded, without place or name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import warnings
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from PIL import Image, ImageOps

from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.models import Photo
from workshop.jobs.target import OpenUnit

LONGEST_SIDE: Final = 1600
THUMBNAIL: Final = 240
MOST_PIXELS: Final = 50_000_000


def _refuse(why: str) -> Refused:
    return Refused(why, _("Take the photo again, as JPEG, PNG or WebP of at most 50 megapixels."), field="image")


def open_picture(data: bytes) -> Image.Image:
    """Decode a picture whole. Raises Refused for anything else, however it calls itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if picture.width * picture.height > MOST_PIXELS:
                raise _refuse(_("This picture is too large."))
            return ImageOps.exif_transpose(picture).convert("RGB")
        except (
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ) as bad:
            raise _refuse(_("This is no picture, or it is cut off.")) from bad


def encode(picture: Image.Image, longest: int) -> tuple[bytes, int, int]:
    """Return the picture as JPEG with sides of at most `longest` pixels; nothing but pixels is carried over."""
    small = picture.copy()
    small.thumbnail((longest, longest))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), small.width, small.height


def keep(unit: OpenUnit, image: str, *, now: datetime, by: int | None) -> Photo:
    """Keep a photo of a unit, given as base64."""
    try:
        data = base64.b64decode(image.split(",", 1)[-1], validate=True)
    except (binascii.Error, ValueError) as bad:
        raise _refuse(_("This is no picture, or it is cut off.")) from bad
    picture = open_picture(data)
    large, width, height = encode(picture, LONGEST_SIDE)
    small, _w, _h = encode(picture, THUMBNAIL)
    photo = Photo(
        unit_id=unit.id,
        job_id=unit.job_id,
        sha256=hashlib.sha256(large).hexdigest(),
        width=width,
        height=height,
        image=large,
        thumbnail=small,
        taken_at=now,
        taken_by=by,
    )
    db.session.add(photo)
    db.session.flush()
    return photo
