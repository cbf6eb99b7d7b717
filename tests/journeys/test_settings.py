"""Settings walked through in a browser: the welcome, pictures, invitations by a list, and the log that tells of it all."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, FilePayload, Page, expect

from tests.journeys.conftest import add_client, is_live, sign_up
from tests.platform.storage.pictures import picture

pytestmark = pytest.mark.journey


def root_of(page: Page) -> str:
    """The agency's own address."""
    return "/".join(page.url.split("/")[:4])


async def test_the_welcome_goes_for_good(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    await expect(page.get_by_role("heading", name="Welcome to")).to_be_visible()
    await page.get_by_role("button", name="Don't show again").click()
    await expect(page.get_by_role("heading", name="Pipeline")).to_be_visible()
    await expect(page.get_by_role("heading", name="Welcome to")).to_have_count(0)


@pytest.mark.proof
async def test_the_welcome_ticks_what_another_tab_did(window: BrowserContext) -> None:
    page, other = await window.new_page(), await window.new_page()
    await sign_up(page)
    await other.goto(page.url)
    await is_live(page)
    await add_client(other, "Oxbow")
    steps = page.get_by_role("region", name="Welcome to").get_by_role("listitem")
    await page.bring_to_front()
    await expect(steps.filter(has_text="Bring your clients")).to_contain_text(", done")
    await expect(steps.filter(has_text="Invite somebody")).to_contain_text(", to be done")


async def test_a_face_and_a_logo_are_seen_in_the_frame(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, to="/account")
    root = root_of(page)
    face = FilePayload(name="face.png", mimeType="image/png", buffer=picture())
    await page.get_by_label("Picture of you").set_input_files(face)
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_text("Your picture is changed.")).to_be_visible()
    await page.goto(f"{root}/settings")
    await page.get_by_label("Logo").set_input_files(face)
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_text("The logo is changed.")).to_be_visible()
    drawn = page.locator("aside img")
    await expect(drawn).to_have_count(2)
    assert await drawn.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")


@pytest.mark.proof
async def test_the_log_is_narrowed_and_opened(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, to="/settings")
    root = root_of(page)
    await page.get_by_label("Domain").fill("northlight.example")
    await page.get_by_role("button", name="Save the agency").click()
    await page.goto(f"{root}/settings/audit")
    await page.get_by_label("Action", exact=True).select_option("agency.changed")
    await page.get_by_role("button", name="Filter").click()
    await expect(page.get_by_role("list", name="Events").get_by_role("listitem")).to_have_count(1)
    await page.get_by_text("1 field changed: domain").click()
    await expect(page.get_by_role("cell", name="northlight.example")).to_be_visible()


async def test_a_stage_is_dragged_and_limits_tell_what_they_would_do(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"], stage="Audit", to="/settings/pipeline")
    await is_live(page)
    rows = page.get_by_role("list", name="Stages").get_by_role("listitem")
    await expect(rows.filter(has_text="1 client")).to_have_attribute("data-item", "Audit")
    await page.get_by_label("Watch after, days").fill("90")
    await expect(page.get_by_text("Give whole days")).to_be_visible()
    await page.get_by_label("At risk after, days").fill("99")
    await expect(
        page.get_by_text("With these limits 0 clients would be at risk, 0 to watch.")
    ).to_be_visible()
    grips = page.get_by_title("Drag to another place")
    await page.get_by_label("Name of stage Live").fill("Running")
    async with page.expect_response("**/stages/order"):
        await grips.nth(2).drag_to(grips.nth(0))
    await expect(page.get_by_label("Move Audit down, now 1 of 6")).to_be_visible()
    await expect(page.get_by_label("Name of stage Live")).to_have_value("Running")
    await page.get_by_role("button", name="Save the limits").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(rows.first).to_have_attribute("data-item", "Audit")
