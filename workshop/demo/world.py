"""The demo's units: 150 of them on every stage of the way, each led there by the actions that people use.

The clock is told, so that the work lies over the last weeks; chance is seeded, so that every demo is alike.
"""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from PIL import Image, ImageDraw
from sqlalchemy import event

from workshop.catalogue.window import OutsideWindow
from workshop.config import Settings
from workshop.core import clock, seals
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.check_digits import luhn_digit
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.demo import people, shop, supply
from workshop.jobs import target
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace.pricing import PriceTooLow
from workshop.parts import seed
from workshop.parts.models import Need
from workshop.parts.reserve import live

Say = Callable[[str], None]
FOLLOWING: Final = 1.6
# model, storages, colours, TAC, price paid
RANGE: Final = (
    ("iPhone 12", (64, 128), ("blue", "black", "white"), "35309711", 82),
    ("iPhone 11", (64, 128), ("black", "white"), "35325807", 61),
    ("iPhone SE (2nd generation)", (64,), ("black", "red"), "35651210", 38),
    ("iPhone 13", (128,), ("midnight", "pink"), "35182443", 155),
    ("iPhone XR", (64,), ("black",), "35738209", 44),
    ("Galaxy S21", (128,), ("grey",), "35462817", 74),
    ("Pixel 6a", (128,), ("charcoal",), "35789614", 69),
    ("iPad (8th generation)", (32,), ("silver",), "", 70),
    ("Switch (OLED model)", (64,), ("white",), "", 92),
    ("MacBook Air 13 (M1, 2020)", (256,), ("silver",), "", 240),
    ("Watch SE (1st generation) 44 mm", (32,), ("midnight",), "", 35),
)
# How many units end where, youngest first.
ENDS: Final = (
    ("intake", 57), ("diagnosis", 46), ("triaged", 5), ("parts", 9), ("repair", 7), ("swollen", 1), ("locked", 3),
    ("grading", 3), ("ready", 2), ("listed", 7), ("sold", 4), ("returned", 1), ("harvested", 3), ("recycled", 2),
)  # fmt: skip
DAYS: Final = {
    "intake": (0, 1), "diagnosis": (0, 3), "triaged": (1, 4), "parts": (2, 8), "repair": (2, 7), "swollen": (1, 4),
    "locked": (2, 9), "grading": (3, 8), "ready": (4, 9), "listed": (5, 14), "sold": (8, 14), "returned": (14, 15),
    "harvested": (4, 20), "recycled": (4, 20),
}  # fmt: skip


@dataclass
class Given:
    """What a unit of the demo is, and how far it goes."""

    end: str
    model: str
    storage_gb: int
    colour: str
    tac: str
    paid: int
    age: timedelta


class Story:
    """Leads one unit along its way, a few minutes an action."""

    def __init__(self, world: World, given: Given) -> None:
        self.world, self.given, self.chance = world, given, world.chance
        self.at = world.now - given.age
        self.by = world.chance.choice((world.aino, world.aino, world.jari, world.leena))
        self.unit_id = 0

    def do(self, name: str, given: dict[str, Any] | None = None, *, on: Any = None, by: Actor | None = None) -> Done:
        """Do one action, some minutes after the last."""
        self.at = min(self.at + timedelta(minutes=self.chance.uniform(1, 9)), self.world.now)
        ref = on if on is not None else (self.unit_id or None)
        with clock.told(self.at):
            return perform(name, ref, given or {}, by=by or self.by)

    def wait(self, low: float, high: float) -> None:
        """Let some hours pass, never past now."""
        self.at = min(self.at + timedelta(hours=self.chance.uniform(low, high)), self.world.now)

    def unit(self) -> OpenUnit:
        """Return the unit as it stands."""
        found = target.by_id(self.unit_id)
        assert found is not None
        return found

    def take_in(self, *, photo_too: bool = True) -> None:
        """Intake: identity, price, photo."""
        given = self.given
        serial = self.chance.randrange(10**6)
        identity = (
            {"imei": (body := f"{given.tac}{serial:06d}") + luhn_digit(body)}
            if given.tac
            else {"serial": f"SN{given.storage_gb:04d}{serial:06d}W"}
        )
        source = self.chance.choice(("COUNTER", "TELCO", "TELCO", "OFFICE"))
        source = supply.PROGRAMMES.get(given.model, source)
        paid = given.paid + self.chance.randrange(-6, 7)
        done = self.do(
            "take_in",
            {"model": given.model, "storage_gb": given.storage_gb, "colour": given.colour, "source": source,
             "price": f"{paid}.00", **identity},
        )  # fmt: skip
        self.unit_id = done.target.id
        if source == "TELCO" and given.end != "intake":
            supply.quote(self)
        if photo_too:
            self.do("add_photo", {"image": photo(given.colour)})

    def diagnose(self, failed: str = "", worn: bool = True) -> None:
        """Answer the checklist by a program's report, with the battery's reading."""
        reading = f"{self.chance.randrange(62, 79)} {self.chance.randrange(700, 1300)}" if worn else "91 310"
        self.do("record_report", {"tool": "Phonecheck 4.2", "failed": failed, "reading": reading})

    def advance(self) -> None:
        """Scan *NEXT*."""
        self.do("advance")

    def get_parts(self, whole: bool = True) -> None:
        """Order what no shelf has, and receive it some days later unless it is still on its way."""
        for need in needs_of(self.unit().job_id):
            if need.state == "needed":
                self.order(need.id)
        if not whole:
            return
        self.wait(20, 44)
        for need in needs_of(self.unit().job_id):
            held = live(need)
            if held is not None and held.order_line is not None:
                given = {"code": held.order_line.part.code, "lot": f"NC-{self.chance.randrange(2600, 2660)}"}
                self.do("receive", given, on=held.order_line.order.code, by=self.world.sanna)

    def order(self, need_id: int) -> None:
        """Order a part; with a reason where its window is shut already."""
        try:
            self.do("order_part", {"send": True}, on=need_id, by=self.world.sanna)
        except OutsideWindow:
            given = {"send": True, "reason": "The supplier has some left of its last run"}
            self.do("order_part", given, on=need_id, by=self.world.sanna)

    def repair(self) -> None:
        """Fit every part that is set aside, then move on."""
        for need in sorted(needs_of(self.unit().job_id), key=lambda n: n.part_kind == "battery"):
            held = live(need)
            if held is not None and held.batch is not None:
                name = "replace_battery" if need.part_kind == "battery" else "fit_part"
                self.do(name, {"batch": held.batch.code})
        self.advance()

    def grade(self, whole: bool = True) -> None:
        """Erase, test again, look at each zone, and let the grade follow."""
        self.do(
            "record_erasure",
            {"method": "crypto_erase", "category": "Purge", "tool": "Blancco Mobile", "tool_version": "6.4",
             "verification": "tool_report", "result": "pass"},
        )  # fmt: skip
        self.do("record_report", {"tool": "Phonecheck 4.2", "reading": "100 1"})
        zones = shop.zones_left(self.unit())
        marks = self.chance.choices((0, 1, 2), (5, 4, 2), k=len(zones))
        for zone, mark in list(zip(zones, marks, strict=True))[: None if whole else 2]:
            self.do("observe_zone", {"zone": zone, "observation": 1 if zone == "screen" and mark > 1 else mark})
        if whole:
            self.do("give_grade", {"go_on": True})

    def make_ready(self) -> None:
        """Price and pack it."""
        if shop.needs_price(self.unit_id):
            self.ask_price()
        self.do("pack", {"place": f"R-{self.chance.randrange(1, 9):02d}"}, by=self.world.mikael)

    def ask_price(self) -> None:
        """Ask the usual price; where that would lose money on a dearer unit of the listing, what leaves a little."""
        try:
            self.do("set_price", {"price": shop.asked_for(self.unit(), self.at)}, by=self.world.mikael)
        except PriceTooLow as low:
            enough = low.more["floor_minor"] // 100 + 15
            self.do("set_price", {"price": f"{enough}.00"}, by=self.world.mikael)


class World:
    """The people, the clock and the chance of one demo."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(1670)
        self.aino, self.jari, self.leena = people.actor("technician"), people.actor("jari"), people.actor("leena")
        self.sanna, self.mikael = people.actor("parts"), people.actor("refurbisher")
        db.session.commit()

    def cast(self) -> Iterator[Given]:
        """Yield what each unit is, the oldest first."""
        planned = [end for end, count in ENDS for _ in range(count)]
        given = [self._one(end) for end in planned]
        yield from sorted(given, key=lambda g: g.age, reverse=True)

    def _one(self, end: str) -> Given:
        model, storages, colours, tac, paid = self.chance.choices(RANGE, (14, 9, 7, 7, 5, 6, 5, 4, 3, 2, 3), k=1)[0]
        low, high = DAYS[end]
        age = timedelta(days=self.chance.uniform(low, high), minutes=self.chance.uniform(30, 300))
        return Given(end, model, self.chance.choice(storages), self.chance.choice(colours), tac, paid, age)


def needs_of(job_id: int) -> list[Need]:
    """Return what a job needs."""
    return list(db.session.query(Need).filter_by(job_id=job_id).order_by(Need.id))


@cache
def photo(colour: str) -> str:
    """Return a drawn photo of a device in its colour."""
    paint = {"midnight": "#1d2433", "charcoal": "#33373b", "silver": "#c9cdd0", "grey": "#8b9196"}.get(colour, colour)
    picture = Image.new("RGB", (320, 240), "#d9d6cf")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((120, 20, 200, 220), 12, fill=paint, outline="#222222", width=3)
    draw.rounded_rectangle((127, 28, 155, 56), 7, outline="#222222", width=3)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return base64.b64encode(out.getvalue()).decode()


def _intake(story: Story) -> None:
    story.take_in(photo_too=story.chance.random() < 0.4)


def _diagnosis(story: Story) -> None:
    story.take_in()
    story.advance()
    if story.chance.random() < 0.6:
        for _ in range(story.chance.randrange(1, 4)):
            story.do("answer", {"check": shop.plain_check(story.unit()), "outcome": "pass"})


def _to_parts(story: Story, *, worn: bool = True) -> None:
    story.take_in()
    story.advance()
    story.wait(1, 5)
    failed = story.chance.choice(("C-GLS1", "C-GLS1", "C-CHG1", "")) if story.unit().maker == "Apple" else ""
    failed = failed if story.unit().category == "smartphone" else ""
    story.diagnose(failed, worn)
    story.do("decide_triage", {"decision": "repair"})
    story.advance()


def _triaged(story: Story) -> None:
    story.take_in()
    story.advance()
    story.diagnose("C-GLS1" if story.unit().category == "smartphone" else "")


def _parts(story: Story) -> None:
    _to_parts(story)
    if story.unit().stage == Stage.PARTS and story.chance.random() < 0.7:
        story.get_parts(whole=False)


def _repair(story: Story) -> None:
    _to_parts(story)
    story.get_parts()


def _swollen(story: Story) -> None:
    _repair(story)
    story.do("hold", {"kind": "battery_swollen", "reason": "seen on opening"})


def _locked(story: Story) -> None:
    story.take_in()
    story.advance()
    story.do("hold", {"kind": "activation_lock", "reason": "the owner was asked"})


def _grading(story: Story) -> None:
    _repair(story)
    story.repair()
    if story.unit().stage == Stage.GRADING:
        story.grade(whole=False)


def _ready(story: Story) -> None:
    _repair(story)
    story.wait(2, 20)
    if story.unit().stage == Stage.REPAIR:
        story.repair()
    if story.unit().stage == Stage.GRADING:
        story.grade()


def _closed(decision: str) -> Callable[[Story], None]:
    def tell(story: Story) -> None:
        _triaged(story)
        story.do("decide_triage", {"decision": decision})

    return tell


TOLD: Final[dict[str, Callable[[Story], None]]] = {
    "intake": _intake, "diagnosis": _diagnosis, "triaged": _triaged, "parts": _parts, "repair": _repair,
    "swollen": _swollen, "locked": _locked, "grading": _grading, "ready": _ready, "listed": _ready, "sold": _ready,
    "returned": _ready, "harvested": _closed("harvest"), "recycled": _closed("recycle"),
}  # fmt: skip


def load(settings: Settings, *, say: Say) -> None:
    """Make the demo's world. Commits as it goes; what was made stays if it is stopped."""
    _hurry()
    world = World(clock.now())
    with clock.told(world.now - timedelta(days=40)):
        seed.seed_catalogue()
        db.session.commit()
        seed.seed_stock({"TMP": world.sanna, "HEL": world.sanna})
        supply.agree(world)
    shop.open_account(world)
    stories: dict[str, list[Story]] = {}
    for given in world.cast():
        story = Story(world, given)
        try:
            TOLD[given.end](story)
        except Refused as refused:
            raise RuntimeError(f"{given.end} {given.model}: {refused.what} {refused.remedy}") from refused
        stories.setdefault(given.end, []).append(story)
        db.session.expunge_all()
    supply.announce(world)
    supply.wait_for_a_display(world)
    supply.revise(world)
    say("workshop: 150 units, from the shelf to the buyer")
    shop.sell(world, stories, settings)
    seals.seal(clock.now())


def _hurry() -> None:
    """Let the disk not be waited for while the demo is made: if the power fails now, it is made again."""

    @event.listens_for(db.engine, "checkout")
    def relaxed(connection: Any, _record: Any, _proxy: Any) -> None:
        if db.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")
        else:
            connection.execute("SET synchronous_commit = off")
