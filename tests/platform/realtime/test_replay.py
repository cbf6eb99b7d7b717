"""Nothing that happened after a page was drawn is lost to it, whatever the order, the gaps and the delays."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

import pytest

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.realtime.cursor import MISSED, cursor_now, parse
from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.agencies import Agency, as_owner, found, happen, place, recorded, take_number
from tests.platform.realtime.pages import opened

RENUMBER = "update event set xid = $2::text::xid8 where agency_id = $1"


async def test_two_events_committed_in_reverse_order_both_arrive(
    hub: Hub, database: Database, agency: Agency
) -> None:
    drawn_before = await place(database, agency)
    async with opened(hub, database, agency, drawn_before) as page:
        await page.until("caught-up")
        async with database.acting(agency.claims) as slow:
            await take_number(slow)
            quick = await happen(database, agency, None)
            assert await page.ids(1) == quick
            kept, drawn_between = page.cursor, await place(database, agency)
            late = await recorded(slow, "client.moved", [None])
        assert await page.ids(1) == late

    for cursor in (kept, drawn_between):  # one who reconnects, and one whose page was drawn in between
        async with opened(hub, database, agency, cursor) as page:
            assert set(late) <= {heard.id for heard in await page.until("caught-up")}


async def test_a_cursor_asked_last_stands_for_all_that_the_page_showed(
    hub: Hub, database: Database, agency: Agency
) -> None:
    """What happens between a page's questions must not fall between the picture and the stream."""
    async with database.reading(agency.opening) as lane:
        shown = await lane.raw.fetchval("select count(*) from event")
        unseen = await happen(database, agency, None)
        drawn, shown_later = await cursor_now(lane), await lane.raw.fetchval("select count(*) from event")
    assert shown == shown_later
    async with opened(hub, database, agency, drawn) as page:
        assert await page.ids(1) == unseen


async def test_a_page_that_reconnects_hears_what_it_missed_and_nothing_older(
    hub: Hub, database: Database, agency: Agency
) -> None:
    await happen(database, agency, None)
    drawn = await place(database, agency)
    async with opened(hub, database, agency, drawn) as page:
        assert [heard.name for heard in await page.until("caught-up")] == ["caught-up"]
        told = await happen(database, agency, None)
        assert await page.ids(1) == told
    missed = [*await happen(database, agency, None), *await happen(database, agency, None, None)]
    async with opened(hub, database, agency, page.cursor) as page:
        assert [heard.id for heard in await page.until("caught-up") if heard.id not in told] == [
            *missed,
            None,
        ]


async def test_a_replay_that_is_cut_short_is_replayed_whole(
    hub: Hub, database: Database, agency: Agency
) -> None:
    drawn = await place(database, agency)
    missed = await happen(database, agency, None, None, None)
    async with opened(hub, database, agency, drawn) as page:
        await page.ids(2)
    async with opened(hub, database, agency, page.cursor) as page:
        assert await page.ids(3) == missed


async def test_whoever_comes_and_goes_misses_none_of_many_writers(
    hub: Hub, database: Database, agency: Agency
) -> None:
    """Writers take numbers in one order and commit in another; the reader leaves after every few events."""
    cursor, written, told = await place(database, agency), set[UUID](), set[UUID | None]()
    chance = random.Random(7)

    async def write() -> None:
        for _ in range(25):
            async with database.acting(agency.claims) as db:
                await take_number(db)
                await asyncio.sleep(chance.random() / 50)
                written.update(await recorded(db, "client.moved", [uuid7()]))

    async def tick() -> None:
        while True:  # so that the reader never waits in vain
            await happen(database, agency, None)

    writers, ticker = asyncio.gather(*(write() for _ in range(4))), asyncio.create_task(tick())
    finished = False
    while not finished:
        finished = writers.done()  # and then once more, for what was written last
        async with opened(hub, database, agency, cursor) as page:
            told.update(heard.id for heard in await page.until("caught-up"))
            told.update(await page.ids(chance.randint(1, 5)))
        cursor = page.cursor
    ticker.cancel()
    assert len(written) == 100
    assert written <= told


async def test_news_that_reaches_a_page_both_ways_is_told_once(
    hub: Hub, database: Database, agency: Agency
) -> None:
    """A page listens before it asks what it missed, and what it missed overlaps with what it was told."""
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        told = await happen(database, agency, None)
        assert await page.ids(1) == told
        for inbox in hub._inboxes[agency.id]:  # pyright: ignore[reportPrivateUsage]
            inbox.fall_behind()
        told = await happen(database, agency, None)
        assert await page.ids(1) == told
        told = await happen(database, agency, None)
        assert await page.ids(1) == told


async def test_a_slow_page_replays_what_its_inbox_could_not_hold(
    hub: Hub, database: Database, agency: Agency
) -> None:
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        happened = [event for _ in range(100) for event in await happen(database, agency, None)]
        assert await page.ids(100) == happened


@pytest.mark.parametrize(("count", "names"), [(500, {"client", "caught-up"}), (501, {"reload", "caught-up"})])
async def test_more_than_five_hundred_missed_means_fetch_everything(
    hub: Hub, database: Database, agency: Agency, count: int, names: set[str]
) -> None:
    drawn = await place(database, agency)
    await happen(database, agency, *[None] * count)
    async with opened(hub, database, agency, drawn) as page:
        assert {heard.name for heard in await page.until("caught-up")} == names
    async with opened(hub, database, agency, page.cursor) as page:
        assert (await page.next()).name == "caught-up"  # the place moved on


@pytest.mark.parametrize("cursor", ["", "nonsense", "1-1.5", "\0", "1-1." + "9" * 19, "٣-1.5"])
async def test_a_cursor_that_is_of_no_use_means_fetch_everything(
    hub: Hub, database: Database, agency: Agency, cursor: str
) -> None:
    async with opened(hub, database, agency, cursor) as page:
        assert [heard.name for heard in await page.until("caught-up")] == ["reload", "caught-up"]
        told = await happen(database, agency, None)
        assert await page.ids(1) == told


async def test_events_restored_from_a_server_that_had_counted_further_are_not_replayed(
    hub: Hub, database: Database, agency: Agency, ways: Addresses
) -> None:
    await happen(database, agency, None)
    cursor = parse(await place(database, agency))
    assert cursor is not None
    await as_owner(ways, RENUMBER, agency.id, str(cursor.edge + 1_000_000))
    async with opened(hub, database, agency, str(cursor)) as page:
        assert [heard.name for heard in await page.until("caught-up")] == ["caught-up"]


async def test_nothing_of_another_agency_is_told(
    hub: Hub, database: Database, agency: Agency, ways: Addresses
) -> None:
    other = await found(ways)
    drawn = await place(database, agency)
    theirs = await happen(database, other, uuid7(), None)
    async with opened(hub, database, agency, drawn) as page:
        assert [heard.name for heard in await page.until("caught-up")] == ["caught-up"]
        theirs += await happen(database, other, uuid7(), None)
        await happen(database, other, *[None] * 30)
        ours = await happen(database, agency, None)
        assert (await page.next()).id == ours[0]
    assert not set(theirs) & set(ours)


async def test_more_than_can_be_named_is_told_by_topic(hub: Hub, database: Database, agency: Agency) -> None:
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await happen(database, agency, *[uuid7()] * 21)
        heard = await page.next()
    assert (heard.name, heard.data) == ("client", {"id": None, "client_id": None})


async def test_the_replay_walks_the_cursor_s_index_under_row_security(
    hub: Hub, database: Database, agency: Agency
) -> None:
    async with database.reading(agency.opening) as lane:
        await lane.raw.execute("set local enable_seqscan = off")
        plan = await lane.raw.fetch(f"explain {MISSED}", agency.id, "1")
    assert any("Index Cond" in line[0] and "xid >=" in line[0] for line in plan), plan
