"""A rule asked about past days, as they stood then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from audienceos.alerts.replaying import Would, together
from audienceos.clients.actions.creating import create_client
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.notes import add_note
from audienceos.clients.actions.tasks import add_task, complete_task
from audienceos.clients.forms import ClientIn, MoveIn, NoteIn, TaskIn
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.findings import Detection
from tests.alerts.given import alerts_of
from tests.alerts.test_rules import found
from tests.cast import Player
from tests.clients.given import Row

DAY = timedelta(days=1)
START = datetime(2026, 7, 1, 12, tzinfo=UTC)


def days_of(*days: Sequence[Detection]) -> list[Would]:
    """What these days, one after the other, are together."""
    return together([(START + at * DAY, one) for at, one in enumerate(days)])


def test_days_that_follow_each_other_are_one_alert() -> None:
    (would,) = days_of([found()], [found(title="Later")], [])
    assert (would.began_at, would.ended_at, would.title) == (START, START + 2 * DAY, "Later")


def test_after_a_pause_it_is_another_and_the_last_still_stands() -> None:
    first, second = days_of([found()], [], [found()])
    assert (first.ended_at, second.began_at, second.ended_at) == (START + DAY, START + 2 * DAY, None)


def test_its_severity_is_its_worst_and_doubts_count_for_nothing() -> None:
    (would,) = days_of([found()], [found(severity="high")], [found()])
    assert would.severity == "high"
    assert days_of([found("x", confidence=found().confidence - found().confidence)]) == []


async def _client(database: Database, ines: Player, days_ago: int) -> UUID:
    """A client that came so many days ago."""
    with clock.stopped_at(datetime.now(UTC) - days_ago * DAY):
        async with database.acting(ines.claims) as db:
            client = await create_client(db, ClientIn(name="Oxbow"))
    return client.id


async def replayed(player: Player, rule: str, days: int = 60) -> Row:
    answer = await player.get("/v1/alert-replay", params={"rule": rule, "days": days})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_client_that_stood_still_would_have_been_told_of(database: Database, ines: Player) -> None:
    client_id = await _client(database, ines, 30)
    with clock.stopped_at(datetime.now(UTC) - 10 * DAY):
        async with database.acting(ines.claims) as db:
            move = MoveIn(from_stage="Onboarding", to_stage="Needs Support")
            await move_client(db, client_id, move)
    told = await replayed(ines, "stuck")
    first = told["alerts"][-1]
    assert (told["clients"], first["client_name"], first["severity"]) == (1, "Oxbow", "high")
    began = datetime.fromisoformat(first["began_at"])
    assert (datetime.now(UTC) - began).days in (22, 23)
    assert told["foresight"] == {"troubles": 1, "foreseen": 1, "recall": 1.0, "lead_days": 13.0}
    assert await alerts_of(database, ines) == []


async def test_silence_is_as_it_was_then(database: Database, ines: Player) -> None:
    client_id = await _client(database, ines, 40)
    with clock.stopped_at(datetime.now(UTC) - 20 * DAY):
        async with database.acting(ines.claims) as db:
            await add_note(db, client_id, NoteIn(content="Called"))
    told = await replayed(ines, "inactivity")
    assert [one["ended_at"] is None for one in told["alerts"]] == [True, False]
    assert told["standing"] == 1


async def test_a_task_was_late_until_it_was_done(database: Database, ines: Player) -> None:
    client_id = await _client(database, ines, 40)
    today = datetime.now(UTC).date()
    with clock.stopped_at(datetime.now(UTC) - 30 * DAY):
        async with database.acting(ines.claims) as db:
            task = await add_task(db, client_id, TaskIn(name="Call", due_date=today - 25 * DAY))
    with clock.stopped_at(datetime.now(UTC) - 15 * DAY):
        async with database.acting(ines.claims) as db:
            await complete_task(db, task.id)
    told = await replayed(ines, "overdue_tasks")
    (one,) = told["alerts"]
    days = datetime.fromisoformat(one["ended_at"]) - datetime.fromisoformat(one["began_at"])
    assert (told["raised"], one["severity"], days.days in (9, 10)) == (1, "high", True)


async def test_a_client_that_was_gone_then_is_left_out(database: Database, ines: Player) -> None:
    client_id = await _client(database, ines, 40)
    async with database.acting(ines.claims) as db:
        mine = (Client.agency_id == ines.agency_id, Client.id == client_id)
        gone = datetime.now(UTC) - 35 * DAY
        await db.execute(update(Client).where(*mine).values(deleted_at=gone))
    assert (await replayed(ines, "stuck"))["raised"] == 0


async def test_admins_alone_replay_and_only_what_is_kept(ines: Player, tom: Player) -> None:
    assert (await tom.get("/v1/alert-replay")).status_code == 403
    assert (await ines.get("/v1/alert-replay?rule=unsent_mail")).status_code == 404
    assert (await ines.get("/v1/alert-replay?days=91")).status_code == 400
    assert "It would have raised nothing." in (await ines.get(ines.at("/alerts/rules/replay"))).text
    assert (await ines.get("/v1/alert-replay?rule=backlog")).json()["raised"] == 0
