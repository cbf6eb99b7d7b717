"""A CRM's export of 503 companies with mistakes in it, brought in by a program and by a person at a browser."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from audienceos.platform.db.database import Database
from tests.cast import HOST, Player
from tests.clients.importing import importer
from tests.support.crm_export import (
    LIVE_VALUES,
    OWNERS,
    SHARED_NAME,
    STRANGER,
    company_export,
    company_rows,
    mistaken_rows,
)

GOOD = company_rows()
MISTAKEN = mistaken_rows()


def export_with_mistakes() -> bytes:
    """The 503 companies, and after them the rows that must fail."""
    return company_export([*GOOD, *MISTAKEN.values()])


async def test_a_program_brings_in_a_crms_export(ines: Player, tom: Player, database: Database) -> None:
    view = await importer.upload(ines, export_with_mistakes(), "crm.csv")
    assert (view["status"], view["source"], view["total"]) == ("uploaded", "hubspot", 508)
    assert importer.columns(view)["Phone Number"]["target"] == "skip"
    owners = {OWNERS[0]: str(ines.user_id), OWNERS[1]: str(tom.user_id)}
    view = await importer.correct(ines, view, owners=owners, stages={"Opportunity": "Audit"})

    told = await importer.preview(ines, view)
    assert (told["created"], told["failed"], told["total"]) == (503, 5, 508)
    assert {fault["field"] for row in told["failures"] for fault in row["reasons"]} == MISTAKEN.keys()
    assert await importer.clients(ines) == []

    view = await importer.run(database, ines, view)
    assert (view["status"], view["done"]) == ("done", 508)
    assert view["counts"] == {"created": 503, "failed": 5}
    failed = await importer.rows(ines, view, "failed")
    assert [row["line"] for row in failed] == list(range(505, 510))
    assert {fault["field"] for row in failed for fault in row["reasons"]} == MISTAKEN.keys()

    clients = await importer.clients(ines)
    assert len(clients) == 503
    assert Counter(one["stage"] for one in clients) == Counter(
        "Live" if row["Lifecycle Stage"] in LIVE_VALUES
        else "Audit" if row["Lifecycle Stage"] == "Opportunity"
        else "Onboarding"
        for row in GOOD
    )  # fmt: skip
    assert Counter(one["owner_id"] for one in clients) == Counter(
        owners.get(row["Company owner"]) for row in GOOD
    )


async def test_nothing_of_a_row_is_lost(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, company_export())
    row = next(row for row in GOOD if row["Company owner"] == STRANGER and row["Last Activity Date"])
    client = await importer.client_of(ines, row["Company name"])
    assert client["domain"] == row["Company Domain Name"]
    assert client["last_activity_at"] == row["Last Activity Date"].replace(" ", "T") + ":00Z"
    kept = await importer.own(ines, client)
    assert kept == {
        name: value
        for name, value in {
            "City": row["City"],
            "State/Region": row["State/Region"],
            "Country/Region": row["Country/Region"],
            "Industry": row["Industry"],
            "Create Date": row["Create Date"][:10],
            "Company owner": STRANGER,
        }.items()
        if value
    }
    assert len([one for one in await importer.clients(ines) if one["name"] == SHARED_NAME]) == 5


class _Form(HTMLParser):
    """A form's fields as a browser would send them, of the form whose action ends so."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select = action, False, ""
        self.fields: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("action") or "").endswith(self.action)
        elif not self.inside:
            return
        elif tag == "input" and given.get("type") != "file":
            if given.get("type") != "checkbox" or "checked" in given:
                self.fields[given["name"] or ""] = given.get("value") or ""
        elif tag == "select":
            self.select = given["name"] or ""
        elif tag == "option" and (self.select not in self.fields or "selected" in given):
            self.fields[self.select] = given.get("value") or ""


def form_in(page: str, action: str) -> dict[str, Any]:
    """What the form would send."""
    parser = _Form(action)
    parser.feed(page)
    assert parser.fields
    return parser.fields


async def brought(player: Player) -> str:
    """Choose the file in the form and send it; gives the import's address."""
    page = (await player.browser.get(player.at("/imports"))).text
    token = form_in(page, "/imports")["_csrf"]
    sent = [("_csrf", (None, token)), ("file", ("my export.csv", export_with_mistakes(), "text/csv"))]
    answer = await player.browser.post(player.at("/imports"), files=sent, headers={"Origin": HOST})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


OWN = {"Origin": HOST}
PLACE = {column: place for place, column in enumerate(GOOD[0])}


async def uploaded_by_form(player: Player) -> str:
    """The file sent by the page's own form; gives the address of its columns."""
    page = (await player.browser.get(player.at("/imports"))).text
    token = form_in(page, "/imports")["_csrf"]
    sent = [("_csrf", (None, token)), ("file", ("my export.csv", export_with_mistakes(), "text/csv"))]
    answer = await player.browser.post(player.at("/imports"), files=sent, headers=OWN)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_person_brings_it_in_by_forms_alone(ines: Player, database: Database) -> None:
    """No script, no header but the browser's own: the token is in each form, before its file."""
    browser, here = ines.browser, await uploaded_by_form(ines)
    fields = form_in((await browser.get(here)).text, here)
    fields |= {f"target-{PLACE['City']}": "custom:text", f"name-{PLACE['City']}": "Town"}
    answer = await browser.post(here, data=fields, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}/preview")
    page = (await browser.get(f"{here}/preview")).text
    assert "5 rows can't come in" in page
    assert "503 new clients without an owner" in page

    answer = await browser.post(f"{here}/run", data=form_in(page, "/run"), headers=OWN)
    assert answer.headers["location"] == here
    assert 'data-status="running"' in (await browser.get(here)).text
    await importer.work(database, ines, {"id": here.rpartition("/")[2]})
    page = (await browser.get(here)).text
    assert 'data-status="done"' in page
    assert re.search(r"New <span[^>]*>503", page)
    assert re.search(r"Failed <span[^>]*>5<", page)
    assert "Town" in await importer.fields(ines)

    failures = (await browser.get(f"{here}/failures")).text
    assert len(failures.splitlines()) == 6
    assert "The same client is in row 2" in failures
    answer = await browser.post(f"{here}/undo", data=form_in(page, "/undo"), headers=OWN)
    assert answer.status_code == 303


async def test_a_mistaken_answer_comes_back_with_what_was_chosen(ines: Player) -> None:
    here = await uploaded_by_form(ines)
    fields = form_in((await ines.browser.get(here)).text, here)
    fields[f"target-{PLACE['City']}"] = "name"
    answer = await ines.browser.post(here, data=fields, headers=OWN)
    assert answer.status_code == 422
    assert "“Company name” and “City” both fill Name. Choose one of them." in answer.text
    again = form_in(answer.text, here)
    assert again[f"target-{PLACE['Company name']}"] == again[f"target-{PLACE['City']}"] == "name"
    answer = await ines.browser.post(here, data=again | {"version": "7"}, headers=OWN)
    assert answer.status_code == 422
    stored = form_in((await ines.browser.get(here)).text, here)
    assert stored[f"target-{PLACE['City']}"].startswith("custom:")


async def test_a_form_drawn_before_somebodys_correction_is_told(ines: Player) -> None:
    here = await uploaded_by_form(ines)
    fields = form_in((await ines.browser.get(here)).text, here)
    assert (await ines.browser.post(here, data=fields, headers=OWN)).status_code == 303
    answer = await ines.browser.post(here, data=fields, headers=OWN)
    assert answer.status_code == 412
    assert "Somebody else has changed this import meanwhile." in answer.text


async def test_stages_of_another_column_are_shown_before_going_on(ines: Player) -> None:
    here = await uploaded_by_form(ines)
    fields = form_in((await ines.browser.get(here)).text, here)
    fields |= {f"target-{PLACE['Lifecycle Stage']}": "skip", f"target-{PLACE['Country/Region']}": "stage"}
    answer = await ines.browser.post(here, data=fields, headers=OWN)
    assert answer.headers["location"] == here  # not the preview: these values were never looked at
    assert "Switzerland" in (await ines.browser.get(here)).text.partition("What its stages mean here")[2]


async def test_the_list_of_imports_shows_the_latest_first(ines: Player) -> None:
    for name in ("first.csv", "second.csv"):
        await importer.upload(ines, importer.table("Name|Domain", "Oxbow|oxbow.example"), name)
    page = (await ines.get(importer.IMPORTS)).json()
    assert [one["file_name"] for one in page["items"]] == ["second.csv", "first.csv"]
    html = (await ines.get(ines.at("/imports"))).text
    assert html.index("second.csv") < html.index("first.csv")
