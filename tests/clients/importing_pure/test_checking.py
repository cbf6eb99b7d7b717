"""What check_mapping still finds wrong after a person changed a mapping."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from audienceos.clients.importing.checking import check_mapping
from audienceos.clients.importing.shapes import Mapping
from tests.clients.importing_pure.support import PIPELINE, mapping_of


def faults(mapping: Mapping) -> list[str]:
    header = [column.header for column in mapping.columns]
    return [fault.field for fault in check_mapping(mapping, header, PIPELINE)]


def changed(mapping: Mapping, place: int, **what: Any) -> Mapping:
    columns = list(mapping.columns)
    columns[place] = msgspec.structs.replace(columns[place], **what)
    return msgspec.structs.replace(mapping, columns=columns)


GOOD = mapping_of(
    "name", "text", "date", "skip", "stage", "notes", stages={"Customer": "Live", "": "Onboarding"}
)


def test_nothing_is_wrong_with_a_good_one() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("place", "what", "field"),
    [
        (1, {"target": "nowhere"}, "columns.1.target"),
        (1, {"target": "name"}, "columns.1.target"),
        (1, {"custom_type": None}, "columns.1.custom_type"),
        (1, {"custom_type": "colour"}, "columns.1.custom_type"),
        (1, {"custom_type": "select"}, "columns.1.custom_type"),
        (1, {"custom_name": " "}, "columns.1.custom_name"),
        (1, {"custom_name": "x" * 101}, "columns.1.custom_name"),
        (1, {"custom_name": "DATE"}, "columns.2.custom_name"),
        (2, {"date_orders": ["dmy", "mdy"]}, "columns.2.date_order"),
        (1, {"target": "install_date", "date_orders": ["dmy", "mdy"]}, "columns.1.date_order"),
        (1, {"target": "lifetime_value", "decimal_marks": [",", "."]}, "columns.1.decimal_mark"),
        (1, {"custom_type": "number", "decimal_marks": [",", "."]}, "columns.1.decimal_mark"),
        (0, {"target": "skip"}, "columns"),
        (0, {"header": "Other"}, ""),
    ],
)
def test_each_fault_is_told_at_its_place(place: int, what: dict[str, Any], field: str) -> None:
    assert faults(changed(GOOD, place, **what)) == ([field] if field else [])


@pytest.mark.parametrize(
    "what",
    [
        {"date_orders": ["dmy", "mdy"], "date_order": "mdy"},
        {"custom_type": "text", "date_orders": ["dmy", "mdy"]},
        {"target": "skip", "date_orders": ["dmy", "mdy"]},
        {"custom_type": "select", "options": ["a"]},
        {"target": "notes"},
    ],
)
def test_what_was_said_or_does_not_matter_is_no_fault(what: dict[str, Any]) -> None:
    assert faults(changed(GOOD, 2, **what)) == []


@pytest.mark.parametrize("source", ["", " ", "x" * 51, " hubspot"])
def test_a_source_has_a_name(source: str) -> None:
    assert faults(msgspec.structs.replace(GOOD, source=source)) == ["source"]


def test_stages_must_be_the_agencys() -> None:
    assert faults(msgspec.structs.replace(GOOD, stages={"Customer": "Gone", "Lead": "Live"})) == [
        "stages.Customer"
    ]


@pytest.mark.parametrize("header", [[], ["name"], ["date", "text", "name", "skip", "stage", "notes"]])
def test_a_mapping_belongs_to_its_file(header: list[str]) -> None:
    assert [fault.field for fault in check_mapping(GOOD, header)] == ["columns"]
