"""Who looks after a client: one owner at most, any collaborators, nobody both."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.agency.access import assignable, ground_for
from audienceos.clients.access import client_for, held_for
from audienceos.clients.actions.judging import acted
from audienceos.clients.forms import AssignmentIn
from audienceos.clients.models import Client, ClientAssignment
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record


async def assign(db: Db, client_id: UUID, data: AssignmentIn) -> ClientAssignment:
    """Have somebody look after the client; as they already do, nothing changes.

    A new owner takes the place of the old one, who looks after the client no longer. Raises `NotFound`;
    `Invalid` for somebody who isn't active here; `Conflict` where the owner would become a collaborator.
    """
    ground = await ground_for(db, "share")
    client = await client_for(db, client_id, to="change")
    person = await assignable(db, data.user_id, "user_id")
    present = await assignments_of(db, client)
    theirs = next((row for row in present if row.user_id == person.id), None)
    if theirs is not None and theirs.role == data.role:
        return theirs
    if theirs is not None and data.role == "collaborator":
        raise Conflict(
            f"{person.first_name} {person.last_name} owns this client. Name another owner first.",
            code="is_owner",
        )
    former = next((row for row in present if row.role == "owner"), None) if data.role == "owner" else None
    if former is not None:
        await db.delete(former)
        await db.flush()  # before the new one: there is never a moment with two
    if theirs is None:
        theirs = ClientAssignment(client_id=client.id, user_id=person.id)
        db.add(theirs)
    theirs.role = data.role
    await db.flush()
    await _tell(db, client, "client.assigned", theirs, replaces=former.user_id if former else None)
    await acted(db, client, ground)
    return theirs


async def unassign(db: Db, client_id: UUID, assignment_id: UUID) -> None:
    """Have somebody look after the client no longer; without its owner it is unassigned. Raises `NotFound`."""
    client, row = await held_for(db, ClientAssignment, assignment_id, "assignment", client_id)
    await db.delete(row)
    await _tell(db, client, "client.unassigned", row)
    await acted(db, client)


async def assignments_of(db: Db, client: Client) -> list[ClientAssignment]:
    """Everyone who looks after the client."""
    return list(
        await db.scalars(
            select(ClientAssignment).where(
                ClientAssignment.agency_id == client.agency_id, ClientAssignment.client_id == client.id
            )
        )
    )


async def _tell(
    db: Db, client: Client, name: str, row: ClientAssignment, *, replaces: UUID | None = None
) -> None:
    await record(
        db,
        name,
        "assignment",
        row.id,
        client_id=client.id,
        name=client.name,
        user_id=row.user_id,
        role=row.role,
        replaces=replaces,
    )
