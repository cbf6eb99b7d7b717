"""The record of rules, from what people really did about their alerts."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from tests.alerts.given import alerts_of, days_later, look, stuck_for
from tests.cast import Player
from tests.clients.given import Row, a, a_client


async def record(player: Player, rule: str = "stuck") -> Row:
    """One rule's."""
    answer = await player.get("/v1/alert-receipts")
    assert answer.status_code == 200, answer.text
    return next(row for row in answer.json()["items"] if row["rule"] == rule)


async def test_a_rule_is_told_by_what_people_did_and_said(
    database: Database, ines: Player, oxbow: Row
) -> None:
    clients = [
        oxbow,
        await a_client(ines, "Second"),
        await a_client(ines, "Third"),
        await a_client(ines, "Fourth"),
    ]
    for client in clients:
        await stuck_for(database, ines, client, 8)
    await look(database, ines)
    ids = [str(row.id) for row in await alerts_of(database, ines)]
    with days_later(0):
        await ines.post(f"/v1/alerts/{ids[0]}/resolution", json={})
        await ines.post(f"/v1/alerts/{ids[1]}/dismissal", json={"reason": "known"})
        await ines.post(f"/v1/alerts/{ids[2]}/dismissal", json={"reason": "expected"})
    found = await record(ines)
    assert (found["raised"], found["closed"], found["right"], found["wrong"]) == (4, 3, 2, 1)
    assert (round(found["precision"], 2), found["claimed"]) == (0.67, 0.9)


async def test_a_client_in_need_without_an_alert_before_was_not_foreseen(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines, -3)
    unforeseen = await a_client(ines, "Unforeseen")
    with days_later(0):
        for client in (oxbow, unforeseen):
            await a(ines, "moves", client, from_stage="Onboarding", to_stage="Needs Support")
    foresight = (await record(ines))["foresight"]
    assert (foresight["troubles"], foresight["foreseen"], foresight["recall"]) == (2, 0, 0.0)
    await look(database, ines)  # it isn't stuck any more, and what stood before is still counted
    assert (await record(ines))["foresight"]["troubles"] == 2


async def test_an_alert_before_the_move_is_its_lead(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 20)
    await look(database, ines, -3)
    with days_later(0):
        await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Needs Support")
    foresight = (await record(ines))["foresight"]
    assert (foresight["foreseen"], foresight["recall"], foresight["lead_days"]) == (1, 1.0, 3.0)


async def test_only_admins_see_how_rules_fare(ines: Player, tom: Player) -> None:
    assert (await tom.get("/v1/alert-receipts")).status_code == 403
    assert (await ines.get("/v1/alert-receipts?days=0")).status_code == 400
    assert "Precision" in (await ines.get(ines.at("/alerts/rules"))).text
    assert "Precision" not in (await tom.get(tom.at("/alerts/rules"))).text
