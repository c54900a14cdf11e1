"""Every list page: each order, each filter, each file, and the address that holds it all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from bench.statements import noted
from tests.conftest import Walk
from tests.pages import Pages
from workshop.parts.seed import seed_catalogue

pytestmark = pytest.mark.furnished.with_args(seed_catalogue)
LISTS = {
    "/units": "admin",
    "/queue": "technician",
    "/stock": "parts",
    "/places": "parts",
    "/receiving": "parts",
    "/purchase-orders": "parts",
    "/purchase-orders?state=all": "parts",
    "/short": "parts",
    "/windows": "parts",
    "/donors": "parts",
    "/suppliers": "parts",
    "/spare-parts": "parts",
    "/spare-parts?window=open": "parts",
    "/recall": "parts",
    "/recall?lot=L1": "parts",
    "/recall?lot=L1&where=stock": "parts",
    "/trays": "technician",
    "/scans-to-look-at": "technician",
    "/scans-to-look-at?state=all": "technician",
    "/ready": "refurbisher",
    "/feed": "refurbisher",
    "/feed?tab=in_step": "refurbisher",
    "/orders": "refurbisher",
    "/orders?state=all": "refurbisher",
    "/returns": "refurbisher",
    "/prices": "refurbisher",
    "/background": "admin",
    "/people": "admin",
}


@pytest.fixture
def stocked(walk: Walk) -> None:
    """Something in the lists of units and of what is short."""
    unit = walk.in_diagnosis()
    walk.answer_all(unit, failing={"C-BAT1": "71 912"})
    walk.taken_in()


@pytest.mark.usefixtures("stocked")
def test_a_list_opens_in_each_of_its_orders_and_as_each_file(pages_of: Callable[[str], Pages]) -> None:
    for address, username in LISTS.items():
        pages, joint = pages_of(username), "&" if "?" in address else "?"
        heads = [a["href"] for a in pages.get(address).all("a") if "sort=" in a.get("href", "")]
        for more in [*heads, f"{joint}q=nothing-is-called-so"]:
            pages.get(address + more if more.startswith(joint) else address.partition("?")[0] + more)
        for form in ("csv", "xlsx", "json"):
            assert pages.client.get(f"{address}{joint}format={form}").status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_a_list_refuses_an_order_it_has_not(address: str, client_of: Callable[[str], Any]) -> None:
    joint = "&" if "?" in address else "?"
    answer = client_of(LISTS[address]).get(f"{address}{joint}sort=secret_hash")
    assert answer.status_code == 400
    assert "not sorted by secret_hash" in answer.text


@pytest.mark.usefixtures("stocked")
def test_a_file_has_the_heads_and_the_rows_of_the_page(client_of: Callable[[str], Any]) -> None:
    answer = client_of("admin").get("/people?format=csv&q=technician")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [r["User name"] for r in rows] == ["technician"]


def test_a_list_asks_no_more_for_more_rows(walk: Walk, client_of: Callable[[str], Any]) -> None:
    asked: dict[str, list[int]] = {}
    for _ in range(2):
        for _ in range(2):
            walk.answer_all(walk.in_diagnosis(), failing={"C-BAT1": "71 912"})
        for address in ("/stock", "/short", "/units", "/queue", "/spare-parts"):
            client = client_of(LISTS[address])
            client.get(address)
            with noted() as sent:
                client.get(address)
            asked.setdefault(address, []).append(len(sent))
    assert {address for address, counts in asked.items() if counts[0] != counts[1]} == set()
