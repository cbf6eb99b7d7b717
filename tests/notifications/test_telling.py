"""Who was told of what once the worker was through, by what people really did."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from audienceos.clients.actions.signals import set_signal
from audienceos.notifications.jobs import tell
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, listed
from tests.notifications.given import look_after, queued, rows_of, told, wishes, worked
from tests.tickets.given import a_ticket, did, moved


async def test_somebody_who_is_to_look_after_a_client_is_told_in_words(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    assert await told(database, tom) == ["Ines Aalto asked you to look after Oxbow"]
    (row,) = await rows_of(database, tom)
    assert (row.kind, row.urgency, row.client_id) == ("work", "normal", UUID(oxbow["id"]))
    assert row.read_at is None


async def test_nobody_is_told_of_what_they_did_themselves(
    database: Database, ines: Player, oxbow: Row
) -> None:
    task = {"name": "Call", "assigned_to": str(ines.user_id)}
    await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json=task)
    await a_ticket(ines, oxbow, assignee_id=str(ines.user_id), priority="critical")
    assert await told(database, ines) == []


async def test_what_the_event_shows_to_concern_nobody_else_queues_nothing(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await worked(database, ines)
    await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json={"name": "Call"})
    await ines.post(f"/v1/clients/{oxbow['id']}/notes", json={"content": "Called"})
    assert await queued(database, ines) == []


async def test_a_task_is_told_to_whom_it_is_given_also_later(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    made = await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json={"name": "Send the report"})
    task = made.json()
    given = {"assigned_to": str(tom.user_id)}
    answer = await ines.patch(f"/v1/tasks/{task['id']}", json=given, version=task["version"])
    assert answer.status_code == 200, answer.text
    assert await told(database, tom) == ["Ines Aalto gave you a task for Oxbow: Send the report"]


async def test_a_client_that_turned_red_is_told_to_who_looks_after_it(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    async with database.acting(ines.claims) as db:
        await set_signal(db, UUID(oxbow["id"]), "tests", "late", "risk", reason="The report is late")
    assert "Oxbow is at risk: The report is late" in await told(database, tom)


async def test_the_life_of_a_ticket_is_told_to_who_sees_to_it(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow, assignee_id=str(tom.user_id))
    await moved(ines, ticket, "in_progress")
    await did(ines, ticket, "notes", content="Reproduced")
    await moved(ines, ticket, "resolved")
    assert await told(database, tom) == [
        "Ines Aalto opened ticket #1 of Oxbow for you: Form is broken",
        "Ines Aalto moved ticket #1 of Oxbow to in progress: Form is broken",
        "Ines Aalto wrote on ticket #1 of Oxbow: Form is broken",
        "Ines Aalto resolved ticket #1 of Oxbow: Form is broken",
    ]
    assert {row.number for row in await rows_of(database, tom)} == {1}


async def test_one_whom_two_lines_name_is_told_once_and_by_the_sharper(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    await a_ticket(ines, oxbow, assignee_id=str(tom.user_id))
    assert (await told(database, tom))[1:] == ["Ines Aalto opened ticket #1 of Oxbow for you: Form is broken"]


async def test_admins_hear_that_somebody_accepted_and_users_do_not(
    database: Database, stage: Stage, ines: Player, tom: Player
) -> None:
    await worked(database, ines)
    await stage.member(ines, "Ada Quist")
    assert (await told(database, ines))[-1] == "Ada Quist accepted the invitation and is here"
    assert await told(database, tom) == []


async def test_who_may_not_see_the_client_when_it_is_told_is_not_told(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await a_ticket(ines, oxbow, assignee_id=str(mia.user_id))
    assert await told(database, mia) == []
    await look_after(ines, oxbow, mia)
    await a_ticket(ines, oxbow, "Another", assignee_id=str(mia.user_id))
    assert len(await told(database, mia)) == 2


async def test_who_is_deactivated_before_it_is_told_is_not_told(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    view = (await ines.get(f"/v1/users/{tom.user_id}")).json()
    leave = {"is_active": False, "reassign_to": str(ines.user_id)}
    assert (
        await ines.patch(f"/v1/users/{tom.user_id}", json=leave, version=view["version"])
    ).status_code == 200
    assert await told(database, tom) == []


async def test_what_was_done_by_somebody_who_has_left_meanwhile_is_told_all_the_same(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await a_ticket(tom, oxbow, assignee_id=str(ines.user_id))
    async with database.serving() as db:
        raw = await db.raw()
        asker = await raw.fetchval(
            "select headers->>'user_id' from jobs.pgqueuer where entrypoint = 'notifications.tell' "
            "and headers->>'agency_id' = $1 order by id desc limit 1",
            str(ines.agency_id),
        )
    assert asker is None


async def test_the_same_job_twice_and_at_once_tells_once(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    payload = (await queued(database, ines))[-1]
    machinery = system_of(ines.agency_id)
    await tell(database, machinery, payload)
    await asyncio.gather(*(tell(database, machinery, payload) for _ in range(6)))
    (row,) = await rows_of(database, tom)
    assert row.key == payload["id"]


async def test_a_muted_client_is_kept_as_read_and_never_mailed(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, muted_clients=[oxbow["id"]])
    await a_ticket(ines, oxbow, assignee_id=str(tom.user_id), priority="critical")
    await worked(database, ines)
    (row,) = await rows_of(database, tom)
    assert (row.read_at is not None, row.mail) == (True, "none")


@pytest.mark.parametrize(("kind", "mail"), [("email_tickets", "none"), ("email_work", "waiting")])
async def test_a_kind_that_is_off_stays_in_the_inbox(
    database: Database, ines: Player, tom: Player, oxbow: Row, kind: str, mail: str
) -> None:
    await wishes(tom, **{kind: False})
    await a_ticket(ines, oxbow, assignee_id=str(tom.user_id))
    await worked(database, ines)
    (row,) = await rows_of(database, tom)
    assert (row.read_at, row.mail) == (None, mail)


async def test_nobodys_log_shows_who_was_told(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    assert [row for row in await listed(ines, "/v1/events") if row["entity_type"] == "notification"] == []
    assert "notification.told" not in (await ines.get(ines.at("/settings/audit"))).text


async def test_another_agency_hears_nothing(
    database: Database, ines: Player, tom: Player, cleo: Player, oxbow: Row
) -> None:
    await a_client(cleo, "Oxbow")
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    assert await told(database, cleo) == []
