"""The first steps of a new agency: each ticked by what is there, put away for good, never in anybody else's way."""

from __future__ import annotations

from audienceos.agency.invitations import invite
from tests.agency.browsing import Shown, tab_of
from tests.cast import Player, Stage
from tests.clients.given import a_client
from tests.clients.test_moving import move
from tests.entering import fresh_email

WELCOME = "Welcome to Northlight"


async def pipeline(player: Player) -> Shown:
    """The first page that somebody sees."""
    return await tab_of(player).open(player.at("/pipeline"))


def steps(shown: Shown) -> list[bool]:
    """Which of the steps are ticked, in their order."""
    start = shown.text.index(WELCOME)
    told = shown.text[start : shown.text.index("Move the first card", start) + 40]
    return [
        f"{step} , done" in told for step in ("Bring your clients", "Invite somebody", "Move the first card")
    ]


async def test_a_new_agency_is_shown_three_steps(ines: Player) -> None:
    shown = await pipeline(ines)
    assert steps(shown) == [False, False, False]
    assert "/imports" in shown.html


async def test_each_step_is_ticked_by_what_is_there(stage: Stage, ines: Player) -> None:
    client = await a_client(ines, "Oxbow")
    assert steps(await pipeline(ines)) == [True, False, False]
    assert (await move(ines, client, "Installation")).status_code < 300
    assert steps(await pipeline(ines)) == [True, False, True]
    async with stage.parts.database.acting(ines.claims) as db:
        await invite(db, stage.parts.settings, fresh_email(), "user")
    assert WELCOME not in (await pipeline(ines)).text


async def test_it_is_put_away_for_good_and_for_oneself(stage: Stage, ines: Player) -> None:
    other = await stage.member(ines, "Otto Lind", "admin")
    gone = await tab_of(ines).send((await pipeline(ines)).form("/welcome/removal"))
    assert WELCOME not in gone.text
    assert WELCOME not in (await pipeline(ines)).text
    assert WELCOME in (await pipeline(other)).text
    assert (await ines.get("/v1/preferences")).json()["display.welcome_dismissed"] is True


async def test_who_is_no_admin_is_not_shown_what_they_cant_do(tom: Player) -> None:
    assert WELCOME not in (await pipeline(tom)).text


async def test_others_clients_tick_nothing(ines: Player, cleo: Player) -> None:
    await a_client(cleo, "Oxbow")
    assert steps(await pipeline(ines)) == [False, False, False]


async def test_the_steps_are_fetched_by_themselves(ines: Player, tom: Player) -> None:
    assert "to be done" in (await ines.get(ines.at("/welcome"))).text
    client = await a_client(ines, "Oxbow")
    assert (await ines.get(ines.at("/welcome"))).text.count(", done") == 2  # Tom is company
    assert (await move(ines, client, "Installation")).status_code < 300
    for player in (ines, tom):
        answer = await player.get(player.at("/welcome"))
        assert (answer.status_code, answer.text.strip()) == (200, '<div id="welcome" hidden></div>')
