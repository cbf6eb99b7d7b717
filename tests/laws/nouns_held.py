"""What the worker leaves: work that failed for good, and what people were told. No noun of the API makes any."""

from __future__ import annotations

from typing import Any

from audienceos.notifications.actions.telling import Telling, tell_person
from audienceos.platform.db.base import uuid7
from tests.laws.nouns_tables import never_was

HELD = """
insert into jobs.pgqueuer (id, priority, entrypoint, headers, status)
values ($2, 0, 'probe.held', jsonb_build_object('agency_id', $1::text), 'failed')
"""


async def held_of(world: Any) -> str:
    """A held job of the world's agency; gives its number."""
    number = int(never_was("job_id"))
    async with world.stage.parts.database.serving() as db:
        await (await db.connection()).exec_driver_sql(HELD, (str(world.owner.agency_id), number))
    return str(number)


async def told_of(world: Any) -> str:
    """Something that the owner was told; gives its id."""
    telling = Telling(
        key=str(uuid7()),
        kind="test",
        urgency="normal",
        words=f"{world.word} told",
        subject_type="test",
        client_id=None,
    )
    async with world.stage.parts.database.acting(world.owner.claims) as db:
        return str(await tell_person(db, telling))


async def read_of(world: Any) -> str:
    """Something that the owner was told and has read; gives its id."""
    notification_id = await told_of(world)
    answer = await world.owner.post(f"/v1/notifications/{notification_id}/reading")
    assert answer.status_code == 201, answer.text
    return notification_id


async def watched_of(world: Any, *, client: str, ticket: str) -> None:
    """Have the owner watch a client and a ticket."""
    for path in (f"/v1/clients/{client}/watch", f"/v1/tickets/{ticket}/watch"):
        answer = await world.owner.post(path)
        assert answer.status_code == 204, answer.text
