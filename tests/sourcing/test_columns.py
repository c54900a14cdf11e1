"""What a column holds is proposed from its heading in many languages, and from its content."""

from __future__ import annotations

import pytest

from tests.conftest import next_imei
from workshop.sourcing import columns
from workshop.sourcing.naming import Known, Names, storage_in

IPHONE = Known(1, "Apple", "iPhone 12", "A2172 A2403")
PRO = Known(2, "Apple", "iPhone 12 Pro", "A2407")
GALAXY = Known(3, "Samsung", "Galaxy S21", "SM-G991B")
NAMES = Names([IPHONE, PRO, GALAXY], {})


@pytest.mark.parametrize(
    "headings",
    [
        ["IMEI", "Model", "Storage", "Colour", "Grade", "Price"],
        ["IMEI-koodi", "Malli", "Muisti (GB)", "Väri", "Kunto", "Hinta (EUR)"],
        ["IMEI nr", "Modell", "Lagring", "Färg", "Skick", "Pris"],
        ["IMEI-Nummer", "Gerät", "Speicherplatz", "Farbe", "Zustand", "EK-Preis"],
        ["Numéro IMEI", "Modèle", "Capacité", "Couleur", "État", "Prix d'achat"],
        ["IMEI", "Dispositivo", "Capacidad", "Color", "Estado", "Precio unitario"],
        ["imei 1", "Modello", "Memoria", "Colore", "Condizione", "Prezzo"],
        ["IMEI", "Toestel", "Geheugen", "Kleur", "Staat", "Inkoopprijs"],
        ["Numer IMEI", "Urządzenie", "Pamięć", "Kolor", "Stan", "Cena"],
    ],
    ids=["en", "fi", "sv", "de", "fr", "es", "it", "nl", "pl"],
)
def test_headings_are_understood(headings: list[str]) -> None:
    fields = ["imei", "model", "storage_gb", "colour", "condition", "price"]
    assert columns.proposed_columns(headings, [], {}) == fields


def test_a_column_of_imeis_is_found_without_a_heading() -> None:
    body = [(n, ["x", next_imei(), next_imei()]) for n in range(1, 5)]
    assert columns.proposed_columns(["?", "No.", ""], body, {}) == ["", "imei", "imei2"]


def test_what_the_supplier_s_last_file_meant_wins() -> None:
    remembered = {"artikel": "lot", "ref": "serial"}
    assert columns.proposed_columns(["Ref", "Artikel", "Model"], [], remembered) == ["serial", "lot", "model"]


@pytest.mark.parametrize(
    ("rows", "heading"),
    [
        ([["IMEI", "Model"], ["1", "x"]], 1),
        ([["Delivery of 24 Nov"], ["IMEI", "Model"], ["1", "x"]], 2),
        ([["IMEI", "Model"], ["IMEI", "Model"], ["1", "x"]], 2),
        ([["Sarjanro", "Mikä"], ["353097110432183", "x"]], 1),
        ([["1", "x"], ["2", "y"]], 0),
    ],
)
def test_the_line_that_names_the_columns_is_found(rows: list[list[str]], heading: int) -> None:
    assert columns.proposed_heading(list(enumerate(rows, 1)), {}) == heading


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("iPhone 12", IPHONE),
        ("IPHONE 12", IPHONE),
        ("Apple iPhone 12 128GB Black", IPHONE),
        ("Apple iPhone 12 (128 GB) blau", IPHONE),
        ("iPhone 12 A2403", IPHONE),
        ("iPhone 12 Pro 256GB graphite", PRO),
        ("Samsung SM-G991B", GALAXY),
        ("Smartphone A2407", PRO),
        ("iPhone 12 mini", None),
        ("iPhone", None),
        ("A2403 A2407", None),
    ],
)
def test_a_model_is_known_by_the_words_that_suppliers_use(words: str, model: Known | None) -> None:
    assert NAMES.find(words) == model


def test_a_supplier_s_own_words_mean_what_was_said_once() -> None:
    assert Names([IPHONE, PRO], {"ip12p": 2}).find("IP12P") == PRO


@pytest.mark.parametrize("words", ["OnePlus 8 128GB black", "oneplus 8", "OnePlus 8, 128 GB"])
def test_a_model_whose_name_begins_with_its_maker_is_found(words):
    eight = Known(4, "OnePlus", "OnePlus 8")
    assert Names([IPHONE, eight], {}).find(words) == eight


@pytest.mark.parametrize(
    ("words", "gb"), [("iPhone 12 128GB", 128), ("128 Gt", 128), ("128 Go", 128), ("1 TB", 1024), ("iPhone 12", None)]
)
def test_the_storage_is_read_off_the_model(words: str, gb: int | None) -> None:
    assert storage_in(words) == gb
