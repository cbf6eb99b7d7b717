"""All about one client: its fields, its people, its log, its way through the pipeline."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, func, select

from audienceos.clients.access import clients_seen, hanging_seen
from audienceos.clients.forms import ClientView
from audienceos.clients.models import Client, ClientAssignment, ClientContact, ClientNote, StageEvent, Task
from audienceos.clients.queries.columns import days_in_stage
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound

CLIENT = bindparam("client_id", type_=Uuid())


class AssignmentView(msgspec.Struct, frozen=True):
    """Someone who looks after a client."""

    id: UUID
    client_id: UUID
    user_id: UUID
    user_name: str
    role: Literal["owner", "collaborator"]
    created_at: datetime


class ContactView(msgspec.Struct, frozen=True):
    """Someone at the client."""

    id: UUID
    client_id: UUID
    name: str | None
    email: str | None
    phone: str | None
    title: str | None
    is_primary: bool
    created_at: datetime
    updated_at: datetime
    version: int


class NoteView(msgspec.Struct, frozen=True):
    """One entry of the log."""

    id: UUID
    client_id: UUID
    content: str
    added_by: UUID
    author: str
    created_at: datetime


class TaskView(msgspec.Struct, frozen=True):
    """A line of the checklist."""

    id: UUID
    client_id: UUID
    name: str
    description: str | None
    stage: str | None
    assigned_to: UUID | None
    assignee: str | None
    due_date: date | None
    is_completed: bool
    completed_at: datetime | None
    completed_by: UUID | None
    sort_order: int
    created_at: datetime
    updated_at: datetime
    version: int


class StageEventView(msgspec.Struct, frozen=True):
    """One move, and how long the client then stayed (in seconds; null while it is still there)."""

    id: UUID
    client_id: UUID
    from_stage: str | None
    to_stage: str
    moved_by: UUID
    mover: str
    moved_at: datetime
    notes: str | None
    stayed_seconds: int | None


def person_name(user_id: Any) -> ColumnElement[str | None]:
    """The full name of someone in the agency, whether or not they are still active."""
    user = Base.metadata.tables["user"].alias()
    name = func.concat_ws(" ", user.c.first_name, user.c.last_name)
    return select(name).where(user.c.agency_id == AGENCY, user.c.id == user_id).scalar_subquery()


def _client(sight: Sight) -> Question:
    columns = [
        days_in_stage() if name == "days_in_stage" else getattr(Client, name)
        for name in ClientView.__struct_fields__
    ]
    return clients_seen(sight).with_only_columns(*columns).where(Client.id == CLIENT)


def _assignments(sight: Sight) -> Question:
    row = ClientAssignment
    name = person_name(row.user_id).label("user_name")
    return (
        hanging_seen(row, sight)
        .with_only_columns(row.id, row.client_id, row.user_id, name, row.role, row.created_at)
        .where(row.client_id == CLIENT)
        .order_by(row.role.desc(), row.created_at, row.id)
    )


def _contacts(sight: Sight) -> Question:
    row = ClientContact
    columns = [getattr(row, name) for name in ContactView.__struct_fields__]
    return (
        hanging_seen(row, sight)
        .with_only_columns(*columns)
        .where(row.client_id == CLIENT)
        .order_by(row.is_primary.desc(), row.created_at, row.id)
    )


def _notes(sight: Sight) -> Question:
    row = ClientNote
    author = person_name(row.added_by).label("author")
    return (
        hanging_seen(row, sight)
        .with_only_columns(row.id, row.client_id, row.content, row.added_by, author, row.created_at)
        .where(row.client_id == CLIENT)
        .order_by(row.created_at.desc(), row.id.desc())
        .limit(100)
    )


def _tasks(sight: Sight) -> Question:
    row = Task
    columns = [
        person_name(row.assigned_to).label("assignee") if name == "assignee" else getattr(row, name)
        for name in TaskView.__struct_fields__
    ]
    return (
        hanging_seen(row, sight)
        .with_only_columns(*columns)
        .where(row.client_id == CLIENT)
        .order_by(row.stage.nulls_first(), row.sort_order, row.created_at, row.id)
        .limit(500)
    )


def _history(sight: Sight) -> Question:
    row = StageEvent
    left = func.lead(row.moved_at).over(order_by=(row.moved_at, row.id))
    stayed = func.extract("epoch", left - row.moved_at).cast(Integer)
    return (
        hanging_seen(row, sight)
        .with_only_columns(
            row.id,
            row.client_id,
            row.from_stage,
            row.to_stage,
            row.moved_by,
            person_name(row.moved_by).label("mover"),
            row.moved_at,
            row.notes,
            stayed.label("stayed_seconds"),
        )
        .where(row.client_id == CLIENT)
        .order_by(row.moved_at.desc(), row.id.desc())
        .limit(200)
    )


ONE = Read(ClientView, _client)
ASSIGNMENTS = Read(AssignmentView, _assignments)
CONTACTS = Read(ContactView, _contacts)
NOTES = Read(NoteView, _notes)
TASKS = Read(TaskView, _tasks)
HISTORY = Read(StageEventView, _history)


async def client_view(lane: Lane, client_id: UUID) -> ClientView:
    """One client. Raises `NotFound`, for a stranger's too."""
    found = await ONE.one(lane, {"client_id": client_id})
    if found is None:
        raise NotFound("client")
    return found
