"""Delete a client softly, and bring it back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update

from audienceos.agency.access import ground_for
from audienceos.clients.access import any_client_for, client_for
from audienceos.clients.actions.judging import acted
from audienceos.clients.actions.moving import enter_stage
from audienceos.clients.actions.repeating import replan
from audienceos.clients.models import Client, ClientAssignment, Task
from audienceos.clients.ports import delete_guards
from audienceos.platform import clock
from audienceos.platform.db.base import Base
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record


async def delete_client(db: Db, client_id: UUID) -> None:
    """Delete it softly: hidden everywhere, brought back by an admin. Only for admins.

    Raises `NotFound`, `Forbidden`, and `Conflict` when another room names something open that forbids it.
    """
    client = await client_for(db, client_id, to="delete")
    blocking = [line for guard in delete_guards() for line in await guard(db, client.id)]
    if blocking:
        raise Conflict("This client still has open work.", code="client_in_use", extra={"blocking": blocking})
    client.deleted_at, client.health_due_at = clock.now(), None
    client.version += 1
    await record(db, "client.deleted", "client", client.id, client_id=client.id, name=client.name)


async def restore_client(db: Db, client_id: UUID) -> Client:
    """Bring a deleted client back as it was; one that isn't deleted stays as it is. Only for admins.

    A stage that the agency has given up becomes the initial one; people who have left no longer look after it.
    Raises `NotFound`, `Forbidden`, and `Conflict` for one that was merged into another.
    """
    ground = await ground_for(db, "share")
    client = await any_client_for(db, client_id)
    if client.deleted_at is None:
        return client
    if client.merged_into is not None:
        raise Conflict(
            "It was merged into another client, where all that hung from it is. That can't be taken back.",
            code="merged",
            extra={"merged_into": str(client.merged_into)},
        )
    client.deleted_at = None
    client.version += 1
    await record(db, "client.restored", "client", client.id, client_id=client.id, name=client.name)
    await _forget_who_left(db, client)
    await replan(db, ground.zone, client.id)
    pipeline = ground.pipeline
    if client.stage not in pipeline.stages:
        await enter_stage(db, ground, client, pipeline.initial, notes=f"{client.stage} is no stage any more.")
    await acted(db, client, ground)
    return client


async def _forget_who_left(db: Db, client: Client) -> None:
    user = Base.metadata.tables["user"]
    left = select(user.c.id).where(user.c.agency_id == client.agency_id, user.c.deleted_at.is_not(None))
    await db.execute(
        delete(ClientAssignment).where(
            ClientAssignment.agency_id == client.agency_id,
            ClientAssignment.client_id == client.id,
            ClientAssignment.user_id.in_(left),
        )
    )
    await db.execute(
        update(Task)
        .where(
            Task.agency_id == client.agency_id,
            Task.client_id == client.id,
            Task.is_completed.is_(False),
            Task.assigned_to.in_(left),
        )
        .values(assigned_to=None)
        .execution_options(synchronize_session=False)
    )
