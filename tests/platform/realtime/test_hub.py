"""The process's one ear: lost and found again, and closed at once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.realtime import hub as hubs
from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.agencies import Agency, found, happen, place
from tests.platform.realtime.pages import PATIENCE, opened, until_listening

KILL = """
select pg_terminate_backend(pid) from pg_stat_activity
 where query ilike 'listen%' or query = 'select 1' and usename = $1"""
EARS = "select count(*) from pg_listening_channels()"


async def deafen(ways: Addresses, hub: Hub) -> None:
    """Kill every connection that listens, and wait until the hub knows."""
    assert ways.admin is not None
    async with connected(ways.admin) as admin, asyncio.timeout(PATIENCE):
        while hub.listening:
            await admin.execute(KILL.replace("$1", f"'{ways.listen.login}'"))
            await asyncio.sleep(0.005)


async def test_after_the_connection_was_killed_everyone_replays(
    hub: Hub, database: Database, ways: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "PAUSE_SECONDS", 0.5)
    agencies = [await found(ways), await found(ways)]
    async with (
        opened(hub, database, agencies[0], await place(database, agencies[0])) as one,
        opened(hub, database, agencies[1], await place(database, agencies[1])) as two,
    ):
        await one.until("caught-up")
        await two.until("caught-up")
        await deafen(ways, hub)
        missed = [await happen(database, agency, None) for agency in agencies]
        assert not hub.listening  # it was told to nobody
        assert [await one.ids(1), await two.ids(1)] == missed
        assert hub.listening


async def test_deaf_for_longer_it_ends_the_streams(
    database: Database, agency: Agency, ways: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "PATIENCE_SECONDS", 0.0)
    async with Hub(database.addresses.listen).running() as hub:
        await until_listening(hub)
        async with opened(hub, database, agency, await place(database, agency)) as page:
            await page.until("caught-up")
            monkeypatch.setattr(hub, "_address", database.addresses.listen.at("nowhere"))
            await deafen(ways, hub)
            with pytest.raises(StopAsyncIteration):
                await page.next()


async def test_closing_from_another_thread_ends_every_stream(database: Database, agency: Agency) -> None:
    hub = Hub(database.addresses.listen)
    hub.close()  # a signal before it runs does no harm
    task = asyncio.create_task(hub.run())
    await until_listening(hub)
    async with (
        opened(hub, database, agency, await place(database, agency)) as one,
        opened(hub, database, agency, await place(database, agency)) as two,
    ):
        await one.until("caught-up")
        await two.until("caught-up")
        threading.Thread(target=hub.close).start()
        for page in (one, two):
            with pytest.raises(StopAsyncIteration):
                await page.next()
        await asyncio.wait_for(task, PATIENCE)
        async with opened(hub, database, agency) as late:
            await late.until("caught-up")
            with pytest.raises(StopAsyncIteration):
                await late.next()
    assert hub.streams == 0


async def test_a_notice_that_is_not_ours_harms_nobody(hub: Hub, database: Database, agency: Agency) -> None:
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        async with connected(database.addresses.app) as stranger:
            for payload in ("nonsense", "{}", f'{{"a":"{agency.id}","x":"x","e":null,"t":[]}}'):
                await stranger.execute("select pg_notify('audienceos', $1)", payload)
        told = await happen(database, agency, None)
        assert await page.ids(1) == told


async def test_a_page_that_leaves_is_forgotten(hub: Hub, database: Database, agency: Agency) -> None:
    async with opened(hub, database, agency) as page:
        await page.until("caught-up")
        assert hub.streams == 1
    assert hub.streams == 0
