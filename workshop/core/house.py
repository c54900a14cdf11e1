"""The house: what the rooms have brought into one app.

A room's `init_app(app)` adds its actions, kinds, gates and the rest here, so that a lower room can be extended by a
higher one without knowing it, and a room left out of `create_app` is out whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

if TYPE_CHECKING:
    from sqlalchemy import Select

    from workshop.core.actions import Act, Action, Done, Kind
    from workshop.core.finding import Finder
    from workshop.core.work import Worker


@dataclass(frozen=True)
class Link:
    """An entry of the navigation.

    `count` says how many things need a person by a query of one number, or None where there is nothing to say. It goes
    by the person and the day alone, for it is built once and asked with those of all other entries. What no query can
    count, `number` does.
    """

    group: str
    label: Any
    endpoint: str
    icon: str
    roles: frozenset[str]
    order: int = 100
    count: Callable[[Any], Select[int] | None] | None = None
    number: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Panel:
    """A card that a room adds to the unit's page. `context` returns None where it has nothing to show."""

    name: str
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 100


@dataclass(frozen=True)
class Listener:
    """What a room does after an action of another: `hear(act, done)`, or with a list of these where `together`."""

    hear: Callable[..., None]
    together: bool = False

    def tell(self, heard: Sequence[tuple[Act, Done]]) -> None:
        """Let the room hear of what was done."""
        if self.together:
            self.hear(heard)
            return
        for act, done in heard:
            self.hear(act, done)


@dataclass
class House:
    """Everything the rooms registered, by kind."""

    actions: dict[str, Action] = field(default_factory=dict)
    kinds: dict[str, Kind[Any]] = field(default_factory=dict)
    codes: dict[str, Action] = field(default_factory=dict)
    listeners: dict[str, list[Listener]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    finders: list[Finder] = field(default_factory=list)
    workers: dict[str, Worker] = field(default_factory=dict)
    constraints: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)

    def add_kind(self, kind: Kind[Any]) -> None:
        """Make a kind of target known."""
        self.kinds[kind.name] = kind

    def add_actions(self, actions: Iterable[Action]) -> None:
        """Make actions known, with their command codes."""
        for action in actions:
            if action.name in self.actions:
                raise ValueError(f"two actions are called {action.name}")
            self.actions[action.name] = action
            for code in action.codes:
                self.codes[code] = action

    def after(self, action_name: str, hear: Callable[[Act, Done], None]) -> None:
        """Call `hear(act, done)` in the same transaction after each `action_name`."""
        self.listeners.setdefault(action_name, []).append(Listener(hear))

    def after_many(self, action_name: str, hear: Callable[[Sequence[tuple[Act, Done]]], None]) -> None:
        """Call `hear` with one or many of (act, done), so that it asks the database once for all of them."""
        self.listeners.setdefault(action_name, []).append(Listener(hear, together=True))

    def explain(self, constraint: str, what: Any, remedy: Any) -> None:
        """Say in words what it means when the database refuses by `constraint`."""
        self.constraints[constraint] = (what, remedy)


def init_app(app: Flask) -> House:
    """Give `app` an empty house."""
    house = House()
    app.extensions["house"] = house
    return house


def house() -> House:
    """Return the house of the current app."""
    found: House = current_app.extensions["house"]
    return found
