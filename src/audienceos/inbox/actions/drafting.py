"""Drafts: what a person is writing, saved as they write. Nobody else is told, so nothing is recorded of it."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.inbox.access import conversation_for
from audienceos.inbox.answering.forms import DraftIn
from audienceos.inbox.models.answers import LONGEST, Draft, Outgoing
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db

_MAKE = """
insert into draft (agency_id, id, user_id, conversation_id, text, to_people, cc_people, is_to_all, has_quotes,
                   variables, created_at, updated_at, version)
values ($1, $2, $3, $4, '', '[]', '[]', false, false, '[]', $5, $5, 0)
on conflict (agency_id, user_id, conversation_id) do nothing"""
_TAKE_OUT = "delete from draft where agency_id = $1 and user_id = $2 and conversation_id = $3"


async def save_draft(db: Db, conversation_id: UUID, data: DraftIn) -> Draft:
    """Keep what the actor is writing there. The last save counts; what it replaces of another window's is set aside
    until its author has seen it. Raises `NotFound`.
    """
    await conversation_for(db, conversation_id)
    draft = await _held(db, db.actor.person, conversation_id)
    if data.is_seen:
        draft.set_aside = None
    if draft.version != (data.version or 0) and draft.text.strip() not in ("", data.text):
        draft.set_aside = draft.text
    draft.text = data.text
    draft.to_people = msgspec.to_builtins(data.to or ())
    draft.cc_people = msgspec.to_builtins(data.cc or ())
    draft.message_id, draft.is_to_all, draft.has_quotes = data.message_id, data.is_to_all, data.has_quotes
    draft.account_kind, draft.account_id = data.account_kind, data.account_id
    draft.variables = msgspec.to_builtins(data.variables)
    draft.version += 1
    await db.flush()
    return draft


async def discard_draft(db: Db, conversation_id: UUID) -> None:
    """Let go what the actor was writing there; without a draft nothing happens. Raises `NotFound`."""
    await conversation_for(db, conversation_id)
    await take_out_draft(db, conversation_id)


async def take_out_draft(db: Db, conversation_id: UUID) -> None:
    """The actor's draft there is gone: thrown away, or sent."""
    await (await db.raw()).execute(_TAKE_OUT, db.actor.agency_id, db.actor.person, conversation_id)


async def give_back(db: Db, row: Outgoing) -> Draft:
    """The words of an answer that doesn't leave are its author's draft again, below what they have begun since.

    Its author acts, or the agency's machinery.
    """
    draft = await _held(db, row.author_id, row.conversation_id)
    begun = draft.text.rstrip() if draft.text != row.text else ""
    if begun and len(begun) + len(row.text) + 2 <= LONGEST:
        draft.text = f"{begun}\n\n{row.text}"
    else:
        draft.set_aside = begun or draft.set_aside
        draft.text = row.text
        draft.to_people, draft.cc_people = row.to_people, row.cc_people
        draft.message_id, draft.is_to_all, draft.has_quotes = row.parent_id, row.is_to_all, row.has_quotes
        draft.account_kind, draft.account_id = row.account_kind, row.account_id
        draft.variables = row.variables
    draft.version += 1
    await db.flush()
    return draft


async def _held(db: Db, user_id: UUID, conversation_id: UUID) -> Draft:
    """The person's draft there, locked; made empty where there is none."""
    mine = (
        Draft.agency_id == db.actor.agency_id,
        Draft.user_id == user_id,
        Draft.conversation_id == conversation_id,
    )
    query = select(Draft).where(*mine).with_for_update().execution_options(populate_existing=True)
    found = await db.scalar(query)
    if found is None:
        agency_id, moment = db.actor.agency_id, clock.now()
        await (await db.raw()).execute(_MAKE, agency_id, uuid7(), user_id, conversation_id, moment)
        found = await db.scalar(query)
    assert found is not None
    return found
