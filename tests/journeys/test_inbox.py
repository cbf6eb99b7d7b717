"""The inbox at work: walked by keyboard alone, decided with a way back, and messages that arrive while one looks."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.platform.auth.visiting import AGENCY_HEADER
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.inbox.given import Inbox, mail
from tests.journeys.conftest import OWN_PAGE, is_live, sign_up

pytestmark = pytest.mark.journey


class Owner(msgspec.Struct):
    """Whose inbox is filled: all that this asks of a player."""

    agency_id: UUID


async def inbox_of(page: Page, database: Database, clients: list[str]) -> Inbox:
    """Sign up with these clients, each known by the domain that is its name, and go to the empty inbox."""
    await sign_up(page, clients=clients)
    slug = page.url.split("/")[3]
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    assert token is not None
    headers = OWN_PAGE | {AGENCY_HEADER: slug, "X-CSRF-Token": token}
    found = await (await page.request.get("/v1/clients", headers=headers)).json()
    for client in found["items"]:
        path = f"/v1/clients/{client['id']}/contacts"
        body = {"email": f"maya@{client['name'].lower()}.example"}
        answer = await page.request.post(path, data=body, headers=headers)
        assert answer.status == 201, await answer.text()
    agency = await (await page.request.get("/v1/agency", headers=headers)).json()
    await page.goto(f"/{slug}/inbox")
    return Inbox(database, cast("Player", Owner(UUID(agency["id"]))))


def wrote(client: str, text: str, after: float = 0) -> Incoming:
    """A mail of that client's Maya."""
    sender = Correspondent(name="Maya", address=f"maya@{client.lower()}.example")
    return mail(client, text, after=after, sender=sender, subject=f"About {client}")


def row(page: Page, client: str) -> Locator:
    """The client's conversation in the list."""
    return page.get_by_role("list", name="Conversation list").get_by_role("link", name=client)


async def test_a_message_that_arrives_is_there_at_once_and_read_when_it_is_opened(
    window: BrowserContext, database: Database
) -> None:
    page = await window.new_page()
    inbox = await inbox_of(page, database, ["Oxbow"])
    await expect(page.get_by_text("Nothing has come in yet")).to_be_visible()
    await is_live(page)
    await inbox.take(wrote("Oxbow", "Could you look at the form?"))
    await expect(row(page, "Oxbow")).to_be_visible()
    await expect(page.get_by_role("region", name="Conversations").get_by_text("1 waiting")).to_be_visible()
    await expect(page.locator("#badge-inbox")).to_contain_text("1")
    await expect(page.locator("[data-unread]")).to_have_count(1)
    await row(page, "Oxbow").click()
    await expect(page.get_by_role("heading", name="Oxbow")).to_be_visible()
    await expect(page.get_by_role("article", name="Maya")).to_contain_text("Could you look at the form?")
    await expect(page.locator("[data-unread]")).to_have_count(0)
    assert "/inbox/" in page.url
    await page.go_back()
    await expect(page.get_by_text("Choose a conversation")).to_be_visible()


async def test_three_conversations_are_seen_to_by_keyboard_alone(
    window: BrowserContext, database: Database
) -> None:
    page = await window.new_page()
    inbox = await inbox_of(page, database, ["Oxbow", "Halden", "Quarry"])
    for after, client in enumerate(("Oxbow", "Halden", "Quarry")):
        await inbox.take(wrote(client, "Could you call us?", after))
    await page.reload()
    await is_live(page)
    for key in "jjk":
        await page.keyboard.press(key)
    await expect(row(page, "Oxbow")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Oxbow")).to_be_visible()
    await page.keyboard.press("e")
    await expect(row(page, "Oxbow")).to_have_count(0)
    await expect(row(page, "Halden")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Halden")).to_be_visible()
    for key in ("s", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    await expect(row(page, "Halden")).to_have_count(0)
    await expect(row(page, "Quarry")).to_be_focused()
    await expect(page.get_by_text("Put aside until")).to_be_visible()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(row(page, "Halden")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog").get_by_text("No reply needed")).to_be_visible()
