"""`<live-stream>` in a real browser: one stream for all tabs, and every tab hears everything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.agencies import SIGN_OUT, Agency, as_owner, place
from tests.platform.realtime.browsing import Tab, Window, browsed, opened_window, until

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsed() as browser:
        yield browser


@pytest.fixture
async def window(browser: Browser, hub: Hub, database: Database, agency: Agency) -> AsyncIterator[Window]:
    async with opened_window(browser, hub, database, agency) as window:
        yield window


async def test_a_page_hears_the_topic_once_and_each_client(window: Window) -> None:
    tab, clients = await window.tab(), [uuid7() for _ in range(20)]
    await window.site.happen(*clients)
    await tab.is_so("heard.length")
    assert sorted(await tab.heard()) == sorted(["live:client", *(f"live:{client}" for client in clients)])


async def test_more_than_can_be_named_is_dispatched_as_many(window: Window) -> None:
    tab = await window.tab()
    await window.site.happen(*[uuid7()] * 21)
    await tab.is_so("heard.length")
    assert await tab.heard() == ["live:client", "live:many"]


async def test_all_tabs_share_one_stream(window: Window, hub: Hub) -> None:
    tabs = [await window.tab() for _ in range(3)]
    await until(lambda: hub.streams == 1)
    await window.site.happen(None)
    for tab in tabs:
        await tab.hears("live:client")
    assert [await tab.element("leading") for tab in tabs] == [True, False, False]


async def test_when_the_leader_closes_another_goes_on_and_nothing_is_lost(window: Window, hub: Hub) -> None:
    first, second, third = [await window.tab() for _ in range(3)]
    await window.site.happen(None)
    for tab in (first, second, third):
        await tab.hears("live:client")
    await first.page.close()
    await window.site.happen(None, name="task.added")
    for tab in (second, third):
        await tab.hears("live:task")
    assert [await second.element("leading"), await third.element("leading")] == [True, False]
    await until(lambda: hub.streams == 1)


async def test_a_new_tab_reads_for_itself_what_happened_since_its_page_was_drawn(
    window: Window, database: Database, agency: Agency
) -> None:
    leader, drawn = await window.tab(), await place(database, agency)
    await window.site.happen(None)
    await leader.hears("live:client")
    late = await window.tab(drawn)
    await late.hears("live:client")
    assert not await late.element("leading")


async def test_a_tab_reads_for_itself_when_the_new_leader_starts_from_another_place(window: Window) -> None:
    """Else what happened between the two places while the old leader was cut off would be lost to it."""
    leader, follower = await window.tab(), await window.tab()
    place_of_follower, asked = await follower.element("cursor"), len(window.site.asked_from)
    await leader.element("channel.postMessage({leader: '1-1.1'})")
    await until(lambda: len(window.site.asked_from) > asked)
    assert window.site.asked_from[asked:] == [place_of_follower]
    await follower.becomes("current")


async def test_a_lost_connection_shows_in_every_tab_and_catches_up(window: Window) -> None:
    leader, follower = await window.tab(), await window.tab()
    window.site.go_away()
    for tab in (leader, follower):
        await tab.becomes("dataset.state === 'lost'")
        assert await tab.page.get_by_text("Lost.").is_visible()
    await window.site.happen(None)
    window.site.away = False
    for tab in (leader, follower):
        await tab.hears("live:client")
        assert await tab.element("dataset.state") is None
        assert not await tab.page.get_by_text("Lost.").is_visible()


async def test_a_tab_opened_while_the_site_is_away_catches_up_later(window: Window) -> None:
    window.site.away = True
    page = await window.context.new_page()
    await page.goto(f"{window.site.address}/page")
    await window.site.happen(None)
    window.site.away = False
    await Tab(page).hears("live:client")


async def test_signed_out_every_tab_loads_anew(
    window: Window, database: Database, agency: Agency, ways: Addresses
) -> None:
    leader, follower = await window.tab(), await window.tab()
    for tab in (leader, follower):
        await tab.page.evaluate("window.old = true")
    await as_owner(ways, SIGN_OUT, agency.person)
    await window.site.happen(None, name="session.ended")
    for tab in (leader, follower):
        await tab.is_so("!window.old")


async def test_a_place_of_no_use_means_everything_may_have_changed(window: Window) -> None:
    tab = await window.tab("nonsense")
    await tab.hears("live:reload")


async def test_a_hidden_tab_keeps_what_changed_until_somebody_looks(window: Window) -> None:
    shown, hidden = await window.tab(), await window.tab()
    await hidden.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    await window.site.happen(None)
    await shown.hears("live:client")
    await hidden.becomes("changed.size === 1")
    await hidden.becomes("telling === undefined")
    assert await hidden.heard() == []
    await hidden.page.evaluate(
        "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
    )
    await hidden.hears("live:client")


async def test_a_stream_that_fell_silent_is_asked_for_anew(window: Window) -> None:
    """As after a sleep of the machine, when the connection is dead and nobody said so."""
    page = await window.context.new_page()
    await page.clock.install()
    await page.goto(f"{window.site.address}/page")
    tab = Tab(page)
    await tab.becomes("current")
    asked = len(window.site.asked_from)
    await page.clock.fast_forward("01:00")
    await until(lambda: len(window.site.asked_from) == asked + 1)
    await window.site.happen(None)
    await tab.hears("live:client")


async def test_an_element_that_leaves_the_page_leaves_the_stream(window: Window, hub: Hub) -> None:
    leader, follower = await window.tab(), await window.tab()
    await leader.element("remove()")
    await follower.becomes("leading")
    await follower.element("remove()")
    await until(lambda: hub.streams == 0)
