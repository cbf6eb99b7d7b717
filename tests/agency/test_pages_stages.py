"""The stages' editor: how many clients each holds, their order by hand, and what other limits would make of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from audienceos.clients.actions.signals import set_signal
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from tests.agency.browsing import Form, Shown, tab_of
from tests.agency.test_api_stages import version
from tests.cast import Player
from tests.clients.given import a, a_client, aged, only_assigned
from tests.clients.test_judging import sweep
from tests.clients.test_moving import client_in
from tests.clients.test_overriding import override

SEEDED = ["Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding"]


async def editor(player: Player) -> Shown:
    """The page of the stages."""
    return await tab_of(player).open(player.at("/settings/pipeline"))


async def outlook(player: Player, yellow: Any, red: Any) -> str:
    """What the page says of limits that stand in its form."""
    asked = {"yellow": yellow, "red": red}
    answer = await player.get(player.at("/settings/limits/outlook"), params=asked)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


async def stages(player: Player) -> list[str]:
    """The stages in their order."""
    return (await player.get("/v1/agency")).json()["pipeline_stages"]


async def held_back(database: Database, owner: Player, name: str, days: int, stage: str = "Audit") -> Any:
    """A client that has stood in a stage for so many days, and was heard of just now."""
    client = await client_in(owner, stage, name)
    entered = clock.now() - timedelta(days=days)
    await aged(database, owner, client, stage_entered_at=entered, last_activity_at=clock.now())
    return client


async def test_each_stage_tells_how_many_clients_it_holds(ines: Player, cleo: Player) -> None:
    await client_in(ines, "Audit", "Oxbow")
    put_aside = await client_in(ines, "Audit", "Rowan")
    await client_in(ines, "Live", "Birch")
    await client_in(cleo, "Live", "Stranger")
    assert (
        await ines.patch(f"/v1/clients/{put_aside['id']}", json={"is_active": False}, version=1)
    ).is_success
    text = (await editor(ines)).text
    assert ("2 clients" in text, "1 client " in text, text.count("No clients")) == (True, True, 4)


async def test_who_sees_few_clients_is_told_of_those(database: Database, ines: Player, tom: Player) -> None:
    await client_in(ines, "Audit")
    await only_assigned(database, ines)
    assert (await editor(tom)).text.count("No clients") == len(SEEDED)


def order_form(shown: Shown) -> Form:
    """The form that a dragged stage sends."""
    return next(form for form in shown.forms if "stages" in form.fields)


async def test_the_stages_are_put_in_the_order_in_which_they_were_dragged(ines: Player) -> None:
    form = order_form(await editor(ines))
    assert form.fields["stages"] == SEEDED
    dragged = ["Audit", *[stage for stage in SEEDED if stage != "Audit"]]
    assert (await tab_of(ines).send(form, {"stages": dragged})).status == 200
    assert await stages(ines) == dragged


async def test_an_order_over_what_changed_meanwhile_is_refused(ines: Player) -> None:
    form = order_form(await editor(ines))
    await ines.post("/v1/stages", json={"name": "Meanwhile"})
    assert (await tab_of(ines).send(form, {"stages": SEEDED[::-1]})).status == 412
    assert await stages(ines) == [*SEEDED, "Meanwhile"]


@pytest.mark.parametrize(("yellow", "red"), [("", "9"), ("9", "9"), ("0", "3"), ("3", "366"), ("soon", "9")])
async def test_what_is_no_limit_yet_is_told_as_such(ines: Player, yellow: str, red: str) -> None:
    assert "from 1 to 365" in await outlook(ines, yellow, red)


async def test_a_user_tries_no_limits(ines: Player, tom: Player) -> None:
    assert (await tom.get(tom.at("/settings/limits/outlook"))).status_code == 403


async def test_limits_tell_beforehand_what_they_would_make_of_the_clients(
    database: Database, ines: Player
) -> None:
    await held_back(database, ines, "Five", 5)
    await held_back(database, ines, "Ten", 10)
    await held_back(database, ines, "Live for long", 400, "Live")
    assert "2 clients would be at risk, 0 to watch" in await outlook(ines, 2, 5)
    assert "1 client would be at risk, 1 to watch" in await outlook(ines, 5, 6)
    assert "0 clients would be at risk, 0 to watch" in await outlook(ines, 11, 12)


async def test_the_outlook_is_what_saving_makes_true(database: Database, ines: Player) -> None:
    risky = await a_client(ines, "Risky")
    async with database.acting(ines.claims) as db:
        await set_signal(db, UUID(risky["id"]), "tickets", "1", "risk", reason="A critical ticket is open")
    await a(ines, "tasks", await a_client(ines, "Late"), name="Call", due_date="2020-01-01")
    silent = await client_in(ines, "Live", "Silent")
    await aged(database, ines, silent, last_activity_at=clock.now() - timedelta(days=4))
    for name, days in (("Known to be late", 20), ("Will be late only then", 10)):
        assert (await override(ines, await held_back(database, ines, name, days))).is_success
    await held_back(database, ines, "Slow", 4)
    foretold = await outlook(ines, 3, 9)
    change = {"health_thresholds": {"yellow": 3, "red": 9}}
    assert (await ines.patch("/v1/agency", json=change, version=await version(ines))).is_success
    await sweep(database, ines)
    found = [client["health_status"] for client in (await ines.get("/v1/clients")).json()["items"]]
    assert f"{found.count('red')} client" in foretold
    assert f"{found.count('yellow')} to watch" in foretold
    assert (found.count("red"), found.count("yellow")) == (2, 3)
