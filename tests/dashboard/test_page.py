"""The dashboard as a page: what it shows, for whom it is home, and that its parts stand by themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import asyncpg
import pytest

from audienceos.dashboard.queries import figures
from audienceos.platform.db.database import Database
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import Row, a, a_client, aged
from tests.clients.test_judging import days_ago, sweep
from tests.clients.test_statements import asked
from tests.dashboard.given import TODAY, installed, kept

TAG = re.compile(r"<[^>]+>")


async def text_of(player: Player, path: str = "/dashboard") -> str:
    """The words of a page, a space between each two."""
    answer = await player.get(player.at(path))
    assert answer.status_code == 200, answer.text
    return unescape(" ".join(TAG.sub(" ", answer.text.partition("<main")[2] or answer.text).split()))


async def test_it_is_an_admins_home_and_a_members_is_their_work(ines: Player, tom: Player) -> None:
    assert (await tab_of(ines).open(ines.at(""))).answer.url.path == ines.at("/dashboard")
    assert (await tab_of(tom).open(tom.at(""))).answer.url.path == tom.at("/my-work")


async def test_who_said_where_to_begin_begins_there(ines: Player) -> None:
    await ines.patch("/v1/preferences", json={"display.default_view": "board"})
    assert (await tab_of(ines).open(ines.at(""))).answer.url.path == ines.at("/pipeline")


async def test_an_empty_agency_shows_noughts_and_a_way_to_begin(ines: Player) -> None:
    text = await text_of(ines)
    assert "Active onboardings 0 " in text
    assert "Average install time – no figure yet Nothing to average yet" in text
    assert "No clients yet." in text
    assert "Import a list" in text


async def test_a_member_of_an_empty_agency_is_not_sent_to_the_import(ines: Player, tom: Player) -> None:
    text = await text_of(tom)
    assert "Add a client" in text
    assert "Import a list" not in text


async def test_a_trend_says_direction_and_goodness(database: Database, ines: Player, oxbow: Row) -> None:
    last = TODAY - timedelta(days=7)
    await kept(database, ines, "active_onboardings", last, 3)
    await kept(database, ines, "at_risk_clients", last, 4)
    text = await text_of(ines)
    assert f"2 fewer, 3 last {TODAY:%A}" in text
    assert f"4 better, 4 last {TODAY:%A}" in text


async def test_clients_that_need_attention_stand_with_reasons_and_their_clock(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await aged(database, ines, oxbow, stage_entered_at=days_ago(16), last_activity_at=days_ago(9))
    quiet = await a_client(ines, "Kestrel")
    await aged(database, ines, quiet, last_activity_at=days_ago(11))
    late = await a_client(ines, "Halden")
    await a(ines, "tasks", late, name="Tag it", due_date=(TODAY - timedelta(days=4)).isoformat())
    await sweep(database, ines)
    text = await text_of(ines, "/dashboard/attention")
    assert "Needs attention 3 " in text
    assert text.index("Oxbow") < text.index("Kestrel")
    assert "In Onboarding for 16 days · Quiet for 9 days 16 d" in text
    assert "Quiet for 11 days 11 d quiet" in text
    assert "1 task is overdue" in text
    assert "4 d since then" in text


async def test_when_all_is_well_it_says_so(ines: Player, oxbow: Row) -> None:
    assert "All is well." in await text_of(ines)


async def test_installs_stand_by_day_and_in_a_table(database: Database, ines: Player) -> None:
    await installed(database, ines, "Quick", days=3)
    await a_client(ines, "Brae")
    text = await text_of(ines, "/dashboard/installs?days=7")
    assert "2 new clients above the line, 1 completed below it" in text
    table = text.partition("Show as table")[2]
    assert f"{TODAY.day} {TODAY:%b}, so far 1 1" in table
    assert f"{(TODAY - timedelta(days=3)).day} {TODAY - timedelta(days=3):%b} 1 0" in table


async def test_a_range_that_there_is_not_is_refused(ines: Player) -> None:
    assert (await ines.get(ines.at("/dashboard?days=8"))).status_code == 400


@pytest.mark.parametrize(
    "problem", [asyncpg.QueryCanceledError("slow"), ValueError("wrong"), ZeroDivisionError("none")]
)
async def test_one_failing_figure_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, ines: Player, oxbow: Row, problem: Exception
) -> None:
    async def fails(*_: Any) -> Any:
        raise problem

    monkeypatch.setitem(figures.SOURCES, "hours", fails)
    text = await text_of(ines)
    assert "Support hours this week can't be read just now" in text
    assert "Active onboardings 1 " in text
    assert "Average install time –" in text
    monkeypatch.undo()
    assert "Support hours this week 0 h" in await text_of(ines, "/dashboard/figures")


async def test_a_stranger_and_who_is_out_find_no_dashboard(ines: Player, cleo: Player) -> None:
    assert (await cleo.get(ines.at("/dashboard"))).status_code == 404


async def test_a_member_sees_only_their_clients(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await aged(database, ines, oxbow, stage_entered_at=days_ago(16))
    await sweep(database, ines)
    text = await text_of(mia)
    assert "Oxbow" not in text
    assert "At-risk clients 0 " in text
    assert "No clients yet." in text


async def test_an_admin_looks_at_their_own_clients_alone(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    for client in (oxbow, await a_client(tom, "Brae")):
        await aged(database, ines, client, stage_entered_at=days_ago(16))
    await sweep(database, ines)
    assert "Brae" in await text_of(ines)
    for part in ("", "/attention"):
        text = await text_of(ines, f"/dashboard{part}?mine=true")
        assert ("Oxbow" in text, "Brae" in text) == (True, False)
    page = (await ines.get(ines.at("/dashboard?mine=true&days=7"))).text
    for part in ("figures?mine=true", "attention?mine=true", "installs?mine=true&amp;days=7"):
        assert f'hx-get="{ines.at("/dashboard")}/{part}"' in page
    for player in (ines, tom):
        await a_client(player, "Come today")
    assert "New 1 " in await text_of(ines, "/dashboard/installs?mine=true")


async def test_who_sees_their_own_clients_alone_has_nothing_to_choose(ines: Player, mia: Player) -> None:
    assert "Everyone Mine" in await text_of(ines)
    assert "Everyone Mine" not in await text_of(mia)


async def test_the_page_asks_the_same_for_one_client_and_for_many(
    database: Database, ines: Player, oxbow: Row
) -> None:
    few = await asked(database, ines, ines.at("/dashboard"))
    for number in range(4):
        await a_client(ines, f"Client {number}")
    assert len(await asked(database, ines, ines.at("/dashboard"))) == len(few)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/clients?needs_attention=true", "Needs attention"),
        ("/clients?installed=true", "First live within 30 days"),
        ("/tickets/list?timeframe=week", "Time this week"),
        ("/tickets/list?my_clients=true", "Of my clients"),
    ],
)
async def test_the_list_that_a_figure_opens_says_by_what_and_lets_go(
    ines: Player, oxbow: Row, path: str, words: str
) -> None:
    page = await tab_of(ines).open(ines.at(path))
    chip = re.search(
        rf'<a class="chip" role="button" aria-pressed="true" href="([^"]*)">{words}', page.answer.text
    )
    assert chip is not None
    assert "?" not in chip[1]
