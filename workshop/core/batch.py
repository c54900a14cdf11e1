"""One thing done to many, in one transaction: each by itself, so that those which can't are known with why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import IntegrityError

from workshop.core.actions import Act, Done, do_within, explained
from workshop.core.db import db
from workshop.core.errors import Refused

T = TypeVar("T")


@dataclass
class Each(Generic[T]):
    """What became of each: done, or refused with the reason."""

    done: list[Done] = field(default_factory=list)
    refused: list[tuple[T, Refused]] = field(default_factory=list)


def do_each(act: Act, asked: Iterable[tuple[T, str, dict[str, Any]]], also: dict[str, Any]) -> Each[T]:
    """Do each (target, action, arguments) within a savepoint of its own: a refused one leaves nothing behind.

    The caller decides whether those that were refused let the whole fail. Each event carries `also`.
    """
    found: Each[T] = Each()
    for target, name, arguments in asked:
        try:
            with db.session.begin_nested():
                found.done.append(do_within(act, name, target, arguments, also))
        except IntegrityError as broken:
            found.refused.append((target, explained(broken)))
        except Refused as refused:
            found.refused.append((target, refused))
    return found
