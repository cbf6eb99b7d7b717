"""Clients from another tool, in a real browser: a wrong file, wrong answers, the run watched live, the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from audienceos.clients import jobs as client_jobs
from audienceos.clients.importing import jobs as import_jobs
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import registry
from audienceos.platform.web.uploads import MEGABYTE
from tests.journeys.conftest import is_live, sign_up
from tests.journeys.screens import faults_of
from tests.platform.jobs.crew import worker
from tests.support.crm_export import company_export, company_rows, mistaken_rows

pytestmark = pytest.mark.journey
assert client_jobs  # registers what the worker does
assert import_jobs

CITY, NAME = "City", "Company name"


@pytest.fixture
async def working(database: Database) -> AsyncIterator[None]:
    """The worker beside the site."""
    async with worker(database, registry):
        yield


@pytest.fixture
async def desk(browser: Browser, site: str, working: None) -> AsyncIterator[BrowserContext]:
    """A browser in which refused forms are no surprise: it notes them in its console, as it does every 422."""
    context = await browser.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield context
    await context.close()
    assert wrong == []


def export(rows: int = 503) -> FilePayload:
    """The export of a CRM with some mistakes in it."""
    content = company_export([*company_rows(rows), *mistaken_rows().values()])
    return cast("FilePayload", {"name": "companies.csv", "mimeType": "text/csv", "buffer": content})


async def choose(page: Page, file: FilePayload | Path) -> None:
    """Choose a file and send it."""
    await page.get_by_label("File").set_input_files(file)
    await page.get_by_role("button", name="Look at the file").click()


async def to_imports(page: Page) -> str:
    """A new agency, at the page of imports; gives the agency's address."""
    await sign_up(page)
    home = page.url.removesuffix("/pipeline")
    await page.get_by_role("link", name="Import", exact=True).click()
    return home


async def test_a_list_with_mistakes_is_brought_in_watched_and_undone(desk: BrowserContext) -> None:
    page = await desk.new_page()
    home = await to_imports(page)
    board = await desk.new_page()
    await board.goto(f"{home}/pipeline")
    await is_live(board)

    await choose(page, cast("FilePayload", {"name": "a.pdf", "mimeType": "text/csv", "buffer": b"%PDF-1.7"}))
    await expect(page.get_by_role("alert")).to_contain_text("This is a PDF document, not a table.")
    assert await faults_of(page) == []
    await choose(page, export())
    await page.get_by_label(f"What {CITY} is").select_option("name")
    await page.get_by_role("button", name="Look at what would happen").click()
    await expect(page.get_by_text(f"“{NAME}” and “{CITY}” both fill Name.")).to_be_visible()
    assert await faults_of(page) == []
    await page.get_by_label(f"What {CITY} is").select_option("custom:text")
    await page.get_by_label("Opportunity").select_option("Audit")
    await page.get_by_role("button", name="Look at what would happen").click()
    await expect(page.get_by_role("heading", name="5 rows can't come in")).to_be_visible()
    assert await faults_of(page) == []

    await page.get_by_role("button", name="Start the import").click()
    await expect(page.locator("[data-status=done]")).to_be_visible()  # by itself
    await expect(page.get_by_role("button", name="New 503")).to_be_visible()
    await expect(board.locator("[data-lane=Audit] .card").first).to_be_visible()
    await page.get_by_role("button", name="Failed 5").click()
    await expect(page.get_by_role("cell", name="The same client is in row 2")).to_be_visible()
    assert await faults_of(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Failed rows as CSV").click()
    assert (await download.value).suggested_filename == "failed-rows.csv"

    await page.get_by_text("Undo the import").click()
    await page.get_by_role("button", name="Undo it").click()
    await expect(page.locator("[data-status=undone]")).to_be_visible()
    await expect(board.locator(".card")).to_have_count(0)


@pytest.mark.proof
async def test_a_file_that_is_too_large_is_told_in_the_page(desk: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as out:
        out.write(b"Name,Notes\n")
        out.writelines(b"Oxbow," + b"y" * 10_000 + b"\n" for _ in range(60 * MEGABYTE // 10_000))
    page = await desk.new_page()
    await to_imports(page)
    await choose(page, file)
    await expect(page.get_by_role("alert")).to_contain_text("The file is larger than 50 MB.")


async def test_by_keys_alone_and_without_scripts(browser: Browser, site: str, working: None) -> None:
    context = await browser.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await to_imports(page)
    await page.get_by_label("File").set_input_files(export(20))
    await page.get_by_label("File").press("Tab")
    await page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Look at what would happen")
    await button.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Start the import").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}(\?.*)?$"))
    for _ in range(100):
        if await page.locator("[data-status=done]").count():
            break
        await page.wait_for_timeout(200)
        await page.reload()
    await expect(page.get_by_role("button", name="New 20")).to_be_visible()
    await context.close()


@pytest.mark.proof
async def test_nothing_is_wider_than_a_phone(desk: BrowserContext) -> None:
    page = await desk.new_page()
    await page.set_viewport_size({"width": 390, "height": 844})
    home = await _on_a_phone(page)
    wide: dict[str, int] = {}
    for step in ("", "/preview"):
        await page.goto(f"{home}{step}")
        wide[step] = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {step: over for step, over in wide.items() if over > 0} == {}


async def _on_a_phone(page: Page) -> str:
    """A file's columns on a phone, whose navigation has no import: by its address."""
    await sign_up(page, to="/imports")
    await choose(page, export(5))
    await page.get_by_role("heading", name="What each column is").wait_for()
    return page.url
