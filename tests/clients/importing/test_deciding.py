"""What becomes of a row, judged without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.bulk import Into, Over
from audienceos.clients.importing.deciding import (
    Known,
    Misfit,
    changed,
    differences,
    new_client,
    remarks_of,
)
from audienceos.clients.importing.rules import OwnField, People, Rules
from audienceos.clients.importing.shapes import ImportedClient, OwnerRef, Ready

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
RULES = Rules(
    source="file",
    pipeline=Pipeline(("Onboarding", "Audit", "Live"), {"Onboarding": "initial", "Live": "live"}),
    zone=ZoneInfo("Asia/Tokyo"),
    now=NOW,
    people=People({"tom@example.com": TWO}, {"tom baker": [TWO]}, {}),
    fields={"Size": OwnField(ONE, "Size", "number"), "Tier": OwnField(TWO, "Tier", "select", ["Gold"])},
    keeps={"Owner": OwnField(None, "Owner", "text")},
    headers={name: [name.title()] for name in ("name", "stage", "owner", "tags", "notes", "install_date")},
    overwrite=frozenset(),
    move_stages=False,
)
KNOWN = Known(
    id=ONE,
    name="Oxbow",
    stage="Audit",
    stage_entered_at=NOW - timedelta(days=3),
    last_activity_at=NOW,
    version=4,
)


def row(**said: Any) -> Ready:
    given: dict[str, Any] = {"name": "Oxbow", **said}
    return Ready(2, ImportedClient(**given))


def rules(**changes: Any) -> Rules:
    return msgspec.structs.replace(RULES, **changes)


def test_a_new_client_starts_where_the_pipeline_starts() -> None:
    made = new_client(ONE, row(), RULES)
    assert (made.stage, made.stage_entered_at, made.last_activity_at) == ("Onboarding", NOW, NOW)
    assert made.install_date is None


def test_a_stage_that_is_no_more_is_the_first_one_and_told() -> None:
    gone = row(stage="Gone")
    assert new_client(ONE, gone, RULES).stage == "Onboarding"
    assert [fault.message for fault in remarks_of(gone, None, RULES)] == ["Gone is no stage any more."]
    assert differences(gone, KNOWN, rules(move_stages=True)) == []


def test_who_comes_in_live_went_live_on_a_day_of_the_agency() -> None:
    late = datetime(2026, 2, 1, 20, tzinfo=UTC)  # the next day already in Tokyo
    assert new_client(ONE, row(stage="Live", stage_since=late), RULES).install_date == date(2026, 2, 2)
    given = date(2025, 1, 1)
    assert new_client(ONE, row(stage="Live", install_date=given), RULES).install_date == given


def test_today_is_the_agencys_today() -> None:
    tokyo = date(2026, 3, 1)
    assert new_client(ONE, row(install_date=tokyo), RULES).install_date == tokyo
    with pytest.raises(Misfit, match="can't be ahead"):
        new_client(ONE, row(install_date=tokyo + timedelta(days=1)), RULES)


def test_what_the_row_does_not_say_is_no_difference() -> None:
    full = msgspec.structs.replace(KNOWN, notes="Long", tags=["vip"], domain="oxbow.example")
    assert differences(row(), full, RULES) == []


def test_spelling_of_tags_and_spaces_is_no_difference() -> None:
    full = msgspec.structs.replace(KNOWN, tags=["VIP", "New"], notes="Two  words")
    assert differences(row(tags=["new", "vip"], notes="Two words"), full, RULES) == []


def test_a_move_takes_its_day_along_but_never_back_before_the_last_one() -> None:
    early, late = NOW - timedelta(days=9), NOW - timedelta(days=1)
    moving = rules(move_stages=True)
    for since, entered in ((early, NOW), (late, late), (None, NOW)):
        found = differences(row(stage="Live", stage_since=since), KNOWN, moving)
        after = changed(KNOWN, found)
        assert (after.stage, after.stage_entered_at) == ("Live", entered)
        assert after.install_date is not None


def test_activity_only_gets_younger() -> None:
    all_of_it = rules(overwrite=frozenset({"Last"}), headers=RULES.headers | {"last_activity": ["Last"]})
    assert differences(row(last_activity=NOW - timedelta(days=1)), KNOWN, all_of_it) == []


def test_an_owner_who_is_nobody_here_is_kept_as_text() -> None:
    nobody = row(owner=OwnerRef("Ruth Vance", "", "Ruth Vance"))
    (found,) = differences(nobody, KNOWN, RULES)
    assert (found.header, found.becomes, found.overwrites) == ("Owner", "Ruth Vance", False)
    somebody = row(owner=OwnerRef("", "TOM@example.com", "TOM@example.com"))
    assert [one.field for one in differences(somebody, KNOWN, RULES)] == ["owner_id"]


@pytest.mark.parametrize(
    ("header", "value"), [("Size", Decimal("1e50")), ("Size", Decimal("0." + "1" * 40)), ("Tier", "Silver")]
)
def test_a_value_that_its_field_can_not_hold_is_told_at_its_column(header: str, value: Any) -> None:
    with pytest.raises(Misfit) as told:
        new_client(ONE, row(custom={header: value}), RULES)
    assert told.value.fault.field == header


def test_a_choice_is_kept_in_the_fields_spelling() -> None:
    assert new_client(ONE, row(custom={"Tier": " gold "}), RULES).custom == {str(TWO): "Gold"}


def test_a_row_of_the_wrong_width_is_never_written() -> None:
    into = Into("t", {"id": "uuid", "tags": "text[]"}, conflict="do nothing")
    assert into.arrays([(1, "[]"), (2, "[]")]) == [[1, 2], ["[]", "[]"]]
    with pytest.raises(ValueError, match="t takes id, tags"):
        into.arrays([(1,)])
    assert "beside" not in Over("t", {"id": "uuid", "a": "text"}, beside={"b": "int"}).text
