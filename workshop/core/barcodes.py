"""Every code the workshop knows, in one indexed table: `barcodes(code -> kind, id)`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.begins import BYTEWISE
from workshop.core.db import Base, BigId, db
from workshop.core.ready import Ready, insertion


class Barcode(Base):
    """One code and the thing it names. A supplier's code may name two things: then the scan asks which."""

    __tablename__ = "barcodes"
    __table_args__ = (
        UniqueConstraint("code", "kind", "target_id"),
        Index("ix_barcodes_target", "kind", "target_id"),
        Index("ix_barcodes_begin", "kind", "code", postgresql_ops={"code": BYTEWISE}),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[int] = mapped_column(BigId)


@dataclass(frozen=True)
class Match:
    """What a code names."""

    code: str
    kind: str
    target_id: int


_FIND = select(Barcode.code, Barcode.kind, Barcode.target_id).where(Barcode.code == bindparam("code")).limit(9)


def resolve(code: str) -> list[Match]:
    """Return everything that `code` names, at most nine things: one look-up."""
    return [Match(*row) for row in db.session.execute(_FIND, {"code": code})]


_NAMES = ("code", "kind", "target_id")
_KNOWN = Ready(select(Barcode.id).where(*(getattr(Barcode, name) == bindparam(name) for name in _NAMES)))
_INSERT = Ready(insertion(Barcode.__table__, leaving_out="id"))


def register(code: str, kind: str, target_id: int) -> None:
    """Make `code` name a thing; harmless when it does already."""
    row = {"code": code.strip().upper(), "kind": kind, "target_id": target_id}
    if _KNOWN.first(row) is None:
        _INSERT.change(row)
