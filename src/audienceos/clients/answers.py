"""What this room answers when the agency's people leave, or its stages and limits change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from audienceos.agency.access import ground_for
from audienceos.agency.ports import (
    Held,
    answer_foresight,
    answer_standing,
    answer_workload,
    on_leaving,
    on_limits_change,
    on_stage_change,
)
from audienceos.clients.actions.judging import rejudge_all
from audienceos.clients.actions.moving import enter_stage
from audienceos.clients.actions.repeating import replan
from audienceos.clients.actions.tasks import TASKS_AT_MOST
from audienceos.clients.actions.templating import remove_checklist, rename_checklist
from audienceos.clients.actions.viewing import RENAMED, rename_in_views
from audienceos.clients.models import Client, ClientAssignment, Task
from audienceos.clients.ports import KeptScreen, keep_views
from audienceos.clients.queries.kept import kept_board, kept_list
from audienceos.clients.queries.outlook import outlook, standing
from audienceos.clients.queries.visible import visible_among
from audienceos.clients.queries.workload import workload
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.realtime.ports import answer_visible


class WhoLeaves:
    """Clients that somebody looks after and open tasks that are theirs (`agency.ports.UserLeaving`)."""

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        """The clients, by name, then the open tasks; those of deleted clients don't keep anybody."""
        clients = await db.execute(
            select(Client.id, Client.name)
            .join(ClientAssignment, _same(ClientAssignment))
            .where(Client.agency_id == db.actor.agency_id, Client.deleted_at.is_(None))
            .where(ClientAssignment.user_id == user_id)
            .order_by(Client.name_key, Client.id)
        )
        tasks = await db.execute(
            select(Task.id, Task.name)
            .join(Client, _same(Task))
            .where(Client.agency_id == db.actor.agency_id, Client.deleted_at.is_(None), *_open(db, user_id))
            .order_by(Task.created_at, Task.id)
        )
        return [
            *(Held("client", client_id, name) for client_id, name in clients),
            *(Held("task", task_id, name) for task_id, name in tasks),
        ]

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        """Give clients and open tasks to somebody else; where they share a client the better role stays."""
        theirs = await _assignments(db, user_id)
        heirs = {row.client_id: row for row in await _assignments(db, to)}
        kept: list[ClientAssignment] = []
        for row in theirs:
            shared = heirs.get(row.client_id)
            if shared is None or row.role == "owner":
                kept.append(row)
            if shared is not None:
                await db.delete(shared if row.role == "owner" else row)
        await db.flush()  # before the others: nobody is both, not for a moment
        for row in kept:
            row.user_id = to
            await record(
                db,
                "client.assigned",
                "assignment",
                row.id,
                client_id=row.client_id,
                user_id=to,
                role=row.role,
                replaces=user_id,
            )
        await db.execute(
            _quietly(update(Task).where(*_open(db, user_id)).values(assigned_to=to, version=Task.version + 1))
        )


class StagesChange:
    """Clients and tasks that stand in a stage (`agency.ports.StageChange`)."""

    async def renamed(self, db: Db, old: str, new: str) -> None:
        """Carry them along, deleted clients too. Reasons that name the stage are judged anew within a minute."""
        here = (Client.agency_id == db.actor.agency_id, Client.stage == old)
        await db.execute(_quietly(update(Client).where(*here).values(stage=new)))
        there = (Client.agency_id == db.actor.agency_id, Client.stage == new)
        await db.execute(_quietly(update(Client).where(*there, *_judged()).values(health_due_at=clock.now())))
        tasks = update(Task).where(Task.agency_id == db.actor.agency_id, Task.stage == old)
        await db.execute(_quietly(tasks.values(stage=new)))
        await rename_checklist(db, old, new)
        await self._rename_in_views(db, old, new)

    async def counted(self, db: Db, stage: str) -> int:
        """How many clients stand there, archived ones among them. A deleted one finds a stage when it comes back."""
        return await db.scalar(select(func.count()).where(*self._standing(db, stage))) or 0

    async def moved(self, db: Db, old: str, target: str | None) -> None:
        """Move every client, each with its stage event, and its tasks' stage; without a target tasks have none."""
        if target is not None:
            ground = await ground_for(db)
            standing = select(Client).where(*self._standing(db, old)).order_by(Client.id).with_for_update()
            clients = (await db.scalars(standing)).all()
            for client in clients:
                await enter_stage(db, ground, client, target, notes=f"The stage {old} was removed.")
            await rejudge_all(db, clients, ground)
        tasks = update(Task).where(Task.agency_id == db.actor.agency_id, Task.stage == old)
        after_those_there = Task.sort_order + TASKS_AT_MOST
        await db.execute(_quietly(tasks.values(stage=target, sort_order=after_those_there)))
        await remove_checklist(db, old)

    async def _rename_in_views(self, db: Db, old: str, new: str) -> None:
        """Shown ones and one's own at once; each person's own by a job, since the wall hides them from an admin."""
        at = clock.now()
        await rename_in_views(db, old, new, at)
        payload = {"old": old, "new": new, "at": at.isoformat()}
        later(db, Job(name=RENAMED, payload=payload), system_of(db.actor.agency_id))

    def _standing(self, db: Db, stage: str) -> tuple[Any, ...]:
        return (Client.agency_id == db.actor.agency_id, Client.stage == stage, Client.deleted_at.is_(None))


async def limits_changed(db: Db) -> None:
    """Limits, roles of stages or the zone changed (`agency.ports.LimitsChange`): all are due; the sweep takes them."""
    await replan(db, (await ground_for(db)).zone)
    mine = Client.agency_id == db.actor.agency_id
    await db.execute(_quietly(update(Client).where(mine, *_judged()).values(health_due_at=clock.now())))


WHO_LEAVES, STAGES_CHANGE = WhoLeaves(), StagesChange()
"""One of each, so that registering them twice in a process is once."""


KEPT_SCREENS = {
    "board": KeptScreen("pipeline", "pipeline", "clients", kept_board),
    "list": KeptScreen("clients", "clients", "clients", kept_list),
}


def answer_ports() -> None:
    """Register them, once a process; and say to the live pages which clients a scoped reader may hear of."""
    answer_visible(visible_among)
    keep_views(KEPT_SCREENS)
    on_leaving(WHO_LEAVES)
    on_stage_change(STAGES_CHANGE)
    on_limits_change(limits_changed)
    answer_workload(workload)
    answer_standing(standing)
    answer_foresight(outlook)


async def _assignments(db: Db, user_id: UUID) -> list[ClientAssignment]:
    mine = (ClientAssignment.agency_id == db.actor.agency_id, ClientAssignment.user_id == user_id)
    ordered = select(ClientAssignment).where(*mine).order_by(ClientAssignment.client_id)
    return list(await db.scalars(ordered.with_for_update()))


def _open(db: Db, user_id: UUID) -> tuple[Any, ...]:
    return (
        Task.agency_id == db.actor.agency_id,
        Task.assigned_to == user_id,
        Task.is_completed.is_(False),
    )


def _same(row: type[ClientAssignment] | type[Task]) -> Any:
    return (row.agency_id == Client.agency_id) & (row.client_id == Client.id)


def _judged() -> tuple[Any, ...]:
    return (Client.deleted_at.is_(None), Client.is_active.is_(True))


def _quietly(statement: Any) -> Any:
    """Without looking through what the session holds: these rows aren't read again in it."""
    return statement.execution_options(synchronize_session=False)
