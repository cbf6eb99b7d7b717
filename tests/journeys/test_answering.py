"""Answering from the inbox in a real browser: kept while it is typed, sent with a way back, stopped at another client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from audienceos.platform.auth.visiting import AGENCY_HEADER
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.fakes.imap import imap_server
from tests.fakes.mail import PASSWORD, Sending, sending_servers
from tests.inbox.answering.given import Desk, FakeCourier
from tests.inbox.given import US, Inbox
from tests.journeys.conftest import OWN_PAGE, is_live
from tests.journeys.screens import DESK, PHONE, faults_of, overflow_of
from tests.journeys.site import serving
from tests.journeys.test_inbox import inbox_of, row, wrote

pytestmark = pytest.mark.journey


class Office(msgspec.Struct):
    """Somebody at the inbox of an agency that answers by mail, and the receiver's server."""

    page: Page
    inbox: Inbox
    sending: Sending

    @property
    def field(self) -> Locator:
        """Where the answer is typed."""
        return self.page.locator("textarea[name=text]")

    @property
    def state(self) -> Locator:
        """What the composer says of the draft."""
        return self.page.locator("[data-state]")

    async def open(self, client: str) -> None:
        """Open that client's conversation."""
        await self.page.reload()
        await row(self.page, client).click()
        await expect(self.page.get_by_role("heading", name=client)).to_be_visible()
        await is_live(self.page)


@pytest.fixture
async def office(settings: Settings, database: Database, browser: Browser) -> AsyncIterator[Office]:
    """With a mailbox on this machine, which the installation allows. A form that is stopped is answered 422, and that
    the browser's console tells."""
    own = msgspec.structs.replace(settings, private_mail_hosts=True)
    async with serving(own, database) as site:
        context = await browser.new_context(base_url=site, viewport=DESK)
        with imap_server() as (_, imap), sending_servers() as (sending, both):
            page = await context.new_page()
            inbox = await inbox_of(page, database, ["Thornfield", "Halden"])
            body = {"address": US.address, "password": PASSWORD, "is_shared": True, **both, **imap}
            await _asked(page, "/v1/mailboxes", body)
            await inbox.take(wrote("Thornfield", "Could you look at the form?"))
            yield Office(page, inbox, sending)
        await context.close()


async def _asked(page: Page, path: str, body: object) -> None:
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    headers = OWN_PAGE | {AGENCY_HEADER: page.url.split("/")[3], "X-CSRF-Token": token or ""}
    answer = await page.request.post(path, data=body, headers=headers)
    assert answer.status == 201, await answer.text()


async def test_what_is_typed_outlives_a_reload_and_arrives_once_it_is_sent(office: Office) -> None:
    page = office.page
    await office.open("Thornfield")
    await page.keyboard.press("r")
    await expect(office.field).to_be_focused()
    await page.keyboard.type("It works again.")
    await expect(office.state).to_contain_text("Saved")
    await page.reload()
    await expect(office.field).to_have_value("It works again.")
    await office.field.press("Control+Enter")
    await expect(page.get_by_text("Leaving in a moment")).to_be_visible()
    await expect(office.field).to_have_value("")
    line = page.locator("li[data-status=waiting]")
    answer_id = UUID(str(await line.get_attribute("id"))[2:])
    await is_live(page)
    await Desk(office.inbox, FakeCourier()).leave(answer_id)
    (mail,) = office.sending.taken
    assert b"It works again." in mail.raw
    await expect(page.get_by_role("article", name="Ines Aalto")).to_contain_text("It works again.")
    await expect(page.get_by_text("Leaving in a moment")).to_have_count(0)


async def test_undone_its_words_are_there_again_and_nothing_leaves(office: Office) -> None:
    page = office.page
    await office.open("Thornfield")
    await office.field.fill("Too early")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.locator("toast-rack").get_by_role("button", name="Undo").click()
    await expect(office.field).to_have_value("Too early")
    await expect(page.get_by_text("Leaving in a moment")).to_have_count(0)
    assert office.sending.taken == []


async def test_another_clients_address_is_stopped_and_the_cure_works(office: Office) -> None:
    page = office.page
    await office.open("Thornfield")
    await office.field.fill("Dear Maya")
    await page.get_by_label("Add to To").fill("Jonas <maya@halden.example>")
    await page.get_by_role("button", name="Send", exact=True).click()
    banner = page.locator("#fw")
    await expect(banner).to_contain_text("belongs to another client, Halden")
    await expect(page.locator(".tag.on-risk").filter(has_text="Jonas")).to_be_visible()
    assert await faults_of(page) == []
    await page.set_viewport_size(PHONE)
    assert await overflow_of(page) <= 0
    await page.set_viewport_size(DESK)
    await banner.get_by_role("button", name="Remove Jonas").click()
    await expect(banner).to_have_count(0)
    await expect(office.field).to_have_value("Dear Maya")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Leaving in a moment")).to_be_visible()


@pytest.mark.proof
async def test_offline_it_is_kept_here_and_saved_when_the_connection_is_back(office: Office) -> None:
    page, context = office.page, office.page.context
    await office.open("Thornfield")
    await office.field.fill("Half of it")
    await expect(office.state).to_contain_text("Saved")
    await context.set_offline(True)
    await office.field.press_sequentially(" and the rest")
    await expect(office.state).to_contain_text("No connection")
    await context.set_offline(False)
    await expect(office.state).to_contain_text("Saved")
    await page.reload()
    await expect(office.field).to_have_value("Half of it and the rest")


async def test_a_comment_is_on_every_screen_at_once_and_its_field_empty_again(
    window: BrowserContext, database: Database
) -> None:
    page = await window.new_page()
    inbox = await inbox_of(page, database, ["Thornfield"])
    await inbox.take(wrote("Thornfield", "Could you look at the form?"))
    await page.reload()
    await row(page, "Thornfield").click()
    await expect(page.get_by_text("Connect a mailbox to answer by mail.")).to_be_visible()
    second = await window.new_page()
    await second.goto(page.url)
    await is_live(second)
    await page.get_by_label("Comment for the team").last.fill("She sounds cross")
    await page.get_by_role("button", name="Comment", exact=True).click()
    for one in (page, second):
        await expect(one.get_by_role("article", name="Comment of Ines Aalto")).to_contain_text("cross")
    await expect(page.locator("textarea[name=content]")).to_have_value("")
