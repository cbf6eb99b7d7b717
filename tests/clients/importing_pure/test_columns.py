"""What columns are guessed to be, from headers and from values, and what a person must still say."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from audienceos.clients.importing.columns import guess_mapping, with_stages
from audienceos.clients.importing.fields import FIELDS, header_key, source_of
from audienceos.clients.importing.profile import profile_sheet
from audienceos.clients.importing.shapes import Mapping
from audienceos.platform.sheets.reading import read_sheet
from tests.clients.importing_pure.support import PIPELINE, choices, guessed, sheet_of
from tests.support.crm_export import company_export

TOOLS = {
    "hubspot": (
        "Record ID|Company name|Company owner|Create Date|Lifecycle Stage|Company Domain Name|Last Activity Date",
        "1|Acme|Ann (ann@x.example)|2024-01-05 09:00|Lead|acme.example|2024-02-05 09:00",
        {"Record ID": "external_id", "Company name": "name", "Company owner": "owner", "Lifecycle Stage": "stage",
         "Company Domain Name": "domain", "Last Activity Date": "last_activity", "Create Date": "custom"},
    ),
    "salesforce": (
        "Account ID|Account Name|Account Owner|Billing City|Phone|Website|Last Activity",
        "001xx000003DGb1AAG|Acme|Ann Lee|Bern|+41 31 1|http://www.acme.example|3/25/2024",
        {"Account ID": "external_id", "Account Name": "name", "Account Owner": "owner", "Phone": "contact_phone",
         "Website": "domain", "Last Activity": "last_activity", "Billing City": "custom"},
    ),
    "pipedrive": (
        "Organization - ID|Organization - Name|Organization - Owner|Person - Name|Person - Email - Work|Organization - Label",
        "17|Acme|Ann Lee|Bob Ray|bob@acme.example|VIP",
        {"Organization - ID": "external_id", "Organization - Name": "name", "Organization - Owner": "owner",
         "Person - Name": "contact_name", "Person - Email - Work": "contact_email", "Organization - Label": "tags"},
    ),
    "zoho": (
        "Record Id|Account Name|Account Owner.id|Account Owner|Phone|Website|Created Time|Modified Time|Tag",
        "zcrm_1|Acme|zcrm_9|Ann Lee|123|acme.example|2024-01-05 09:00:00|2024-01-06 09:00:00|a;b",
        {"Record Id": "external_id", "Account Name": "name", "Account Owner": "owner", "Website": "domain",
         "Account Owner.id": "custom", "Tag": "tags"},
    ),
    "monday": (
        "Name|Subitems|Group|Person|Status|Item ID (auto generated)",
        "Acme||Active|Ann Lee|Done|123456",
        {"Name": "name", "Subitems": "skip", "Status": "stage", "Item ID (auto generated)": "external_id"},
    ),
    "notion": (
        "Name|Tags|Status|Created time|Last edited time",
        "Acme|VIP, new|Live|March 4, 2024 9:05 AM|March 5, 2024 9:05 AM",
        {"Name": "name", "Tags": "tags", "Status": "stage", "Created time": "custom"},
    ),
    "airtable": (
        "Name|Notes|Assignee|Status|Attachments|Attachment Summary",
        "Acme|said hello|Ann Lee|Todo|a.pdf|a contract",
        {"Name": "name", "Notes": "notes", "Assignee": "owner", "Status": "stage"},
    ),
    "file": (
        "Firma;Ansprechpartner;E-Mail;Telefon;Webseite",
        "Müller;Jörg Ott;jo@mueller.example;030 1;mueller.example",
        {"Firma": "name", "Ansprechpartner": "contact_name", "E-Mail": "contact_email", "Telefon": "contact_phone",
         "Webseite": "domain"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_known_by_its_headers(tmp_path: Path, tool: str) -> None:
    header, row, expected = TOOLS[tool]
    mapping = guessed(tmp_path, header, row)
    assert mapping.source == tool
    assert {name: choices(mapping)[name].target for name in expected} == expected


def test_every_name_of_a_field_is_folded_and_belongs_to_few() -> None:
    for field in FIELDS.values():
        assert all(header_key(name) == name for name in field.names)
        assert len(set(field.names)) == len(field.names)


def test_too_little_names_no_tool() -> None:
    assert source_of(["Name", "Status"]) == "file"
    assert source_of(["Record ID", "x"]) == "file"


def test_one_field_goes_to_its_likeliest_column(tmp_path: Path) -> None:
    mapping = guessed(
        tmp_path, "Website URL|Company Domain Name|Name|Company", "http://a.example|a.example|Bob|Acme"
    )
    found = {name: choice.target for name, choice in choices(mapping).items()}
    assert found == {
        "Website URL": "custom",
        "Company Domain Name": "domain",
        "Name": "contact_name",
        "Company": "name",
    }


def test_first_and_last_name_make_the_contact(tmp_path: Path) -> None:
    found = choices(guessed(tmp_path, "Company|First Name|Last Name", "Acme|Ann|Lee"))
    assert [choice.target for choice in found.values()] == ["name", "contact_name", "contact_name"]


def test_values_speak_where_the_header_is_silent(tmp_path: Path) -> None:
    rows = [f"Acme {n}|a{n}@acme.example|acme{n}.example|ann@we.example" for n in range(6)]
    found = choices(guessed(tmp_path, "Name|Reach|Link|Who", *rows))
    assert [choice.target for choice in found.values()] == ["name", "contact_email", "domain", "owner"]
    assert found["Reach"].confidence < 0.7 <= found["Name"].confidence


def test_values_that_contradict_the_header_win(tmp_path: Path) -> None:
    found = choices(guessed(tmp_path, "Name|Email|Website|LTV", "Acme|by phone|none yet|much"))
    assert [choice.target for choice in found.values()] == ["name", "custom", "custom", "custom"]


def test_one_wrong_value_does_not_change_what_a_column_is(tmp_path: Path) -> None:
    rows = [f"Acme {n}|a{n}@acme.example|{n}.50|2024-01-0{n}" for n in range(1, 9)]
    found = choices(guessed(tmp_path, "Name|Email|LTV|Install date", *rows, "Beta|oops|oops|oops"))
    assert [choice.target for choice in found.values()] == [
        "name",
        "contact_email",
        "lifetime_value",
        "install_date",
    ]


TYPES = [
    (["1", "2.5", "-3", "1,000"], "number"),
    (["01234", "2345", "3456", "9"], "text"),
    (["1234567890123456", "1234567890123457", "1", "2"], "text"),
    (["$5", "$6", "$7", "$8"], "text"),
    (["2024-01-05", "5 Jan 2024", "n/a", "2024-02-05 10:00"], "date"),
    (["red", "green", "red", "green"], "select"),
    (["red", "green", "blue", "grey"], "text"),
    (["yes", "no", "Yes", "NO"], "select"),
    (["x" * 60, "x" * 60, "y" * 60, "y" * 60], "text"),
    (["45355", "45356", "45357", "45358"], "number"),
    (["=A1", "=A2", "=A3", "=A4"], "text"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "custom_type"), TYPES)
def test_what_has_no_field_becomes_one_of_the_agencys(
    tmp_path: Path, values: list[str], custom_type: str
) -> None:
    rows = [f"Acme {n}|{value}" for n, value in enumerate(values)]
    choice = choices(guessed(tmp_path, "Name|Extra", *rows))["Extra"]
    assert (choice.target, choice.custom_type, choice.custom_name) == ("custom", custom_type, "Extra")


def test_day_counts_are_dates_where_the_header_says_so(tmp_path: Path) -> None:
    found = choices(
        guessed(tmp_path, "Name|Renewal date|Install date", "Acme|45355|45355.5", "Beta|45356|45356")
    )
    assert (found["Renewal date"].custom_type, found["Install date"].target) == ("date", "install_date")


def test_numbers_that_are_labels_stay_texts(tmp_path: Path) -> None:
    found = choices(guessed(tmp_path, "Name|ZIP Code|Tax id|Employees", "Acme|12345|77|12"))
    assert [choice.custom_type for choice in found.values()][1:] == ["text", "text", "number"]


def test_more_than_twenty_choices_are_texts(tmp_path: Path) -> None:
    rows = [f"Acme {n}|v{n % 21}" for n in range(105)]
    choice = choices(guessed(tmp_path, "Name|Extra", *rows))["Extra"]
    assert (choice.custom_type, len(choice.options)) == ("text", 21)


def test_options_come_most_frequent_first(tmp_path: Path) -> None:
    rows = [f"Acme {n}|{'b' if n % 3 else 'a'}" for n in range(9)]
    assert choices(guessed(tmp_path, "Name|Extra", *rows))["Extra"].options == ["b", "a"]


def test_the_order_of_dates_is_the_whole_columns(tmp_path: Path) -> None:
    lines = [
        "Name|A date|B date|C date",
        *["x|03/04/2024|03/04/2024|2024-03-04"] * 30,
        "x|25/12/2024|12/25/2024|2024-12-25",
    ]
    found = choices(guessed(tmp_path, *lines))
    assert [found[name].date_order for name in ("A date", "B date")] == ["dmy", "mdy"]
    assert found["C date"].date_orders == []


def test_doubtful_dates_are_asked_about_the_likelier_order_first(tmp_path: Path) -> None:
    found = choices(
        guessed(tmp_path, "Name|A date|B date", "x|03/04/2024|12/25/2024", "y|05/06/2024|12/26/2024")
    )
    assert found["A date"].date_order is None
    assert found["A date"].date_orders == ["mdy", "dmy"]
    alone = choices(guessed(tmp_path, "Name|A date", "x|03/04/2024"))["A date"]
    assert (alone.date_order, alone.date_orders) == (None, ["dmy", "mdy"])


MARKS: list[tuple[list[str], str | None, list[str]]] = [
    (["1,5", "2"], ",", []),
    (["1.5", "2"], ".", []),
    (["1,234", "5,678"], ".", []),
    (["1.234", "5.678"], None, [",", "."]),
    (["1.234", "5,678"], None, [",", "."]),
    (["1.234", "5,6"], ",", []),
    (["5", "6"], ".", []),
]


@pytest.mark.parametrize(("values", "mark", "asked"), MARKS)
def test_the_decimal_mark_is_the_whole_columns(
    tmp_path: Path, values: list[str], mark: str | None, asked: list[str]
) -> None:
    rows = [f"Acme {n}|{value}" for n, value in enumerate(values)]
    choice = choices(guessed(tmp_path, "Name|Lifetime value", *rows))["Lifetime value"]
    assert (choice.target, choice.decimal_mark, choice.decimal_marks) == ("lifetime_value", mark, asked)


def test_numbers_of_a_workbook_have_points(tmp_path: Path) -> None:
    profiles = profile_sheet(sheet_of(tmp_path, "Name|LTV", "Acme|1.234"))
    assert choices(guess_mapping(profiles, PIPELINE, from_workbook=True))["LTV"].decimal_mark == "."


def test_an_empty_column_is_skipped_and_says_so(tmp_path: Path) -> None:
    choice = choices(guessed(tmp_path, "Name|Phone|Extra", "Acme||", "Beta| |"))["Phone"]
    assert (choice.target, choice.remark) == ("skip", "The column is empty.")


def test_what_a_custom_date_loses_is_said(tmp_path: Path) -> None:
    remark = choices(guessed(tmp_path, "Name|Create Date", "Acme|2024-01-05 09:00"))["Create Date"].remark
    assert "time of day" in remark
    assert "In stage since" in remark


def test_stages_are_proposed_for_every_value_also_for_none(tmp_path: Path) -> None:
    mapping = guessed(tmp_path, "Name|Stage", "Acme|Customer", "Beta|", "Gamma|audit")
    assert mapping.stages == {"Customer": "Live", "audit": "Audit", "": "Onboarding"}


def test_another_stage_column_is_proposed_for_and_choices_stay(tmp_path: Path) -> None:
    profiles = profile_sheet(
        sheet_of(tmp_path, "Name|Stage|Phase", "Acme|Customer|Won", "Beta|Lead|Customer")
    )
    mapping = guess_mapping(profiles, PIPELINE)
    columns = [
        msgspec.structs.replace(
            column, target={"Stage": "custom", "Phase": "stage"}.get(column.header, column.target)
        )
        for column in mapping.columns
    ]
    changed = msgspec.structs.replace(
        mapping, columns=columns, stages={"customer": "Audit", "Gone": "Nowhere"}
    )
    assert with_stages(changed, profiles, PIPELINE).stages == {"Won": "Live", "Customer": "Audit"}


def test_long_headers_keep_different_names(tmp_path: Path) -> None:
    long = "Question " + "x" * 100
    found = list(choices(guessed(tmp_path, f"Name|{long}1|{long}2", "Acme|a|b")).values())
    names = [choice.custom_name for choice in found]
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 100 for name in names)


def test_a_mapping_is_kept_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(company_export())
    mapping = guess_mapping(profile_sheet(read_sheet(path)), PIPELINE)
    assert msgspec.json.decode(msgspec.json.encode(mapping), type=Mapping) == mapping
    assert msgspec.convert(msgspec.to_builtins(mapping), Mapping) == mapping
