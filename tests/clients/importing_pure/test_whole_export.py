"""A CRM's export from file to clients, with nothing dropped silently and every mistake told."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import openpyxl

from audienceos.clients.importing.checking import check_mapping
from audienceos.clients.importing.columns import guess_mapping
from audienceos.clients.importing.judge import judge_sheet
from audienceos.clients.importing.profile import profile_sheet
from audienceos.clients.importing.shapes import Failed, Judgement, Ready
from audienceos.platform.sheets.reading import read_sheet
from tests.clients.importing_pure.support import LOOKUPS, PIPELINE, choices
from tests.support.crm_export import (
    COLUMNS,
    LIVE_VALUES,
    SHARED_NAME,
    company_export,
    company_rows,
    mistaken_rows,
)


def results_of(path: Path) -> list[Judgement]:
    sheet = read_sheet(path)
    mapping = guess_mapping(profile_sheet(sheet), PIPELINE, from_workbook=sheet.kind == "workbook")
    assert check_mapping(mapping, sheet.header, PIPELINE) == []
    return list(judge_sheet(sheet, mapping, LOOKUPS))


def export(folder: Path, rows: list[dict[str, str]] | None = None) -> Path:
    path = folder / "companies.csv"
    path.write_bytes(company_export(rows))
    return path


def test_the_export_is_what_it_promises() -> None:
    content = company_export()
    assert content == company_export()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 503
    assert tuple(rows[0]) == COLUMNS
    assert {row["Phone Number"] for row in rows} == {""}
    assert Counter(row["Company name"] for row in rows)[SHARED_NAME] == 5
    assert {"", "Evangelist", "Other"} < {row["Lifecycle Stage"] for row in rows}
    assert any(not row["Company name"].isascii() for row in rows)
    assert any("," in row["Industry"] and '"' in row["Industry"] for row in rows)


def test_every_company_comes_in_whole(tmp_path: Path) -> None:
    results = results_of(export(tmp_path))
    assert len(results) == 503
    for result, row in zip(results, company_rows(), strict=True):
        assert isinstance(result, Ready)
        client = result.client
        assert (client.name, client.external_id) == (row["Company name"], row["Record ID"])
        assert client.domain == row["Company Domain Name"]
        assert (client.owner.text if client.owner else "") == row["Company owner"]
        assert client.stage == ("Live" if row["Lifecycle Stage"] in LIVE_VALUES else "Onboarding")
        assert (client.last_activity is not None) == bool(row["Last Activity Date"])
        told = {name: str(value) for name, value in client.custom.items()}
        kept = ("City", "State/Region", "Country/Region", "Industry")
        assert told == {name: row[name] for name in kept if row[name]} | {
            "Create Date": row["Create Date"][:10]
        }


def test_mistakes_fail_by_row_with_their_column_and_the_rest_comes_in(tmp_path: Path) -> None:
    mistakes = mistaken_rows()
    results = results_of(export(tmp_path, company_rows(60) + list(mistakes.values())))
    failed = [result for result in results if isinstance(result, Failed)]
    assert [[fault.field for fault in result.reasons] for result in failed] == [
        [column] for column in mistakes
    ]
    assert [result.line for result in failed] == [62, 63, 64, 65, 66]
    assert "row 2" in failed[-1].reasons[0].message
    assert len(results) - len(failed) == 60


def test_a_workbook_of_the_same_says_the_same(tmp_path: Path) -> None:
    """Saved from a spreadsheet, where ids are numbers."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(list(COLUMNS))
    for row in company_rows(80):
        book.worksheets[0].append([int(row["Record ID"]), *(row[name] or None for name in COLUMNS[1:])])
    book.save(tmp_path / "companies.xlsx")
    assert results_of(tmp_path / "companies.xlsx") == results_of(export(tmp_path, company_rows(80)))


def test_no_column_is_dropped_but_the_empty_one(tmp_path: Path) -> None:
    mapping = guess_mapping(profile_sheet(read_sheet(export(tmp_path))), PIPELINE)
    assert [header for header, choice in choices(mapping).items() if choice.target == "skip"] == [
        "Phone Number"
    ]
    assert mapping.source == "hubspot"
