"""What people do about alerts, by the API: what is allowed, what is refused and says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audienceos.alerts.rules import TRANSITIONS
from audienceos.platform.db.database import Database
from tests.alerts.given import TODAY, alerts_of, days_later, look, signals_of, stuck_for, the_alert, told
from tests.cast import Player
from tests.clients.given import Row

VERBS: dict[str, tuple[str, str, dict[str, object] | None]] = {
    "snooze": ("POST", "snooze", {"preset": "1d"}),
    "wake": ("DELETE", "snooze", None),
    "dismiss": ("POST", "dismissal", {"reason": "expected"}),
    "resolve": ("POST", "resolution", {}),
    "escalate": ("POST", "escalation", {}),
}
WAYS: dict[str, tuple[str, ...]] = {
    "active": (),
    "snoozed": ("snooze",),
    "dismissed": ("dismiss",),
    "resolved": ("resolve",),
}


@pytest.fixture
async def alert(database: Database, ines: Player, oxbow: Row) -> str:
    """The id of an alert about Oxbow, which has stood in its stage for 8 days."""
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    return str((await the_alert(database, ines)).id)


async def do(player: Player, alert: str, verb: str, status: int = 200, **body: object) -> Row:
    """What is answered to somebody who does that."""
    method, noun, usual = VERBS[verb]
    path = f"/v1/alerts/{alert}/{noun}"
    answer = await (player.delete(path) if method == "DELETE" else player.post(path, json=body or usual))
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("now", WAYS)
async def test_every_verb_is_done_or_refused_with_what_is_allowed(
    ines: Player, alert: str, now: str, verb: str
) -> None:
    for step in WAYS[now]:
        await do(ines, alert, step)
    to = TRANSITIONS[now].get(verb)
    if to is None and (now, verb) != ("active", "wake"):  # who doesn't rest is awake
        said = await do(ines, alert, verb, 409)
        assert (said["code"], said["extra"]["allowed"]) == ("transition_refused", list(TRANSITIONS[now]))
        to = now
    else:
        said = await do(ines, alert, verb)
    assert (await ines.get(f"/v1/alerts/{alert}")).json()["status"] == (to or now)


@pytest.mark.parametrize(("preset", "hours"), [("1h", 1), ("1d", 24), ("1w", 168)])
async def test_it_is_put_off_for_an_hour_a_day_or_a_week(
    ines: Player, alert: str, preset: str, hours: int
) -> None:
    with days_later(0):
        said = await do(ines, alert, "snooze", preset=preset)
    assert said["snoozed_until"] == (TODAY + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


async def test_it_is_put_off_until_a_time_to_come(ines: Player, alert: str) -> None:
    for until in ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2026-12-01T10:00:00", "soon", None):
        answer = await ines.post(f"/v1/alerts/{alert}/snooze", json={"until": until})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until"), until


async def test_while_it_rests_it_is_quiet_and_its_client_isnt_judged_by_it(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 20)
    await look(database, ines)
    alert = str((await the_alert(database, ines)).id)
    assert (await signals_of(database, ines))["high:stage"] == "watch"
    with days_later(0):
        await do(ines, alert, "snooze", preset="1w")
    await look(database, ines, 1)
    assert (await the_alert(database, ines)).status == "snoozed"
    assert await signals_of(database, ines) == {}


async def test_it_comes_back_at_its_time_if_its_cause_is_still_there(
    database: Database, ines: Player, alert: str
) -> None:
    with days_later(0):
        await do(ines, alert, "snooze", preset="1d")
    await look(database, ines, 0.9)
    assert (await the_alert(database, ines)).status == "snoozed"
    await look(database, ines, 1)
    assert (await the_alert(database, ines)).status == "active"
    assert len(await told(ines, "alert.woken")) == 1


async def test_else_it_ends_then_and_not_before(
    database: Database, ines: Player, oxbow: Row, alert: str
) -> None:
    with days_later(0):
        await do(ines, alert, "snooze", preset="1d")
    await stuck_for(database, ines, oxbow, 0)
    await look(database, ines, 0.5)
    assert (await the_alert(database, ines)).status == "snoozed"
    await look(database, ines, 1)
    assert (await the_alert(database, ines)).status == "resolved"


async def test_worse_breaks_its_rest(database: Database, ines: Player, alert: str) -> None:
    with days_later(0):
        await do(ines, alert, "snooze", preset="1w")
    await look(database, ines, 6)
    assert ((await the_alert(database, ines)).status, (await the_alert(database, ines)).severity) == (
        "active",
        "high",
    )
    assert len(await told(ines, "alert.escalated")) == 1


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": "bored"}, {"reason": "other"}, {"reason": "other", "text": " "}]
)
async def test_a_dismissal_needs_its_reason(ines: Player, alert: str, body: Row) -> None:
    answer = await ines.post(f"/v1/alerts/{alert}/dismissal", json=body)
    assert answer.status_code == 422


@pytest.mark.parametrize(("days", "count"), [(6.9, 1), (7.1, 2)])
async def test_what_was_dismissed_isnt_raised_again_for_a_week(
    database: Database, ines: Player, alert: str, days: float, count: int
) -> None:
    with days_later(0):
        said = await do(ines, alert, "dismiss", reason="other", text="We wait for their new site")
    assert (said["status"], said["verdict"]) == ("dismissed", None)
    assert said["metadata"]["dismiss"]["by"] == str(ines.user_id)
    await look(database, ines, days)
    assert len([row for row in await alerts_of(database, ines) if row.rule == "stuck"]) == count


@pytest.mark.parametrize(("days", "count"), [(0.9, 1), (1.1, 2)])
async def test_what_somebody_called_over_rests_for_a_day(
    database: Database, ines: Player, alert: str, days: float, count: int
) -> None:
    with days_later(0):
        said = await do(ines, alert, "resolve", note="Called them")
    assert (said["status"], said["resolver"], said["verdict"]) == ("resolved", "Ines Aalto", "right")
    await look(database, ines, days)
    assert len(await alerts_of(database, ines)) == count


async def test_passing_it_on_opens_one_ticket(ines: Player, tom: Player, alert: str, oxbow: Row) -> None:
    said = await do(tom, alert, "escalate", note="Please look")
    again = await do(tom, alert, "escalate")
    assert said["metadata"]["escalation"] == again["metadata"]["escalation"]
    tickets = (await ines.get("/v1/tickets")).json()["items"]
    assert [(row["category"], row["title"], row["assignee"]) for row in tickets] == [
        ("escalation", "8 days in Onboarding", "Ines Aalto")
    ]


async def test_a_member_sees_alerts_of_their_clients_and_an_admin_the_agencys_own(
    database: Database, ines: Player, mia: Player, cleo: Player, alert: str, oxbow: Row
) -> None:
    assert (await mia.get(f"/v1/alerts/{alert}")).status_code == 404
    assert (await mia.get("/v1/alerts")).json()["items"] == []
    assert (await mia.get("/v1/alert-counts")).json()["count"] == 0
    await ines.post(f"/v1/clients/{oxbow['id']}/assignments", json={"user_id": str(mia.user_id)})
    assert (await mia.get(f"/v1/alerts/{alert}")).status_code == 200
    assert (await mia.get("/v1/alert-counts")).json()["active"] == 1
    assert (await cleo.get(f"/v1/alerts/{alert}")).status_code == 404


async def test_the_list_is_filtered_and_the_gravest_come_first(
    database: Database, ines: Player, oxbow: Row
) -> None:
    answer = await ines.post("/v1/clients", json={"name": "Grave"})
    await stuck_for(database, ines, oxbow, 8)
    await stuck_for(database, ines, answer.json(), 20)
    await look(database, ines)
    for asked, names in (
        ({}, ["Grave", "Oxbow"]),
        ({"severity": "medium"}, ["Oxbow"]),
        ({"section": "critical"}, ["Grave"]),
        ({"client": oxbow["id"]}, ["Oxbow"]),
        ({"type": "kpi_drop"}, []),
        ({"status": "snoozed"}, []),
        ({"rule": "stuck", "status": ["active", "resolved"]}, ["Grave", "Oxbow"]),
    ):
        found = (await ines.get("/v1/alerts", params=asked)).json()["items"]
        assert [row["client_name"] for row in found] == names, asked


async def test_the_clients_timeline_tells_of_it(ines: Player, alert: str, oxbow: Row) -> None:
    await do(ines, alert, "resolve")
    page = (await ines.get(ines.at(f"/clients/{oxbow['id']}"))).text
    assert "has an alert: 8 days in Onboarding" in page
    assert "resolved the alert 8 days in Onboarding" in page
