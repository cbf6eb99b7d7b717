"""A change of many clients as the worker does it: each client in a transaction of its own, by the very action that
a person's hand would take. Cut off anywhere, whoever goes on begins with the next that still waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from audienceos.agency.access import ground_for
from audienceos.clients.access import client_for
from audienceos.clients.access.bulk import change_for, row_for
from audienceos.clients.actions.assigning import assign, assignments_of
from audienceos.clients.actions.changing import end_change
from audienceos.clients.actions.editing import tag_client, untag_client
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.overriding import override_health
from audienceos.clients.actions.unmoving import undo_move
from audienceos.clients.forms import AssignmentIn, MoveIn, OverrideIn
from audienceos.clients.forms.bulk import ChangeData
from audienceos.clients.models.bulk import ClientChange, ClientChangeRow
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import AppError
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.acting import acting_person

AT_ONCE = 20  # clients between two looks at who acts, and whether they still may
GONE = "Whoever started this is no longer active here."


class Who(NamedTuple):
    """For whom it runs: ids alone, since what they may is asked anew."""

    agency_id: UUID
    user_id: UUID


class Step(NamedTuple):
    """One way through the rows: while the change has this status, rows of this outcome are taken; how it ends."""

    status: str
    takes: str
    refused: str
    ends: str


RUN = Step("running", "waiting", "refused", "done")
UNDO = Step("undoing", "changed", "kept", "undone")

Verb = Callable[[Db, ClientChangeRow, ChangeData], Awaitable[bool]]
"""Does it to one client, and says whether anything changed."""


async def run_change(database: Database, who: Who, change_id: UUID, step: Step = RUN) -> None:
    """Take the rows that still wait. One that doesn't run (any more) is no error."""
    while True:
        actor = await acting_person(database, who.agency_id, who.user_id)
        async with database.acting(Claims(system_of(who.agency_id))) as db:
            change = await change_for(db, change_id)
            if change.status != step.status:
                return
            rows = await _next(db, change, step)
            if actor is None or not rows:
                await end_change(
                    db,
                    change,
                    step.ends if actor else "failed",
                    await _counts(db, change),
                    None if actor else GONE,
                )
                return
            verb = _undone if step is UNDO else VERBS[change.kind]
            data = msgspec.convert(change.data, ChangeData)
        for row_id in rows:
            await _one(database, actor, row_id, verb, data, step)


async def _one(
    database: Database, actor: Actor, row_id: UUID, verb: Verb, data: ChangeData, step: Step
) -> None:
    """One client: done, with its outcome in the same transaction, or refused, with the reason."""
    try:
        async with database.acting(Claims(actor)) as db:
            row = await row_for(db, row_id)
            if row.outcome != step.takes:
                return
            changed = await verb(db, row, data)
            row.outcome = ("undone" if step is UNDO else "changed") if changed else "unchanged"
    except AppError as problem:
        if problem.status >= 500:
            raise
        async with database.acting(Claims(actor)) as db:
            row = await row_for(db, row_id)
            row.outcome, row.reason = step.refused, _sentence(problem)
            await record(db, "client_change.refused", "client_change", row.change_id, place=row.place)


async def _next(db: Db, change: ClientChange, step: Step) -> list[UUID]:
    rows = (
        select(ClientChangeRow.id)
        .where(ClientChangeRow.agency_id == change.agency_id, ClientChangeRow.change_id == change.id)
        .where(ClientChangeRow.outcome == step.takes)
    )
    return list(await db.scalars(rows.order_by(ClientChangeRow.place).limit(AT_ONCE)))


async def _counts(db: Db, change: ClientChange) -> dict[str, int]:
    rows = (
        select(ClientChangeRow.outcome, func.count().label("clients"))
        .where(ClientChangeRow.agency_id == change.agency_id, ClientChangeRow.change_id == change.id)
        .group_by(ClientChangeRow.outcome)
    )
    return {row.outcome: row.clients for row in await db.execute(rows)}


async def _assigned(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    assert data.user_id is not None
    await ground_for(db, "share")
    client = await client_for(db, row.client_id, to="change")
    present = await assignments_of(db, client)
    if any(held.user_id == data.user_id and held.role == "owner" for held in present):
        return False
    await assign(db, row.client_id, AssignmentIn(user_id=data.user_id, role="owner"))
    return True


async def _moved(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    assert data.to_stage is not None
    await ground_for(db, "share")
    client = await client_for(db, row.client_id, to="change")
    row.before = {"stage": client.stage}
    move = MoveIn(to_stage=data.to_stage, from_stage=client.stage, notes=data.notes, override=data.override)
    moved = (await move_client(db, row.client_id, move)).moved
    row.entered_at = client.stage_entered_at if moved else None
    return moved


async def _undone(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    await undo_move(db, row.client_id, entered_at=row.entered_at)
    return True


async def _tagged(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    assert data.tag is not None
    before = (await client_for(db, row.client_id, to="change")).version
    return (await tag_client(db, row.client_id, data.tag)).version != before


async def _untagged(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    assert data.tag is not None
    before = (await client_for(db, row.client_id, to="change")).version
    return (await untag_client(db, row.client_id, data.tag)).version != before


async def _marked_healthy(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
    assert data.reason is not None
    await override_health(db, row.client_id, OverrideIn(reason=data.reason, days=data.days))
    return True


VERBS: dict[str, Verb] = {
    "assign": _assigned,
    "move": _moved,
    "tag": _tagged,
    "untag": _untagged,
    "mark_healthy": _marked_healthy,
}


def _sentence(problem: AppError) -> str:
    return (" ".join(fault.message for fault in problem.faults) or str(problem))[:500]
