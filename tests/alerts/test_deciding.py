"""A person says yes or no to what an alert suggests: it is done once, in that person's name and with their rights."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.platform.db.database import Database
from tests.alerts.given import look, stuck_for, the_alert, told
from tests.cast import Player
from tests.clients.given import Row, a, of_client, shown


async def stuck(database: Database, player: Player, client: Row) -> str:
    """The id of an alert about a client that has stood in its stage for 8 days."""
    await stuck_for(database, player, client, 8)
    await look(database, player)
    return str((await the_alert(database, player)).id)


async def ready(database: Database, player: Player, client: Row) -> str:
    """The same, of one for which all that the stage asks for is done."""
    task = await a(player, "tasks", client, name="Kick-off", stage="Onboarding")
    assert (await player.post(f"/v1/tasks/{task['id']}/completion")).is_success
    return await stuck(database, player, client)


async def decided(player: Player, alert: str, noun: str, status: int = 200, action: int = 1) -> Row:
    answer = await player.post(f"/v1/alerts/{alert}/{noun}", json={"action": action})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_approved_task_is_added_once_for_whoever_approved(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    alert = await stuck(database, ines, oxbow)
    await decided(tom, alert, "approvals")
    said = await decided(tom, alert, "approvals")
    tasks = await of_client(ines, "tasks", oxbow)
    assert [(row["name"], row["assigned_to"]) for row in tasks] == [
        ("Find out what keeps Oxbow in Onboarding", str(tom.user_id))
    ]
    suggestions: list[Row] = said["metadata"]["suggested_actions"]
    assert [(row["status"], row["by"], row["result"]) for row in suggestions] == [
        (
            "approved",
            str(tom.user_id),
            {"task": tasks[0]["id"]},
        )
    ]
    assert said["acted_at"] is not None
    assert len(await told(ines, "alert.approved")) == 1


async def test_where_all_is_done_moving_on_waits_for_a_yes(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    alert = await ready(database, ines, oxbow)
    assert (await ines.get(f"/v1/alerts/{alert}")).json()["section"] == "approvals"
    said = await decided(tom, alert, "approvals")
    assert said["section"] == "signals"
    assert (await shown(ines, oxbow))["stage"] == "Installation"
    moves = (await ines.get(f"/v1/clients/{oxbow['id']}/moves")).json()["items"]
    assert moves[0]["moved_by"] == str(tom.user_id)
    await look(database, ines, 0.01)
    closed = await the_alert(database, ines)
    assert (closed.status, closed.verdict) == ("resolved", "right")


async def test_a_move_that_is_no_longer_right_is_refused_and_nothing_is_noted(
    database: Database, ines: Player, oxbow: Row
) -> None:
    alert = await ready(database, ines, oxbow)
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Live")
    await decided(ines, alert, "approvals", 409)
    context: dict[str, Any] = (await the_alert(database, ines)).context or {}
    assert context["suggested_actions"][0]["status"] == "open"
    assert (await shown(ines, oxbow))["stage"] == "Live"


async def test_who_may_not_see_the_client_approves_nothing(
    database: Database, ines: Player, mia: Player, cleo: Player, oxbow: Row
) -> None:
    alert = await stuck(database, ines, oxbow)
    for stranger in (mia, cleo):
        await decided(stranger, alert, "approvals", 404)
        await decided(stranger, alert, "rejections", 404)
    assert await of_client(ines, "tasks", oxbow) == []


async def test_a_token_that_may_only_read_approves_nothing(
    database: Database, ines: Player, oxbow: Row
) -> None:
    alert = await stuck(database, ines, oxbow)
    made = await ines.post("/v1/tokens", json={"name": "reader", "scopes": ["read"]})
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    ines.browser.cookies.clear()
    answer = await ines.browser.post(f"/v1/alerts/{alert}/approvals", json={"action": 1}, headers=headers)
    assert answer.status_code == 403


async def test_a_no_stays_a_no_until_somebody_closes_it(database: Database, ines: Player, oxbow: Row) -> None:
    alert = await stuck(database, ines, oxbow)
    for _ in range(2):
        await decided(ines, alert, "rejections")
    await decided(ines, alert, "approvals", 409)
    await look(database, ines, 1)
    context: dict[str, Any] = (await the_alert(database, ines)).context or {}
    assert [row["status"] for row in context["suggested_actions"]] == ["rejected"]
    assert len(await told(ines, "alert.rejected")) == 1


@pytest.mark.parametrize("noun", ["approvals", "rejections"])
async def test_what_isnt_suggested_or_is_closed_isnt_decided(
    database: Database, ines: Player, oxbow: Row, noun: str
) -> None:
    alert = await stuck(database, ines, oxbow)
    assert (await decided(ines, alert, noun, 409, action=2))["code"] == "no_such_suggestion"
    await ines.post(f"/v1/alerts/{alert}/resolution", json={})
    assert (await decided(ines, alert, noun, 409))["extra"]["allowed"] == []


async def test_a_ticket_is_opened_by_whoever_approved(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await a(ines, "tasks", oxbow, name="Call", due_date="2026-01-02")
    await look(database, ines)
    alert = str((await the_alert(database, ines)).id)
    await decided(tom, alert, "approvals")
    (ticket,) = (await ines.get("/v1/tickets")).json()["items"]
    shown_ticket = (await ines.get(f"/v1/tickets/{ticket['number']}")).json()
    assert (ticket["title"], shown_ticket["creator"]) == ("Catch up with Oxbow: 1 task overdue", "Tom Baker")


async def test_admins_switch_rules_and_a_silent_ones_alerts_end_without_a_verdict(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await stuck(database, ines, oxbow)
    off = {"rule": "stuck", "is_on": False}
    assert (await tom.patch("/v1/alert-rules", json=off)).status_code == 403
    assert (await ines.patch("/v1/alert-rules", json={"rule": "none"})).status_code == 422
    rules = (await ines.patch("/v1/alert-rules", json=off)).json()["items"]
    assert [row["is_on"] for row in rules if row["rule"] == "stuck"] == [False]
    await look(database, ines, 0.1)
    closed = await the_alert(database, ines)
    assert (closed.status, closed.verdict) == ("resolved", None)
    await ines.patch("/v1/alert-rules", json=off | {"is_on": True})
    await look(database, ines, 0.2)
    async with database.acting(ines.claims):
        assert len((await ines.get("/v1/alerts", params={"status": "active"})).json()["items"]) == 1
