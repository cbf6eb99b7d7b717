"""Who may hear, and how much, is asked of the database again and again while a stream is open."""

from __future__ import annotations

from uuid import UUID

import pytest

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.urls import Addresses
from audienceos.platform.errors import Unauthenticated
from audienceos.platform.realtime import ports, streams
from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.agencies import SIGN_OUT, Agency, as_owner, found, happen, place
from tests.platform.realtime.pages import opened

EXPIRE = "update session set idle_until = now() where id = $1"
DEACTIVATE = 'update "user" set is_active = false where id = $1'
DEMOTE = "update \"user\" set role = 'user' where id = $1"
NARROW = "update agency set client_visibility = 'assigned' where id = $1"


@pytest.fixture
def assigned(monkeypatch: pytest.MonkeyPatch) -> set[UUID]:
    """The clients that every scoped reader may see, as a room above would say."""
    clients = {uuid7()}

    async def visible(lane: Lane, asked: list[UUID], /) -> set[UUID]:
        assert lane.actor.sight == "assigned"
        return clients & set(asked)

    monkeypatch.setattr(ports, "_answers", [])
    ports.answer_visible(visible)
    return clients


@pytest.mark.parametrize(("change", "name"), [(SIGN_OUT, "session.ended"), (DEACTIVATE, "user.deactivated")])
async def test_the_stream_of_one_who_may_no_more_ends_with_the_event_that_says_so(
    hub: Hub, database: Database, agency: Agency, ways: Addresses, change: str, name: str
) -> None:
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await as_owner(ways, change, agency.person)
        await happen(database, agency, None, name=name)
        assert (await page.next()).name == "signed-out"  # and not the event
        with pytest.raises(StopAsyncIteration):
            await page.next()
    assert hub.streams == 0


async def test_a_session_that_ran_out_is_noticed_without_any_event(
    hub: Hub, database: Database, agency: Agency, ways: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.02)
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await as_owner(ways, EXPIRE, agency.person)
        assert (await page.next()).name == "signed-out"


async def test_a_stream_that_is_never_silent_is_checked_all_the_same(
    hub: Hub, database: Database, agency: Agency, ways: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.0)
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await as_owner(ways, EXPIRE, agency.person)
        await happen(database, agency, None)
        assert (await page.next()).name == "signed-out"


async def test_a_silent_stream_gives_signs_of_life(
    hub: Hub, database: Database, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.02)
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        assert await anext(page.pieces) == b": alive\n\n"


async def test_one_who_may_not_enter_gets_no_stream(
    hub: Hub, database: Database, agency: Agency, ways: Addresses
) -> None:
    await as_owner(ways, SIGN_OUT, agency.person)
    async with opened(hub, database, agency) as page:
        with pytest.raises(Unauthenticated):
            await page.next()
    assert hub.streams == 0


async def test_a_scoped_reader_hears_of_seen_clients_and_of_what_has_no_client(
    hub: Hub, database: Database, ways: Addresses, assigned: set[UUID]
) -> None:
    agency = await found(ways, role="user", visibility="assigned")
    seen, unseen = next(iter(assigned)), uuid7()
    drawn = await place(database, agency)
    before = await happen(database, agency, unseen, seen, None)
    async with opened(hub, database, agency, drawn) as page:
        assert [heard.id for heard in await page.until("caught-up")] == [*before[1:], None]
        await happen(database, agency, unseen)
        after = await happen(database, agency, unseen, seen, None)
        heard = [await page.next(), await page.next()]
    assert [one.id for one in heard] == after[1:]
    assert [one.data["client_id"] for one in heard] == [str(seen), None]


async def test_a_scoped_reader_is_told_one_by_one_of_more_than_can_be_named(
    hub: Hub, database: Database, ways: Addresses, assigned: set[UUID]
) -> None:
    agency = await found(ways, role="user", visibility="assigned")
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await happen(database, agency, *[uuid7()] * 30)
        mixed = await happen(database, agency, *[uuid7()] * 30, *assigned)
        assert await page.ids(1) == mixed[-1:]


async def test_until_a_room_answers_a_scoped_reader_hears_of_no_client(
    hub: Hub, database: Database, ways: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_answers", [ports.nothing])
    agency = await found(ways, role="user", visibility="assigned")
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        _, open_to_all = await happen(database, agency, uuid7(), None)
        assert (await page.next()).id == open_to_all


@pytest.mark.parametrize("name", ["agency.changed", "client.moved"])
async def test_an_admin_who_becomes_a_scoped_user_hears_less_at_once(
    hub: Hub, database: Database, agency: Agency, ways: Addresses, assigned: set[UUID], name: str
) -> None:
    """Even if the news comes in the very commit that narrows what they see."""
    async with opened(hub, database, agency, await place(database, agency)) as page:
        await page.until("caught-up")
        await as_owner(ways, NARROW, agency.id)
        await as_owner(ways, DEMOTE, agency.person)
        await happen(database, agency, None, name="user.demoted")
        assert (await page.next()).name == "user"
        _, told = await happen(database, agency, uuid7(), *assigned, name=name)
        assert (await page.next()).id == told
