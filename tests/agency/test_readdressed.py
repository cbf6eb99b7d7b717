"""An agency moves to another address: every process learns it, and no address leads round in a ring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest

from audienceos.app import build_app, parts_of
from audienceos.platform.db.database import Database
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from tests.cast import HOST, Player
from tests.conftest import in_one_task
from tests.platform.realtime.pages import PATIENCE, until_listening


@pytest.fixture
async def other(settings: Settings, database: Database, ines: Player) -> AsyncIterator[httpx.AsyncClient]:
    """Ines's browser at another web process over the same database."""
    hub = Hub(database.addresses.listen)
    app = build_app(parts_of(settings, database, hub))
    async with in_one_task(app.lifespan()):
        await until_listening(hub)
        transport, cookies = httpx.ASGITransport(cast("Any", app)), ines.browser.cookies
        async with httpx.AsyncClient(transport=transport, base_url=HOST, cookies=cookies) as browser:
            yield browser


async def readdress(player: Player, slug: str) -> None:
    """Give the agency another address."""
    version = (await player.get("/v1/agency")).json()["version"]
    answer = await player.patch("/v1/agency/address", json={"slug": slug}, version=version)
    assert answer.status_code == 200, answer.text
    player.slug = slug


async def leads_to(browser: httpx.AsyncClient, slug: str) -> str:
    """Where a page of that address ends up, by any number of redirects but a ring."""
    answer = await browser.get(f"/{slug}/clients", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.url.path.split("/")[1]


async def until_it_leads(browser: httpx.AsyncClient, slug: str, to: str) -> None:
    """Wait for the news to have reached that process."""
    async with asyncio.timeout(PATIENCE):
        while await leads_to(browser, slug) != to:
            await asyncio.sleep(0.005)


async def test_another_process_learns_of_the_new_address(ines: Player, other: httpx.AsyncClient) -> None:
    old, new = ines.slug, f"{ines.slug}-moved"
    assert await leads_to(other, old) == old
    await readdress(ines, new)
    await until_it_leads(other, old, new)
    assert await leads_to(other, new) == new


async def test_an_agency_that_moves_back_is_found_by_every_address_it_had(
    ines: Player, other: httpx.AsyncClient
) -> None:
    old, new = ines.slug, f"{ines.slug}-moved"
    await readdress(ines, new)
    await until_it_leads(other, old, new)
    await readdress(ines, old)
    for browser in (ines.browser, other):
        await until_it_leads(browser, new, old)
        assert await leads_to(browser, old) == old
