"""The client's page in a real browser: typing while others change it, by keys, without scripts, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import is_live, sign_up
from tests.journeys.screens import PHONE, faults_of, overflow_of

pytestmark = pytest.mark.journey


async def open_client(page: Page, name: str = "Oxbow") -> str:
    """A new agency with one client, on its page; gives the page's address."""
    await sign_up(page, clients=[name], to="/clients/{client}")
    await page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    return page.url


async def add_task(page: Page, name: str) -> None:
    """By the form on the tab of tasks, where the page then is."""
    if not page.url.endswith("/checklist#tasks"):
        await page.get_by_role("link", name=re.compile("^Tasks")).click()
    await page.get_by_label("What is to be done").fill(name)
    await page.get_by_role("button", name="Add task").click()
    await task(page, name).wait_for()


def task(page: Page, name: str) -> Locator:
    """Its line."""
    return page.locator("#tasks li").filter(has_text=name)


async def test_nobodys_typing_is_lost_when_others_change_the_client(
    window: BrowserContext, browser: Browser, site: str
) -> None:
    page = await window.new_page()
    address = await open_client(page)
    state = await window.storage_state()
    colleague = await (await browser.new_context(base_url=site, storage_state=state)).new_page()
    await is_live(page)
    await page.get_by_label("New entry").fill("Half a thought")
    await colleague.goto(address)
    await colleague.get_by_label("New entry").fill("Called them")
    await colleague.get_by_role("button", name="Add to the log").click()
    await expect(page.locator("#log li").filter(has_text="Called them")).to_be_visible()
    await expect(page.get_by_label("New entry")).to_have_value("Half a thought")
    await page.goto(f"{address}/checklist")
    await is_live(page)
    await page.get_by_label("What is to be done").fill("Half a task")
    await add_task(colleague, "Ring back")
    await expect(task(page, "Ring back")).to_be_visible()
    await expect(page.get_by_label("What is to be done")).to_have_value("Half a task")
    await colleague.context.close()


async def test_a_move_elsewhere_is_seen_and_the_form_moves_from_there(
    window: BrowserContext, browser: Browser, site: str
) -> None:
    page = await window.new_page()
    address = await open_client(page)
    state = await window.storage_state()
    colleague = await (await browser.new_context(base_url=site, storage_state=state)).new_page()
    await is_live(page)
    await colleague.goto(address)
    for mover, stage in ((colleague, "Installation"), (page, "Live")):
        await mover.get_by_label("Move to").select_option(stage)
        await mover.get_by_role("button", name="Move", exact=True).click()
        await expect(page.locator("#history li").first).to_contain_text(stage)
    await expect(page.locator("#history li")).to_have_count(3)
    await colleague.context.close()


@pytest.mark.proof
async def test_done_tasks_stay_unfolded_when_the_page_changes(window: BrowserContext) -> None:
    page = await window.new_page()
    await open_client(page)
    await add_task(page, "First")
    await page.get_by_role("button", name="Mark as done First").click()
    await page.get_by_text("1 done").click()
    other = await window.new_page()
    await other.goto(page.url)
    await is_live(page)
    await add_task(other, "Second")
    await page.bring_to_front()
    await expect(task(page, "Second")).to_be_visible()
    await expect(page.get_by_role("button", name="Mark as not done First")).to_be_visible()


@pytest.mark.proof
async def test_a_task_by_keys_alone(window: BrowserContext) -> None:
    page = await window.new_page()
    await open_client(page)
    await reach(page, "Tasks")
    await page.keyboard.press("Enter")
    await page.get_by_label("What is to be done").wait_for()
    await reach(page, "What is to be done")
    await page.keyboard.type("Call")
    await page.keyboard.press("Enter")
    await task(page, "Call").wait_for()
    await reach(page, "Mark as done Call")
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Everything is done.")).to_be_visible()


async def reach(page: Page, words: str) -> None:
    """Press Tab until what has these words has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        said = await page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.replace(/\\s+/g, ' ').trim()"
        )
        if said == words:
            return
    raise AssertionError(f"no key leads to {words!r}")


async def test_a_fact_is_changed_where_it_stands_by_mouse_and_by_keys(browser: Browser, site: str) -> None:
    page = await (await browser.new_context(base_url=site)).new_page()  # a fault is said in the console too
    await open_client(page)
    facts = page.get_by_role("region", name="Details")
    await facts.get_by_role("link", name="change Contact").click()
    await expect(facts.get_by_label("Contact", exact=True)).to_be_focused()
    await page.keyboard.type("Maya")
    await page.keyboard.press("Enter")
    maya = facts.get_by_role("link", name="Maya (change Contact)")
    await expect(maya).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(facts.get_by_label("Contact", exact=True)).to_be_focused()
    await page.keyboard.type("Nobody")
    await page.keyboard.press("Escape")
    await expect(maya).to_be_focused()
    await facts.get_by_role("link", name="change E-mail").click()
    await expect(facts.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.type("maya@oxbow")
    await facts.get_by_role("button", name="Save").click()
    await expect(facts.get_by_text("Give an e-mail address")).to_be_visible()
    assert await faults_of(page) == []
    await facts.get_by_label("E-mail").fill("maya@oxbow.example")
    await facts.get_by_role("button", name="Save").click()
    await expect(facts.get_by_role("link", name="maya@oxbow.example (change E-mail)")).to_be_focused()
    await facts.get_by_role("link", name="Add a description").click()
    await expect(facts.get_by_label("About this client")).to_be_focused()
    await page.keyboard.type("They call on Mondays")
    await page.get_by_label("New entry").click()
    await expect(facts.get_by_role("link", name="They call on Mondays")).to_be_visible()
    await expect(page.get_by_label("New entry")).to_be_focused()
    await page.context.close()


async def test_of_two_who_change_one_fact_the_second_chooses(browser: Browser, site: str) -> None:
    context = await browser.new_context(base_url=site)  # a collision is said in the console too
    page = await context.new_page()
    address = await open_client(page)
    other = await (
        await browser.new_context(base_url=site, storage_state=await context.storage_state())
    ).new_page()
    await other.goto(address)
    await is_live(page)
    for who, typed in ((other, "Oxbow & Sons"), (page, "Oxbow Limited")):
        await who.get_by_role("heading", level=1).get_by_role("link").click()
        await expect(who.get_by_label("Company name")).to_be_focused()
        await who.keyboard.type(typed)
    await other.keyboard.press("Enter")
    await expect(other.get_by_role("heading", name="Oxbow & Sons", level=1)).to_be_visible()
    await expect(page.get_by_label("Company name")).to_have_value("Oxbow Limited")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Theirs: Oxbow & Sons")).to_be_visible()
    assert await faults_of(page) == []
    await page.get_by_label("Yours: Oxbow Limited").check()
    await page.get_by_role("button", name="Save").click()
    for who in (page, other):
        await expect(who.get_by_role("heading", name="Oxbow Limited", level=1)).to_be_visible()
    await other.context.close()
    await context.close()


@pytest.mark.proof
async def test_words_without_end_break_on_a_phone(window: BrowserContext) -> None:
    page = await window.new_page()
    await page.set_viewport_size(PHONE)
    await open_client(page, "Ox" * 45)
    await page.get_by_label("New entry").fill("https://oxbow.example/" + "report" * 20)
    await page.get_by_role("button", name="Add to the log").click()
    await expect(page.locator("#log li")).to_have_count(1)
    part = page.get_by_role("region", name="Overview")
    assert await part.evaluate("part => part.scrollWidth - part.clientWidth") == 0
    assert await overflow_of(page) == 0


async def test_without_scripts_all_of_it_works(browser: Browser, site: str) -> None:
    context = await browser.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await open_client(page)
    await page.get_by_label("New entry").fill("Called them")
    await page.get_by_role("button", name="Add to the log").click()
    await expect(page.locator("#log li").filter(has_text="Called them")).to_be_visible()
    await add_task(page, "Call")
    await page.get_by_role("button", name="Mark as done Call").click()
    await expect(page.get_by_text("Everything is done.")).to_be_visible()
    await page.get_by_role("link", name="Overview").click()
    await page.get_by_label("Move to").select_option("Live")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator("#history li").first).to_contain_text("Live")
    await page.get_by_role("button", name="Archive").click()
    await expect(page.get_by_text("An archived client stays where it is.")).to_be_visible()
    await page.locator("summary", has_text="More about Oxbow").click()
    await page.get_by_role("link", name="Delete").click()
    await page.get_by_role("button", name="Delete Oxbow").click()
    await page.get_by_role("link", name="Deleted clients").click()
    await page.get_by_role("button", name="Bring back Oxbow").click()
    await page.get_by_role("heading", name="Oxbow", exact=True, level=1).wait_for()
    await context.close()
