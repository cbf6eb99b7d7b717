"""The board: how deep it goes, whose clients stand first, what its chips count, what its cards say."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from audienceos.platform import clock
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, aged
from tests.clients.reading import Page

CARD = re.compile(r'<article class="card"[^>]* data-name="([^"]+)"')
LIVE = {"HX-Request": "true"}


async def cards(player: Player, asked: str = "", **headers: str) -> list[str]:
    """The names on the board's cards, lane by lane."""
    answer = await player.get(player.at(f"/pipeline{asked}"), headers=headers)
    assert answer.status_code == 200, answer.text
    return CARD.findall(answer.text)


async def numbers(player: Player, at: str) -> dict[str, str]:
    """What the chips count."""
    text = (await player.get(player.at(at))).text
    return dict(re.findall(r'id="n-(\w+)"[^>]*>([\d,]+)<', text))


async def test_a_lane_shows_fifty_and_leads_on(ines: Player) -> None:
    for number in range(52):
        await a_client(ines, f"{number:02}")
    page = Page(await ines.get(ines.at("/pipeline")))
    assert len(CARD.findall(page.text)) == 50
    there = page.links["2 more"]
    assert len(await cards(ines, there.partition("/pipeline")[2].partition("#")[0])) == 52
    fragment = await ines.get(there, headers=LIVE)
    assert ("<html" in fragment.text, len(CARD.findall(fragment.text))) == (False, 52)


async def test_a_live_update_asks_as_deep_as_the_board_is(ines: Player, oxbow: Row) -> None:
    text = (await ines.get(ines.at("/pipeline?deep=100&q=ox"))).text
    (asked,) = re.findall(r'id="board"[^>]*\s+hx-get="([^"]+)"', text)
    assert "q=ox" in asked
    assert "deep=100" in asked
    assert "mine_first=false" in asked


@pytest.mark.parametrize("deep", ["49", "1001", "many"])
async def test_a_board_is_not_asked_for_all(ines: Player, deep: str) -> None:
    assert (await ines.get(ines.at(f"/pipeline?deep={deep}"))).status_code == 400


async def test_the_worst_stand_first_then_the_longest(database: Database, ines: Player) -> None:
    new, old, red = [await a_client(ines, name) for name in ("New", "Old", "Red")]
    await aged(database, ines, old, stage_entered_at=clock.now() - timedelta(days=3))
    await aged(database, ines, red, stage_entered_at=clock.now() - timedelta(days=1), health_status="red")
    assert new["stage"] == "Onboarding"
    assert await cards(ines) == ["Red", "Old", "New"]


async def test_ones_own_stand_first_where_that_is_preferred(ines: Player, tom: Player) -> None:
    await a_client(tom, "Theirs")
    await a_client(ines, "Mine")
    assert await cards(ines) == ["Theirs", "Mine"]
    back = {"mine_first": "true", "next": ines.at("/pipeline")}
    assert (await ines.post(ines.at("/appearance"), data=back)).headers["location"] == ines.at("/pipeline")
    assert await cards(ines) == ["Mine", "Theirs"]
    assert await cards(tom) == ["Theirs", "Mine"]
    assert await cards(ines, "?mine_first=false") == ["Theirs", "Mine"]


@pytest.mark.parametrize("at", ["/pipeline", "/clients"])
async def test_chips_count_whatever_is_asked_for(
    database: Database, ines: Player, tom: Player, at: str
) -> None:
    await a_client(ines, "Mine", tags=["blocker: DNS"])
    late = await a_client(tom, "Late")
    await aged(database, ines, late, stage_entered_at=clock.now() - timedelta(days=9), health_status="red")
    gone = await a_client(ines, "Gone")
    await ines.patch(f"/v1/clients/{gone['id']}", json={"is_active": False}, version=1)
    counted = {"active": "2", "mine": "1", "red": "1", "blocked": "1", "stuck": "1", "archived": "1"}
    assert await numbers(ines, at) == counted
    assert await numbers(ines, f"{at}?q=nobody") == counted


async def test_chips_count_what_a_scoped_member_sees(ines: Player, mia: Player, oxbow: Row) -> None:
    assert (await numbers(mia, "/pipeline"))["active"] == "0"
    await a(ines, "assignments", oxbow, user_id=str(mia.user_id))
    assert (await numbers(mia, "/clients"))["active"] == "1"


async def test_an_update_brings_the_counts_along(ines: Player, oxbow: Row) -> None:
    text = (await ines.get(ines.at("/pipeline"), headers=LIVE)).text
    assert re.search(r'id="total"[^>]*hx-swap-oob="true">1 client<', text)
    assert re.search(r'id="n-mine" hx-swap-oob="true">1<', text)


async def test_a_card_says_what_is_known(ines: Player) -> None:
    client = await a_client(ines, "Oxbow", tags=["blocker:waiting on DNS", "vip"])
    await a(ines, "notes", client, content="They called")
    text = (await ines.get(ines.at("/pipeline"))).text
    for said in (
        "They called",
        "Waiting on DNS",
        "0 days in Onboarding",
        "Ines Aalto",
        "Add a note about Oxbow",
    ):
        assert said in text, said


async def test_a_stage_that_was_given_up_is_shown_while_somebody_stands_there(ines: Player) -> None:
    await a_client(ines, "Oxbow", stage="Audit")
    text = (await ines.get(ines.at("/pipeline?stage=Live"))).text
    assert 'data-lane="Audit"' in text
    assert CARD.findall(text) == []


async def test_cards_are_arranged_as_the_address_says(database: Database, ines: Player) -> None:
    for name, days, health in (("Cairn", 1, "red"), ("Brae", 9, "green"), ("Alder", 3, "yellow")):
        client = await a_client(ines, name)
        since = clock.now() - timedelta(days=days)
        await aged(database, ines, client, stage_entered_at=since, health_status=health)
    assert await cards(ines) == ["Cairn", "Alder", "Brae"]
    assert await cards(ines, "?sort=days_in_stage") == ["Brae", "Alder", "Cairn"]
    assert await cards(ines, "?sort=name") == ["Alder", "Brae", "Cairn"]
    assert (await ines.get(ines.at("/pipeline?sort=colour"))).status_code == 400


async def test_what_blocks_the_agency_presses_more_than_what_waits_on_others(
    database: Database, ines: Player
) -> None:
    """Scores at 9 days: 40 * 1.9, 40 * 0.5 / 2 and 10 * 1.45; 60 at none."""
    given: tuple[tuple[str, int, str, list[str]], ...] = (
        ("Ours", 9, "green", ["Blocker: data layer error"]),
        ("Watched", 0, "yellow", []),
        ("Theirs", 9, "green", ["blocker:waiting on DNS"]),
        ("Fine", 9, "green", ["waiting on spring"]),
    )
    for name, days, health, tags in given:
        client = await a_client(ines, name, tags=tags)
        since = clock.now() - timedelta(days=days)
        await aged(database, ines, client, stage_entered_at=since, health_status=health)
    assert await cards(ines, "?sort=priority") == ["Ours", "Watched", "Fine", "Theirs"]


async def test_the_order_stays_when_a_filter_changes_and_in_live_updates(ines: Player, oxbow: Row) -> None:
    page = Page(await ines.get(ines.at("/pipeline?sort=priority&stage=Onboarding")))
    assert page.fields["pipeline.sort"] == "priority"
    assert page.links["Take away Stage"] == ines.at("/pipeline?sort=priority")
    assert page.links["Clear all"] == ines.at("/pipeline?sort=priority")
    (asked,) = re.findall(r'id="board"[^>]*\s+hx-get="([^"]+)"', page.text)
    assert "sort=priority" in asked


async def test_a_view_of_the_board_keeps_its_order(ines: Player, oxbow: Row) -> None:
    view = {"screen": "board", "name": "Pressing", "parameters": {"sort": "priority"}}
    assert (await ines.post("/v1/saved-views", json=view)).status_code == 201
    page = Page(await ines.get(ines.at("/pipeline")))
    assert page.links["Pressing"] == ines.at("/pipeline?sort=priority")


async def test_the_board_says_what_a_tick_means_by_the_agencys_limits(ines: Player) -> None:
    agency = (await ines.get("/v1/agency")).json()
    limits = {"health_thresholds": {"yellow": 5, "red": 21}}
    answer = await ines.patch("/v1/agency", json=limits, version=agency["version"])
    assert answer.status_code == 200, answer.text
    text = (await ines.get(ines.at("/pipeline"))).text
    assert "one tick a day, watch from 5, at risk from 21" not in text
    assert "14 ticks for 21 days, watch from 5, at risk from 21" in text


async def test_a_menu_adds_a_choice_and_takes_it_away(ines: Player, oxbow: Row) -> None:
    page = Page(await ines.get(ines.at("/pipeline?stage=Live&health=green&health=yellow&q=o")))
    assert page.links["Live Take away"] == ines.at("/pipeline?q=o&health=green&health=yellow")
    assert page.links["Healthy Take away"] == ines.at("/pipeline?q=o&stage=Live&health=yellow")
    assert '<button name="stage" value="Onboarding">' in page.text
    assert page.fields["pipeline.q"] == "o"


async def test_nobodys_clients_and_somebodys_exclude_each_other(ines: Player, oxbow: Row) -> None:
    page = Page(await ines.get(ines.at(f"/pipeline?owner={ines.user_id}")))
    assert page.links["Unassigned"] == ines.at("/pipeline?unassigned=true")
    page = Page(await ines.get(ines.at("/pipeline?unassigned=true")))
    assert page.links["Ines Aalto"] == ines.at(f"/pipeline?owner={ines.user_id}")
