"""An alert appears by itself, is put off and brought back, and what it suggests is done."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Page, expect

from audienceos.alerts.jobs import evaluate
from audienceos.platform.actor import system_of
from audienceos.platform.auth.visiting import AGENCY_HEADER
from audienceos.platform.db.database import Database
from tests.journeys.conftest import OWN_PAGE, is_live, sign_up

pytestmark = pytest.mark.journey


async def _a_late_task(page: Page, database: Database) -> None:
    """The client's task was due long ago, and the worker has looked."""
    slug = page.url.split("/")[3]
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    assert token is not None
    headers = OWN_PAGE | {AGENCY_HEADER: slug, "X-CSRF-Token": token}
    clients = await (await page.request.get("/v1/clients", headers=headers)).json()
    path = f"/v1/clients/{clients['items'][0]['id']}/tasks"
    late = {"name": "Send the report", "due_date": "2026-01-02"}
    assert (await page.request.post(path, data=late, headers=headers)).status == 201
    agency = await (await page.request.get("/v1/agency", headers=headers)).json()
    await evaluate(database, system_of(UUID(agency["id"])), {})


async def test_an_alert_comes_by_itself_and_is_seen_to(window: BrowserContext, database: Database) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    await page.keyboard.press("g")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    await is_live(page)
    await _a_late_task(page, database)
    alert = page.get_by_role("link", name="1 task overdue")
    await expect(alert).to_be_visible()
    await expect(page.locator("#badge-alerts").first).to_contain_text("1")
    await alert.click()
    await expect(page.get_by_role("heading", name="Oxbow: 1 task overdue")).to_be_visible()
    await expect(page.get_by_text("Send the report, due 2 Jan 2026")).to_be_visible()

    await page.locator("summary", has_text="Snooze").press("Enter")
    await page.get_by_role("button", name="1 week").press("Enter")
    await expect(page.get_by_text("It comes back sooner if it gets worse.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("button", name="Open a ticket to catch up", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Open a ticket to catch up", exact=True).click()
    await expect(page.get_by_role("link", name="ticket #1")).to_be_visible()
    await page.get_by_text("Dismiss…").click()
    await page.get_by_label("Why nothing need be done").select_option("known")
    await page.get_by_role("button", name="Dismiss it").click()
    await expect(page.get_by_text("Its rule was right.")).to_be_visible()
