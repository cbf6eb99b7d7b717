"""A mailbox from another program, in a real browser: a wrong file, a look, the run watched live, the inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, expect

from audienceos.inbox import jobs as inbox_jobs
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import registry
from tests.inbox.archived import mailbox
from tests.journeys.conftest import sign_up
from tests.journeys.screens import faults_of
from tests.platform.jobs.crew import worker

pytestmark = pytest.mark.journey
assert inbox_jobs  # registers what the worker does


@pytest.fixture
async def working(database: Database) -> AsyncIterator[None]:
    """The worker beside the site."""
    async with worker(database, registry):
        yield


@pytest.fixture
async def desk(browser: Browser, site: str, working: None) -> AsyncIterator[BrowserContext]:
    """A browser in which refused forms are no surprise: it notes them in its console, as it does every 422."""
    context = await browser.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield context
    await context.close()
    assert wrong == []


def file(name: str, content: bytes) -> FilePayload:
    """A file as somebody chooses it."""
    return cast("FilePayload", {"name": name, "mimeType": "application/mbox", "buffer": content})


async def test_a_mailbox_is_looked_through_brought_in_and_found(desk: BrowserContext) -> None:
    page = await desk.new_page()
    await sign_up(page)
    await page.get_by_role("link", name="Import", exact=True).click()
    await page.get_by_role("link", name="Bring messages").click()
    look = page.get_by_role("button", name="Look at the file")
    await page.get_by_label("File").set_input_files(file("list.csv", b"Name,Domain\n"))
    await look.click()
    await expect(page.get_by_role("alert")).to_contain_text("This is no mailbox")
    assert await faults_of(page) == []

    await page.get_by_label("File").set_input_files(file("All mail.mbox", mailbox(4)))
    await look.click()
    await expect(page.get_by_label("Whose mailbox it is")).to_have_value(
        "desk@northlight.example"
    )  # by itself
    assert await faults_of(page) == []
    await page.get_by_role("button", name="Bring the messages in").click()
    await expect(page.get_by_text("5 messages came in")).to_be_visible()  # by itself
    assert await faults_of(page) == []
    await page.get_by_role("link", name="See them in the inbox").click()
    await expect(page.get_by_role("link", name="Matter 3").first).to_be_visible()
