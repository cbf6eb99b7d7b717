"""Work of this room that runs by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from uuid import UUID

import msgspec

from audienceos.notifications.actions.delivering import (
    agencies_due,
    base_of,
    deliver_due,
    forget_mail,
    people_due,
    people_waiting,
    replan,
)
from audienceos.notifications.actions.merging import COME, MERGE, bring_along, bring_ticket
from audienceos.notifications.actions.telling import DELIVER, TELL, Told, tell_person, tellings
from audienceos.notifications.answers import REPLAN
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.jobs.acting import acting_people, acting_person
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each

AT_ONCE = 4
"""People for whom is worked at the same time: a part of the connections of a worker."""

TOGETHER = 20
"""People of whom is asked at once who they are today; so old that answer may be when their turn comes."""

_url = [""]


def link_to(url: str) -> None:
    """Say where this installation's pages lie, for the links of its mails."""
    _url[:] = [url]


@job(TELL)
async def tell(database: Database, actor: Actor, payload: Json) -> None:
    """Tell everybody whom the table names, each as they are today. Run twice, the second tells nobody."""
    told = msgspec.convert(payload, Told)
    async with database.acting(Claims(actor)) as db:
        whom = await tellings(db, told)
    for user_id, telling in whom.items():
        person = await acting_person(database, actor.agency_id, user_id)
        if person is not None:
            async with database.acting(Claims(person)) as db:
                await tell_person(db, telling)


@every("* * * * * */30", "notifications.due")
async def begin_delivering(database: Database) -> None:
    """Queue a job for each agency in which something is due."""
    await queue_for_each(database, agencies_due, DELIVER)


@job(DELIVER)
async def deliver(database: Database, actor: Actor, payload: Json) -> None:
    """Send everybody what is due for them. Run twice, the second finds nothing."""
    async with database.acting(Claims(actor)) as db:
        due = await people_due(db)
        base = await base_of(db, _url[0])
    await _for_each(database, actor, due, lambda db: deliver_due(db, base))


@job(REPLAN)
async def plan_anew(database: Database, actor: Actor, payload: Json) -> None:
    """Wishes or the zone changed: decide anew when what waits leaves, for one person or for all. Run twice, the same."""
    async with database.acting(Claims(actor)) as db:
        waiting = await people_waiting(db)
    only = payload.get("user_id")
    chosen = [user_id for user_id in waiting if only in (None, str(user_id))]
    await _for_each(database, actor, chosen, replan)


@job(MERGE)
async def merge(database: Database, actor: Actor, payload: Json) -> None:
    """Have all that hung from a merged client hang from the one that stays. Run twice, nothing is left to bring."""
    async with database.acting(Claims(actor)) as db:
        await bring_along(db, UUID(payload["stays_id"]), UUID(payload["other_id"]))


@job(COME)
async def come(database: Database, actor: Actor, payload: Json) -> None:
    """Have a ticket that is another client's be watched there. Run twice, nothing is left to bring."""
    async with database.acting(Claims(actor)) as db:
        await bring_ticket(db, UUID(payload["ticket_id"]))


async def _for_each(
    database: Database, actor: Actor, people: Sequence[UUID], act: Callable[[Db], Awaitable[object]]
) -> None:
    """A transaction for each person, in their name; for who is no longer here what waits is let go."""
    for start in range(0, len(people), TOGETHER):
        found = await acting_people(database, actor.agency_id, people[start : start + TOGETHER])
        left = iter(found.items())
        await asyncio.gather(*(_work(database, actor, left, act) for _ in range(AT_ONCE)))


async def _work(
    database: Database,
    actor: Actor,
    left: Iterator[tuple[UUID, Actor | None]],
    act: Callable[[Db], Awaitable[object]],
) -> None:
    for user_id, person in left:
        async with database.acting(Claims(person or actor)) as db:
            await (act(db) if person else forget_mail(db, user_id))
