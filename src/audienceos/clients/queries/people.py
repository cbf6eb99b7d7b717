"""Who looks after a client, who is there, and what was noted, a page at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from audienceos.clients.access import hanging_seen
from audienceos.clients.models import ClientAssignment, ClientContact, ClientNote
from audienceos.clients.queries.columns import CLIENT, ROW, person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.paging import Key, Paged


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


def _assignments(sight: Sight, *, one: bool = False) -> Question:
    row = ClientAssignment
    name = person_name(row.user_id).label("user_name")
    query = (
        hanging_seen(row, sight)
        .with_only_columns(row.id, row.client_id, row.user_id, name, row.role, row.created_at)
        .where(row.client_id == CLIENT)
    )
    return query.where(row.id == ROW) if one else query


def _contacts(sight: Sight, *, one: bool = False) -> Question:
    row = ClientContact
    columns = [getattr(row, name) for name in ContactView.__struct_fields__]
    query = hanging_seen(row, sight).with_only_columns(*columns).where(row.client_id == CLIENT)
    return query.where(row.id == ROW) if one else query


def _notes(sight: Sight, *, one: bool = False) -> Question:
    row = ClientNote
    author = person_name(row.added_by).label("author")
    query = (
        hanging_seen(row, sight)
        .with_only_columns(row.id, row.client_id, row.content, row.added_by, author, row.created_at)
        .where(row.client_id == CLIENT)
    )
    return query.where(row.id == ROW) if one else query


ASSIGNMENT = Read(AssignmentView, _assignments)
ASSIGNMENTS = Paged(
    "assignments",
    AssignmentView,
    _assignments,
    {"role": (Key(ClientAssignment.role, descending=True), Key(ClientAssignment.created_at))},
    unique=ClientAssignment.id,
)
"""The owner first."""

CONTACT = Read(ContactView, _contacts)
CONTACTS = Paged(
    "contacts",
    ContactView,
    _contacts,
    {"known": (Key(ClientContact.is_primary, descending=True), Key(ClientContact.created_at))},
    unique=ClientContact.id,
)
"""The primary one first, then by how long they are known."""

NOTE = Read(NoteView, _notes)
NOTES = Paged(
    "notes",
    NoteView,
    _notes,
    {"newest": (Key(ClientNote.created_at, descending=True),)},
    unique=ClientNote.id,
)
