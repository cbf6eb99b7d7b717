"""What becomes of a row: the client with all its values, or every reason why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.clients.importing.judge import judge
from audienceos.clients.importing.shapes import Failed, OwnerRef, Ready
from audienceos.platform.sheets.shapes import Row
from tests.clients.importing_pure.support import LOOKUPS, client_from, judged, mapping_of, reasons

WHOLE = mapping_of(
    "name", "external_id", "domain", "contact_name", "contact_email", "contact_phone", "stage", "stage_since", "owner",
    "tags", "notes", "lifetime_value", "total_spend", "install_date", "last_activity", "text", "number", "date",
    "select", "skip", stages={"Customer": "Live"}, decimal_mark=".", date_order="mdy",
)  # fmt: skip
CELLS = [
    "  Acme   & Sons ", "0017", "https://www.Acme.example/", "Ann Lee", "Ann@acme.example", "+1 (555) 01", "customer",
    "2026-02-01", "Bob (bob@us.example)", "VIP; new", "Said\nhello", "$1,234.505", "(0)", "3/4/2025",
    "2026-02-28T12:00:00Z", " free text ", "-1,000.5", "March 4, 2025 9:00 PM", "Red", "left out",
]  # fmt: skip


def test_a_whole_row_becomes_a_whole_client() -> None:
    client = client_from(WHOLE, *CELLS)
    assert (client.name, client.external_id, client.domain) == ("Acme & Sons", "0017", "acme.example")
    assert (client.contact_name, client.contact_email, client.contact_phone) == (
        "Ann Lee",
        "Ann@acme.example",
        "+1 (555) 01",
    )
    assert (client.stage, client.stage_since) == ("Live", datetime(2026, 2, 1, 5, tzinfo=UTC))
    assert client.owner == OwnerRef("Bob", "bob@us.example", "Bob (bob@us.example)")
    assert (client.tags, client.notes) == (["VIP", "new"], "Said\nhello")
    assert (client.lifetime_value, client.total_spend) == (Decimal("1234.51"), Decimal("0.00"))
    assert (client.install_date, client.last_activity) == (
        date(2025, 3, 4),
        datetime(2026, 2, 28, 12, tzinfo=UTC),
    )
    assert client.custom == {
        "text": "free text",
        "number": Decimal("-1000.5"),
        "date": date(2025, 3, 4),
        "select": "Red",
    }
    assert client.kept == {}


def test_blank_cells_tell_nothing() -> None:
    client = client_from(WHOLE, "Acme", *[" "] * 19)
    assert client == client_from(mapping_of("name"), "Acme")


def test_dashes_and_the_like_are_blank_where_a_value_has_a_form() -> None:
    row = [
        "Acme",
        "-",
        "n/a",
        "-",
        "N/A",
        "-",
        "",
        "-",
        "-",
        "",
        "-",
        "n/a",
        "-",
        "#N/A",
        "-",
        "-",
        "-",
        "-",
        "-",
        "",
    ]
    client = client_from(WHOLE, *row)
    assert client.custom == {"text": "-", "select": "-"}
    assert client.notes == "-"
    assert (client.domain, client.contact_email, client.owner, client.lifetime_value) == (
        None,
        None,
        None,
        None,
    )


WRONG: list[tuple[str, str, str]] = [
    ("name", "x" * 101, "longer than 100"),
    ("name", "a\x07b", "control character"),
    ("external_id", "x" * 201, "longer than 200"),
    ("external_id", "9.1E+09", "shortened"),
    ("domain", "not a domain", "web address"),
    ("contact_name", "x" * 101, "longer than 100"),
    ("contact_email", "ann@", "e-mail"),
    ("contact_email", "a@x.example, b@x.example", "more than one"),
    ("contact_phone", "1" * 51, "longer than 50"),
    ("stage_since", "2026-02-30", "date"),
    ("stage_since", "2026-03-02", "future"),
    ("last_activity", "2026-03-01 12:00:01Z", "future"),
    ("install_date", "03/04/25/26", "date"),
    ("lifetime_value", "-5", "less than zero"),
    ("lifetime_value", "(120)", "less than zero"),
    ("lifetime_value", "much", "amount"),
    ("lifetime_value", "=A1*2", "formula"),
    ("lifetime_value", "€5", "not in USD"),
    ("total_spend", "1000000000000", "more than can be kept"),
    ("tags", "x" * 51, "longer than 50"),
    ("tags", ";".join(map(str, range(21))), "More than 20"),
    ("notes", "x" * 5001, "5,000"),
    ("text", "x" * 1001, "1,000"),
    ("number", "five", "number"),
    ("date", "soon", "date"),
    ("owner", "x" * 1001, "too long"),
]


@pytest.mark.parametrize(("target", "text", "reason"), WRONG)
def test_each_wrong_value_has_its_reason(target: str, text: str, reason: str) -> None:
    row = {"name": "Acme", target: text}
    found = reasons(mapping_of(*row), *row.values())
    assert list(found) == [target]
    assert reason in found[target]


def test_every_reason_is_told_at_once() -> None:
    found = reasons(mapping_of("name", "contact_email", "lifetime_value", "date"), "", "x", "y", "z")
    assert set(found) == {"name", "contact_email", "lifetime_value", "date"}
    assert found["name"] == "The name is missing."


def test_what_is_at_the_limit_comes_in() -> None:
    client = client_from(
        mapping_of("name", "notes", "tags", "lifetime_value", "text", decimal_mark="."),
        "x" * 100, "n" * 5000, ";".join(map(str, range(20))), "999999999998.99", "t" * 1000,
    )  # fmt: skip
    assert len(client.tags) == 20
    assert client.lifetime_value == Decimal("999999999998.99")


def test_a_row_of_the_wrong_shape_fails_whole_and_keeps_its_name() -> None:
    result = judge(
        Row(7, ["Acme", "x"], "has 3 cells where the header has 2"), mapping_of("name", "text"), LOOKUPS
    )
    assert isinstance(result, Failed)
    assert (result.line, result.name, result.reasons[0].field) == (7, "Acme", "row")


def test_an_unknown_stage_leaves_the_stage_open_and_says_so() -> None:
    result = judged(mapping_of("name", "stage"), "Acme", "Hibernating")
    assert isinstance(result, Ready)
    assert result.client.stage is None
    assert "Onboarding" in result.remarks[0].message


def test_a_blank_stage_may_have_been_chosen_for() -> None:
    assert client_from(mapping_of("name", "stage", stages={"": "Audit"}), "Acme", "").stage == "Audit"
    assert client_from(mapping_of("name", "stage"), "Acme", "").stage is None


def test_a_page_on_a_shared_host_is_kept_as_text() -> None:
    result = judged(mapping_of("name", "domain"), "Acme", "https://www.facebook.com/acme")
    assert isinstance(result, Ready)
    assert (result.client.domain, result.client.kept) == (None, {"domain": "https://www.facebook.com/acme"})
    assert result.remarks[0].field == "domain"


def test_rounding_is_said() -> None:
    result = judged(mapping_of("name", "lifetime_value", decimal_mark="."), "Acme", "12.345")
    assert isinstance(result, Ready)
    assert result.client.lifetime_value == Decimal("12.35")
    assert "12.35" in result.remarks[0].message


def test_several_columns_make_one_contact_one_note_and_all_tags() -> None:
    mapping = mapping_of("name", "contact_name", "contact_name", "notes", "notes", "tags", "tags")
    client = client_from(mapping, "Acme", "Ann", "Lee", "one", "two", "a;b", "B;c")
    assert (client.contact_name, client.notes, client.tags) == ("Ann Lee", "one\n\ntwo", ["a", "b", "c"])
    assert "contact_name" in reasons(mapping, "Acme", "a" * 60, "b" * 60, "", "", "", "")


def test_dates_of_two_readings_need_the_columns_order() -> None:
    assert client_from(
        mapping_of("name", "install_date", date_order="dmy"), "A", "3/4/2025"
    ).install_date == date(2025, 4, 3)
    assert "install_date" in reasons(mapping_of("name", "install_date"), "A", "3/4/2025")


cells = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from(CELLS), st.just("=1+1")), min_size=20, max_size=20
)


@given(cells)
def test_every_row_is_judged_and_judged_the_same(row: list[str]) -> None:
    first, second = judged(WHOLE, *row), judged(WHOLE, *row)
    assert first == second
    if isinstance(first, Ready):
        assert 1 <= len(first.client.name) <= 100
        assert first.client.stage is None or first.client.stage in LOOKUPS.pipeline.stages
        assert (first.client.lifetime_value or 0) >= 0
    else:
        headers: list[Any] = [column.header for column in WHOLE.columns]
        assert {fault.field for fault in first.reasons} <= {*headers, "row"}
        assert first.reasons
