"""The only door to a client and to every row that hangs from one.

The agency's wall is the database's. This is the inner rule: with `client_visibility` "assigned", a user who is
no admin sees the clients they are assigned to, and an empty list means none.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, exists, select, true
from sqlalchemy.orm import aliased

from audienceos.agency.access import may_remove, require_admin
from audienceos.clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientNote,
    CustomField,
    StageEvent,
    Task,
)
from audienceos.clients.models.checklists import TaskTemplate
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound

Intent = Literal["read", "change", "delete"]
Hanging = TypeVar("Hanging", ClientContact, ClientNote, StageEvent, Task, ClientAssignment)


def is_seen(client_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Whether the reader may see that client. Binds :agency_id and :user_id."""
    if sight == "all":
        return true()
    # By a name of its own: asked of assignments themselves, a bare table would be compared with itself.
    mine = aliased(ClientAssignment)
    return exists().where(mine.agency_id == AGENCY, mine.client_id == client_id, mine.user_id == PERSON)


def clients_seen(sight: Sight) -> Select[Client]:
    """Every client the reader may see, archived ones too; deleted ones never. Binds :agency_id, :user_id."""
    return select(Client).where(
        Client.agency_id == AGENCY, Client.deleted_at.is_(None), is_seen(Client.id, sight)
    )


def clients_beside(sight: Sight) -> Subquery:
    """What rooms above join their rows with: agency_id, id, name, name_key, health_status and is_active of the
    clients that the reader may see. Binds :agency_id, :user_id."""
    columns = (
        Client.agency_id,
        Client.id,
        Client.name,
        Client.name_key,
        Client.health_status,
        Client.is_active,
    )
    return clients_seen(sight).with_only_columns(*columns).subquery()


def hanging_seen(row: type[Hanging], sight: Sight) -> Select[Hanging]:
    """Every row of a table that hangs from a client whom the reader may see."""
    return (
        select(row)
        .join(Client, (Client.agency_id == row.agency_id) & (Client.id == row.client_id))
        .where(row.agency_id == AGENCY, Client.deleted_at.is_(None), is_seen(row.client_id, sight))
    )


def visible_clients(actor: Actor) -> Select[Client]:
    """Every client this actor may see."""
    return clients_seen(actor.sight).params(agency_id=actor.agency_id, user_id=actor.user_id)


async def client_for(db: Db, client_id: UUID, *, to: Intent = "read") -> Client:
    """One client; locked when it is to be changed. Raises `NotFound`, or `Forbidden` to delete as a user."""
    query = visible_clients(db.actor).where(Client.id == client_id)
    if to != "read":
        query = query.with_for_update(of=Client).execution_options(populate_existing=True)
    client = await db.scalar(query)
    if client is None:
        raise NotFound("client")
    if to == "delete":
        require_admin(db.actor, "delete a client")
    return client


async def hanging_for(db: Db, row: type[Hanging], row_id: UUID, noun: str) -> Hanging:
    """One row that hangs from a client the actor may see, as it is now. Raises `NotFound` with its noun."""
    actor = db.actor
    query = hanging_seen(row, actor.sight).where(row.id == row_id).execution_options(populate_existing=True)
    found = await db.scalar(query.params(agency_id=actor.agency_id, user_id=actor.user_id))
    if found is None:
        raise NotFound(noun)
    return found


async def any_client_for(db: Db, client_id: UUID) -> Client:
    """A client, deleted or not, locked to bring it back. Raises `NotFound`, `Forbidden` unless for an admin."""
    require_admin(db.actor, "restore a client")
    return await client_itself(db, client_id)


async def client_itself(db: Db, client_id: UUID) -> Client:
    """The client's locked row, whoever acts and whether or not it is deleted: for what rooms above say about it.

    Raises `NotFound`.
    """
    client = await db.scalar(
        select(Client)
        .where(Client.agency_id == db.actor.agency_id, Client.id == client_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if client is None:
        raise NotFound("client")
    return client


def deleted_clients() -> Select[Client]:
    """Every deleted client of the agency: for admins, which the caller sees to. Binds :agency_id."""
    return select(Client).where(Client.agency_id == AGENCY, Client.deleted_at.is_not(None))


async def held_for(
    db: Db, row: type[Hanging], row_id: UUID, noun: str, client_id: UUID | None = None
) -> tuple[Client, Hanging]:
    """A client, locked, and one row that hangs from it: who changes such a row holds its client, so none cross.

    Raises `NotFound` with the row's noun, also where it hangs from another client than the one named.
    """
    if client_id is None:
        client_id = (await hanging_for(db, row, row_id, noun)).client_id
    client = await client_for(db, client_id, to="change")
    found = await hanging_for(db, row, row_id, noun)
    if found.client_id != client.id:
        raise NotFound(noun)
    return client, found


def may_remove_note(actor: Actor, note: ClientNote) -> None:
    """A note is its author's to remove, or an admin's. Raises `Forbidden`."""
    may_remove(actor, note.added_by, "note")


async def field_for(db: Db, field_id: UUID, *, lock: bool = False) -> CustomField:
    """One of the agency's own fields that wasn't removed. Raises `NotFound`."""
    query = fields_seen().where(CustomField.id == field_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    field = await db.scalar(query.params(agency_id=db.actor.agency_id))
    if field is None:
        raise NotFound("field")
    return field


def fields_seen(sight: Sight = "all") -> Select[CustomField]:
    """The agency's own fields, in their order. Binds :agency_id."""
    return (
        select(CustomField)
        .where(CustomField.agency_id == AGENCY, CustomField.deleted_at.is_(None))
        .order_by(CustomField.sort_order, CustomField.name_key)
    )


def templates_seen(sight: Sight = "all") -> Select[TaskTemplate]:
    """Every line of the agency's checklists that wasn't removed. Binds :agency_id."""
    return select(TaskTemplate).where(TaskTemplate.agency_id == AGENCY, TaskTemplate.deleted_at.is_(None))


async def template_for(db: Db, template_id: UUID, *, lock: bool = False) -> TaskTemplate:
    """One line of a stage's checklist. Raises `NotFound`."""
    query = templates_seen().where(TaskTemplate.id == template_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    template = await db.scalar(query.params(agency_id=db.actor.agency_id))
    if template is None:
        raise NotFound("template")
    return template
