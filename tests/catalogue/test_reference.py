"""The data that comes with the program holds together."""

import re

import pytest
from sqlalchemy import select

from workshop.catalogue.dates import read_partial
from workshop.catalogue.load import load_models
from workshop.catalogue.models import DeviceModel
from workshop.catalogue.reference import (
    checklist,
    faults_for,
    load_checklists,
    load_devices,
    load_faults,
    load_part_kinds,
    load_policies,
    load_procedures,
)
from workshop.core.db import db

CATEGORIES = ("smartphone", "tablet", "laptop", "console", "smartwatch")
ZONES = {"screen", "frame", "back", "camera", "ports", "function", "battery", "parts"}


def test_every_device_row_with_a_launch_is_there():
    devices = load_devices()
    assert len(devices) == 221
    assert {device.category for device in devices} == set(CATEGORIES)
    assert len({(device.maker, device.model) for device in devices}) == 221


def test_a_name_that_does_not_say_whose_it_is_comes_with_its_maker():
    called = {d.called for d in load_devices()}
    assert {"OnePlus 8", "OnePlus Nord", "Xiaomi 13", "Nothing Phone (1)", "Mi 11", "iPhone 12"} <= called
    assert not [name for name in called if name[0].isdigit()]


def test_a_model_that_is_there_by_its_bare_name_is_renamed_and_not_added_again(app):
    model = db.session.scalars(select(DeviceModel).where(DeviceModel.name == "OnePlus Nord")).one()
    model.name = "Nord"
    assert load_models() == 0
    assert model.name == "OnePlus Nord"


def test_every_launch_and_end_of_sales_can_be_read():
    for device in load_devices():
        assert read_partial(device.launch)
        assert not device.sales_end or read_partial(device.sales_end).earliest >= read_partial(device.launch).earliest


def test_there_is_a_procedure_for_every_way_a_battery_is_held():
    held = {device.held_by for device in load_devices()} - {""}
    assert held <= set(load_procedures())


def test_every_procedure_has_eight_steps_and_looks_at_the_battery_before_touching_it():
    for procedure in load_procedures().values():
        assert [step.look for step in procedure.steps] == [False, False, True] + [False] * 5
        assert procedure.tools
        assert procedure.hazards


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_checklist_has_fourteen_to_twenty_one_checks(category):
    checks = checklist(category)
    assert 14 <= len(checks) <= 21
    assert [check.number for check in checks] == list(range(1, len(checks) + 1))


def test_a_console_without_battery_is_not_asked_about_one():
    checks = checklist("console", has_battery=False)
    assert 14 <= len(checks) <= 21
    assert not [check for check in checks if check.kind == "reading"]
    assert checks[-1].number == len(checks)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_failed_check_raises_a_fault_of_its_category(category):
    faults = {fault.code for fault in faults_for(category)}
    assert {check.fault for check in load_checklists()[category]} <= faults


def test_a_battery_is_read_once_on_every_checklist():
    for category in CATEGORIES:
        assert len([check for check in checklist(category) if check.kind == "reading"]) == 1


def test_codes_are_short_and_scannable_and_used_once():
    codes = {check.code for checks in load_checklists().values() for check in checks}
    assert all(re.fullmatch(r"C-[A-Z]{2,8}[0-9]{1,2}", code) for code in codes)
    assert all(re.fullmatch(r"F-[A-Z]{2,8}-[0-9]{1,2}", code) for code in load_faults())


def test_every_instruction_is_at_most_four_short_sentences():
    for checks in load_checklists().values():
        for check in checks:
            assert 1 <= check.instruction.count(". ") + 1 <= 4
            assert len(check.instruction) <= 240


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_fault_names_a_part_that_its_category_has(category):
    parts = load_part_kinds()
    for fault in faults_for(category):
        assert not fault.part or category in parts[fault.part].categories, (fault.code, category)
        assert fault.zone in ZONES


def test_policies_name_known_parts_and_a_source():
    for policy in load_policies():
        assert set(policy.parts + policy.later_parts) <= set(load_part_kinds())
        assert policy.article
        assert policy.basis in ("launch", "last_placed", "last_manufactured", "end_of_distribution", "none")
