"""The stream's address, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import httpx
import pytest
from litestar import Litestar, Response

from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.errors import AppError
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.routes import Asked, live_route
from tests.platform.realtime.agencies import SIGN_OUT, Agency, as_owner, happen, place
from tests.platform.realtime.pages import PATIENCE, Page
from tests.platform.realtime.serving import served


def answer(request: Asked, problem: AppError) -> Response[str]:
    return Response(problem.code, status_code=problem.status)


def site_of(hub: Hub, database: Database, agency: Agency) -> Litestar:
    """The route alone; everyone who asks is the agency's person."""

    async def opening_of(request: Asked):
        return agency.opening

    return Litestar([live_route(hub, database, opening_of)], exception_handlers={AppError: answer})


@pytest.fixture
async def browser(hub: Hub, database: Database, agency: Agency) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        served(site_of(hub, database, agency), hub) as address,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser,
    ):
        yield browser


async def pieces_of(answer: httpx.Response) -> AsyncGenerator[bytes]:
    async for piece in answer.aiter_bytes():
        yield piece


async def test_it_streams_what_was_missed_and_what_happens(
    browser: httpx.AsyncClient, database: Database, agency: Agency
) -> None:
    drawn = await place(database, agency)
    missed = await happen(database, agency, None)
    async with browser.stream("GET", "/acme/live", params={"cursor": drawn}) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        page = Page(pieces_of(answer), drawn)
        assert [heard.id for heard in await page.until("caught-up")] == [*missed, None]
        later = await happen(database, agency, None)
        assert await page.ids(1) == later


async def test_the_last_event_heard_wins_over_the_place_in_the_address(
    browser: httpx.AsyncClient, database: Database, agency: Agency
) -> None:
    drawn = await place(database, agency)
    await happen(database, agency, None)
    heard = {"Last-Event-ID": await place(database, agency)}
    async with browser.stream("GET", "/acme/live", params={"cursor": drawn}, headers=heard) as answer:
        page = Page(pieces_of(answer), drawn)
        assert (await page.next()).name == "caught-up"


async def test_whoever_may_not_enter_is_answered_as_by_any_page(
    browser: httpx.AsyncClient, agency: Agency, ways: Addresses
) -> None:
    await as_owner(ways, SIGN_OUT, agency.person)
    answer = await browser.get("/acme/live")
    assert (answer.status_code, answer.text) == (401, "unauthenticated")


async def test_a_deaf_process_says_so(database: Database, agency: Agency) -> None:
    deaf = Hub(database.addresses.listen)
    async with served(site_of(deaf, database, agency), deaf) as address, httpx.AsyncClient() as browser:
        assert (await browser.get(f"{address}/acme/live")).status_code == 503


async def test_a_browser_that_goes_away_is_forgotten(
    browser: httpx.AsyncClient, hub: Hub, database: Database, agency: Agency
) -> None:
    async with browser.stream("GET", "/acme/live") as answer:
        await Page(pieces_of(answer), "").until("caught-up")
        assert hub.streams == 1
    async with asyncio.timeout(PATIENCE):
        while hub.streams:
            await asyncio.sleep(0.005)


async def test_the_server_stops_with_streams_open(database: Database, agency: Agency) -> None:
    """`served` gives streams all the patience there is to leave; that they leave is the hub's doing."""
    async with Hub(database.addresses.listen).running() as hub:
        while not hub.listening:
            await asyncio.sleep(0.005)
        async with httpx.AsyncClient(timeout=PATIENCE) as browser, asyncio.timeout(PATIENCE):
            async with served(site_of(hub, database, agency), hub) as address:
                request = browser.build_request("GET", f"{address}/acme/live")
                answer = await browser.send(request, stream=True)
                page = Page(pieces_of(answer), "")
                await page.until("caught-up")
            with pytest.raises(StopAsyncIteration):
                await page.next()
