"""Photos are looked at for what they are, and carry nothing of a person."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import Walk, count
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.models import Photo


def photo_of(walk: Walk, data: bytes) -> Photo:
    walk.do("add_photo", walk.taken_in(), {"image": base64.b64encode(data).decode()})
    return db.session.scalars(select(Photo).order_by(Photo.id.desc()).limit(1)).one()


def encoded(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#224466").save(out, kind, **more)
    return out.getvalue()


def huge_png() -> bytes:
    """A header that promises 50,000 by 50,000 pixels, which would fill the memory."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "data",
    [
        b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        b"%PDF-1.7",
        encoded()[:300],
        encoded("GIF"),
        huge_png(),
    ],
    ids=["script", "svg", "nothing", "pdf", "cut off", "gif", "huge"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(walk: Walk, data: bytes) -> None:
    unit = walk.taken_in()
    with pytest.raises(Refused) as refused:
        walk.do("add_photo", unit, {"image": base64.b64encode(data).decode()})
    assert refused.value.field == "image"
    assert count(Photo) == 0
    assert walk.fresh(unit).version == unit.version


def test_what_is_no_base64_is_refused(walk: Walk) -> None:
    with pytest.raises(Refused):
        walk.do("add_photo", walk.taken_in(), {"image": "***"})


def test_place_and_camera_are_taken_out(walk: Walk) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    kept = photo_of(walk, encoded(exif=exif.tobytes()))
    assert b"SecretCamera" not in kept.image
    assert dict(Image.open(io.BytesIO(kept.image)).getexif()) == {}


def test_a_photo_taken_sideways_is_turned_upright(walk: Walk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = photo_of(walk, encoded(exif=exif.tobytes()))
    assert (kept.width, kept.height) == (48, 64)


def test_a_large_photo_is_kept_small(walk: Walk) -> None:
    kept = photo_of(walk, encoded(size=(4000, 3000)))
    assert (kept.width, kept.height) == (1600, 1200)
    assert max(Image.open(io.BytesIO(kept.thumbnail)).size) == 240


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_picture_become_jpeg(walk: Walk, kind: str) -> None:
    assert photo_of(walk, encoded(kind)).image.startswith(b"\xff\xd8")
