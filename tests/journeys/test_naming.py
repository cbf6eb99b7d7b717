"""Somebody is named in a note: offered after an @, taken by keys or by mouse, and kept as plain text."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.agency.browsing import email_of
from tests.cast import PASSWORD, Player, Stage
from tests.clients.given import a_client
from tests.journeys.conftest import OWN_PAGE, is_live
from tests.tickets.given import a_ticket

pytestmark = pytest.mark.journey


async def as_owner(page: Page, owner: Player) -> None:
    """Sign in, as the form does."""
    form = {"email": await email_of(owner), "password": PASSWORD}
    answer = await page.request.post("/sign-in", form=dict(form), headers=OWN_PAGE)
    assert answer.ok, await answer.text()


async def test_a_name_is_offered_and_taken(stage: Stage, window: BrowserContext) -> None:
    ines = await stage.owner()
    for name in ("Tom Baker", "Tove Marsh", "Mia Lind"):
        await stage.member(ines, name)
    client = await a_client(ines, "Oxbow")
    await a_ticket(ines, client)
    page = await window.new_page()
    await as_owner(page, ines)
    await page.goto(ines.at(f"/clients/{client['id']}"))
    await is_live(page)
    entry = page.get_by_label("New entry")
    offers = page.get_by_role("listbox", name="People to name")
    await entry.press_sequentially("Ask @to")
    await expect(offers.get_by_role("option")).to_have_text(["Tom Baker", "Tove Marsh"])
    await entry.press("ArrowDown")
    await expect(offers.get_by_role("option", selected=True)).to_have_text("Tove Marsh")
    await expect(entry).to_have_attribute("aria-activedescendant", "n-note-content-1")
    await entry.press("Enter")
    await expect(offers).to_be_hidden()
    await entry.press_sequentially("or @m")
    await offers.get_by_role("option", name="Mia Lind").click()
    await entry.press_sequentially("and @")
    await expect(offers.get_by_role("option")).to_have_count(3)
    await entry.press("Escape")
    await expect(offers).to_be_hidden()
    await expect(entry).to_have_value("Ask @Tove Marsh or @Mia Lind and @")
    await page.get_by_role("button", name="Add to the log").click()
    await expect(page.locator("#log li")).to_contain_text("Ask @Tove Marsh or @Mia Lind and @")
    await page.goto(ines.at("/tickets/1"))
    note = page.get_by_label("Note", exact=True)
    await note.press_sequentially("@tom b")
    await expect(offers.get_by_role("option")).to_have_text(["Tom Baker"])
    await note.press("Tab")
    await expect(note).to_have_value("@Tom Baker ")
