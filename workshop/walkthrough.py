"""One device's whole way through a running workshop, over HTTP alone: the proof that the spine holds.

Exit 0 only if the sandbox itself shows the SKU one higher once it is listed, and one lower once it is sold.
"""

from __future__ import annotations

import base64
import io
import json
import random
import time
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urljoin

import click
import httpx2
from PIL import Image

from workshop.core.check_digits import luhn_digit

MODEL: Final = "iPhone 12"
PATIENCE_SECONDS: Final = 90.0
TURNS: Final = 20
LOOKED_AT: Final = frozenset({"screen", "frame", "back", "camera", "ports"})


class WentWrong(Exception):
    """A step did not answer as it must; the message says which and what was answered."""


class Way:
    """Talks to the workshop and the sandbox, and prints each step with what was answered."""

    def __init__(self, url: str, token: str, sandbox_url: str, as_json: bool) -> None:
        self.workshop = httpx2.Client(
            base_url=urljoin(url, "/api/v1"), headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self.sandbox = httpx2.Client(base_url=sandbox_url, timeout=30)
        self.as_json = as_json
        self.number = 0

    def say(self, stage: str, words: str, answer: Any = None) -> None:
        """Print one step."""
        self.number += 1
        if self.as_json:
            click.echo(json.dumps({"step": self.number, "stage": stage, "title": words, "answer": answer}))
        else:
            click.echo(f"{self.number:>3}  {stage:<10} {words}")

    def get(self, path: str) -> Any:
        """Read something of the workshop."""
        answer = self.workshop.get(path)
        if answer.status_code != 200:
            raise WentWrong(f"GET {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    def do(self, stage: str, path: str, body: dict[str, Any] | None = None, *, quiet: bool = False) -> Any:
        """Do one action, under a key of its own."""
        answer = self.workshop.post(path, json=body or {}, headers={"Idempotency-Key": uuid.uuid4().hex})
        if answer.status_code != 200:
            raise WentWrong(f"POST {path}: {answer.status_code} {answer.text[:400]}")
        found = answer.json()
        if not quiet:
            self.say(stage, " ".join(filter(None, (found.get("title"), found.get("detail")))), found)
        return found

    def refused(self, stage: str, path: str, body: dict[str, Any]) -> Any:
        """Do what must be refused, print the refusal, and return it."""
        answer = self.workshop.post(path, json=body)
        if answer.status_code not in (404, 409, 422):
            raise WentWrong(f"POST {path} should have been refused: {answer.status_code} {answer.text[:300]}")
        told = answer.json()
        self.say(stage, f"refused, as it must be: {told['title']} {told.get('detail', '')}", told)
        return told

    def scan(self, stage: str, code: str) -> Any:
        """Scan a code at the token's own bench."""
        return self.do(stage, "/scans", {"code": code})

    def unit(self, code: str) -> Any:
        """Read the unit."""
        return self.get(f"/units/{code}")

    def needs(self, code: str) -> list[Any]:
        """Read what the unit needs."""
        found: list[Any] = self.unit(code)["parts"]["needs"]
        return found

    def until(self, what: str, ask: Callable[[], Any]) -> Any:
        """Ask until there is an answer. Raises WentWrong after a minute and a half."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = ask()
            if found:
                return found
            time.sleep(0.4)
        raise WentWrong(f"waited {PATIENCE_SECONDS:.0f} s for: {what}")

    def quantity(self, sku: str) -> int:
        """Ask the sandbox itself how many of a SKU it shows; 0 for one it does not know."""
        listings = self.sandbox.get("/_control/listings").json()["results"]
        return next((int(row["quantity"]) for row in listings if row["sku"].lower() == sku.lower()), 0)


def new_imei() -> str:
    """Return an IMEI that has not been seen."""
    body = f"35309711{random.SystemRandom().randrange(10**6):06d}"
    return body + luhn_digit(body)


def picture() -> str:
    """Return a small photo as base64."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#5b6770").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def run(url: str, token: str, sandbox_url: str, *, until: str, as_json: bool) -> int:
    """Walk the whole way and return the exit code."""
    way = Way(url, token, sandbox_url, as_json)
    try:
        code = intake(way)
        diagnosis(way, code)
        parts(way, code)
        repair(way, code)
        grading(way, code)
        sku = ready(way, code)
        if until == "returned":
            sold(way, code, sku)
    except (WentWrong, httpx2.HTTPError) as wrong:
        click.echo(f"walkthrough: {wrong}", err=True)
        return 1
    way.say("done", "the whole way holds")
    return 0


def intake(way: Way) -> str:
    """Take a device in by its IMEI; a misread digit and a second intake are refused."""
    imei = new_imei()
    source = way.get("/sources")["sources"][0]["code"]
    given = {"imei": imei, "model": MODEL, "storage_gb": 128, "colour": "green", "source": source, "price": "82.00"}
    misread = imei[:14] + str((int(imei[14]) + 1) % 10)
    way.refused("intake", "/units/take-in", given | {"imei": misread})
    code: str = way.do("intake", "/units/take-in", given)["ref"]
    way.refused("intake", "/units/take-in", given)
    way.do("intake", f"/units/{code}/add-photo", {"image": picture()})
    way.scan("intake", code)
    way.scan("intake", "*NEXT*")
    return code


def diagnosis(way: Way, code: str) -> None:
    """Answer the checklist: the glass is cracked and the battery worn; decide to repair."""
    way.refused("diagnosis", f"/units/{code}/advance", {})
    way.scan("diagnosis", "74 912")
    way.scan("diagnosis", "C-GLS1-")
    way.do("diagnosis", f"/units/{code}/record-report", {"tool": "Walkthrough 1.0"})
    for need in way.needs(code):
        way.say("diagnosis", f"needs: {need['title']}, {need['state']}", need)
    way.scan("diagnosis", "T-REPAIR")
    way.scan("diagnosis", "*NEXT*")


def parts(way: Way, code: str) -> None:
    """Order what is not in stock, receive it by scanning; then the job moves on by itself.

    A piece that comes in goes to the job that has waited longest, so ours may have to be ordered again.
    """
    for _turn in range(TURNS):
        for need in [n for n in way.needs(code) if n["state"] == "needed"]:
            way.do("parts", f"/needs/{need['id']}/order-part", {"send": True})
        for need in [n for n in way.needs(code) if n["order"] is not None]:
            way.do("parts", f"/purchase-orders/{need['order']['code']}/receive", {"code": need["part"]["code"]})
        if way.unit(code)["job"]["stage"] == "repair":
            break
    found = way.until("the parts to be here", lambda: (u := way.unit(code))["job"]["stage"] == "repair" and u)
    way.say("parts", "every part is here: the job went on to repair by itself", found["job"])


def repair(way: Way, code: str) -> None:
    """Fit the parts by scanning them; the battery by the procedure for how it is held."""
    way.scan("repair", code)
    for need in sorted(way.needs(code), key=lambda n: n["part_kind"] == "battery"):
        if need["state"] == "reserved" and need["batch"]:
            way.scan("repair", need["batch"]["code"])
    way.scan("repair", "*NEXT*")


def grading(way: Way, code: str) -> None:
    """Erase with evidence, test again, look at each zone, and let the grade follow from that."""
    evidence = {
        "method": "crypto_erase", "category": "Purge", "tool": "Walkthrough", "tool_version": "1.0",
        "verification": "full", "result": "pass",
    }  # fmt: skip
    way.do("grading", f"/units/{code}/record-erasure", evidence)
    way.do("grading", f"/units/{code}/record-report", {"tool": "Walkthrough 1.0", "reading": "100 1"})
    for zone in way.unit(code)["grade"]["missing"]:
        if zone in LOOKED_AT:
            way.scan("grading", f"Z-{zone.upper()}-{1 if zone == 'frame' else 0}")
    grade = way.unit(code)["grade"]
    way.say("grading", f"the evidence makes it {grade['letter']}: {grade['explanation']}", grade)
    way.scan("grading", "*NEXT*")


def ready(way: Way, code: str) -> str:
    """Price and pack it; the feed makes it live, and the sandbox shows one more."""
    listing = way.until("the unit to be offered", lambda: way.unit(code).get("listing"))
    before = way.quantity(listing["sku"])
    floor = way.refused("ready", f"/units/{code}/set-price", {"price": "1.00"})["floor_minor"]
    way.do("ready", f"/units/{code}/set-price", {"price": f"{floor // 100 + 25}.00"})
    way.do("ready", f"/units/{code}/pack", {})
    way.until("the unit to be live", lambda: way.unit(code)["job"]["stage"] == "listed")
    after = way.quantity(listing["sku"])
    way.say("listed", f"live as {listing['sku']}: the sandbox shows {before} and then {after}")
    if after != before + 1:
        raise WentWrong(f"the sandbox shows {after} of {listing['sku']}, not {before + 1}")
    return str(listing["sku"])


def sold(way: Way, code: str, sku: str) -> None:
    """Be the buyer; ship by scanning the right unit; the sandbox shows one fewer; take it back."""
    before = way.quantity(sku)
    bought = way.sandbox.post("/_control/orders", json={"sku": sku})
    if bought.status_code != 201:
        raise WentWrong(f"the sandbox took no order: {bought.status_code} {bought.text[:200]}")
    way.say("sold", f"a buyer ordered {sku} as order {bought.json()['order_id']}")
    ours = way.until("a unit to be reserved", lambda: _reserved(way, code, sku))
    way.do(
        "sold", f"/units/{ours}/ship", {"tracking_number": f"JJFI{random.randrange(10**8):08d}", "not_blocked": True}
    )
    way.until("the marketplace to know the IMEI", lambda: _told(way, bought.json()["order_id"], way.unit(ours)["imei"]))
    after = way.quantity(sku)
    way.say("sold", f"shipped {ours}: the sandbox shows {before} and then {after}")
    if after != before - 1:
        raise WentWrong(f"the sandbox shows {after} of {sku}, not {before - 1}")
    warranty = way.unit(ours)["warranty"]
    way.say("sold", f"its warranty runs from {warranty['from']} until {warranty['until']}", warranty)
    way.scan("return", ours)
    way.scan("return", "*RETURN*")
    job = way.unit(ours)["job"]
    way.say("return", f"its job {job['number']} is in {job['stage']}", job)


def _reserved(way: Way, code: str, sku: str) -> str | None:
    """Return which unit the order reserved: ours, or one of the same SKU that has waited longer."""
    if way.unit(code)["job"]["stage"] == "sold":
        return code
    waiting = way.get("/units?stage=sold&limit=200")["units"]
    return next((u["code"] for u in waiting if _waits_for_shipment(way.unit(u["code"]), sku)), None)


def _waits_for_shipment(unit: Any, sku: str) -> bool:
    listing = unit.get("listing") or {}
    return unit.get("warranty") is None and str(listing.get("sku", "")).lower() == sku.lower()


def _told(way: Way, order_id: Any, imei: str) -> bool:
    orders = way.sandbox.get("/_control/orders").json()["results"]
    return any(str(o["order_id"]) == str(order_id) and imei in json.dumps(o) for o in orders)
