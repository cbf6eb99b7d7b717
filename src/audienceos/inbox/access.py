"""The only door to a conversation and to all that hangs from one.

A conversation hangs from its client: who doesn't see the client isn't told of it. One that waits for a client is told
to those who see every client; where it came to somebody's own mailbox, to them alone.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, or_, select

from audienceos.agency.access import require_admin
from audienceos.clients.access import client_for, client_itself, clients_beside
from audienceos.inbox.actions.threads import hold_inbox
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.models.comments import ConversationComment
from audienceos.inbox.models.templates import AnswerTemplate
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, NotFound

KEEPING = "change what is kept of messages"
Intent = Literal["read", "change"]


def conversations_beside(client: Subquery, sight: Sight) -> Select[Conversation]:
    """Every conversation that the reader may see, beside its client (`clients_beside`), which may be none. Binds
    :agency_id, :user_id."""
    if sight == "assigned":
        return conversations_of_clients(client)
    query = select(Conversation).where(Conversation.agency_id == AGENCY).outerjoin(client, _of(client))
    return query.where(or_(client.c.id.is_not(None), _in_triage()))


def conversations_of_clients(client: Subquery) -> Select[Conversation]:
    """Those of them that have a client, beside it. Binds :agency_id, :user_id."""
    return select(Conversation).where(Conversation.agency_id == AGENCY).join(client, _of(client))


def conversations_seen(sight: Sight) -> Select[Conversation]:
    """The same without the client's columns."""
    return conversations_beside(clients_beside(sight), sight)


def _of(client: Subquery) -> ColumnElement[bool]:
    return (client.c.agency_id == Conversation.agency_id) & (client.c.id == Conversation.client_id)


def _in_triage() -> ColumnElement[bool]:
    """It waits for a client, and isn't in the mailbox of somebody else."""
    somebodys = select(InboxSource.id).where(
        InboxSource.agency_id == AGENCY, InboxSource.user_id.is_not(None), InboxSource.user_id != PERSON
    )
    return Conversation.client_id.is_(None) & Conversation.source_id.not_in(somebodys)


def sources_seen(sight: Sight = "all") -> Select[InboxSource]:
    """Where the agency's messages come from. For admins alone, which the caller sees to. Binds :agency_id."""
    return select(InboxSource).where(InboxSource.agency_id == AGENCY)


async def source_for(db: Db, source_id: UUID) -> InboxSource:
    """One source, locked, to be changed. Raises `NotFound`, and `Forbidden` for who is no admin."""
    query = sources_seen().where(InboxSource.id == source_id).params(**binds_of(db.actor))
    found = await db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("source")
    require_admin(db.actor, KEEPING)
    return found


async def conversation_for(db: Db, conversation_id: UUID, *, to: Intent = "read") -> Conversation:
    """One conversation. To be changed its client is locked, then the inbox, so that nobody crosses. Raises `NotFound`."""
    actor = db.actor
    query = (
        conversations_seen(actor.sight).where(Conversation.id == conversation_id).params(**binds_of(actor))
    )
    found = await db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("conversation")
    if to == "read":
        return found
    was = found.client_id
    if was is not None:
        await client_for(db, was, to="change")
    await hold_inbox(db)
    return await _as_it_is(db, conversation_id, was)


async def conversation_for_client(db: Db, conversation_id: UUID, client_id: UUID) -> Conversation:
    """One conversation to be given to that client: both clients are locked, then the inbox. Raises `NotFound`."""
    found = await conversation_for(db, conversation_id)
    was = found.client_id
    await client_for(db, client_id)
    for one in sorted({client_id, was or client_id}):
        await client_itself(db, one)
    await hold_inbox(db)
    return await _as_it_is(db, conversation_id, was)


async def _as_it_is(db: Db, conversation_id: UUID, was: UUID | None) -> Conversation:
    """Raises `NotFound` where it was joined to another meanwhile, `Conflict` where it is another client's by now."""
    mine = (Conversation.agency_id == db.actor.agency_id, Conversation.id == conversation_id)
    query = select(Conversation).where(*mine).with_for_update().execution_options(populate_existing=True)
    one = await db.scalar(query)
    if one is None:
        raise NotFound("conversation")
    if one.client_id != was:
        raise Conflict("Somebody said meanwhile whose it is.", code="client_changed")
    return one


def comments_seen(sight: Sight) -> Select[ConversationComment]:
    """Every comment beside a conversation that the reader may see. Binds :agency_id, :user_id."""
    seen = conversations_seen(sight).with_only_columns(Conversation.id)
    return select(ConversationComment).where(
        ConversationComment.agency_id == AGENCY, ConversationComment.conversation_id.in_(seen)
    )


async def comment_for(
    db: Db, conversation_id: UUID, comment_id: UUID
) -> tuple[Conversation, ConversationComment]:
    """A conversation, locked, and a comment beside it. Raises `NotFound`."""
    one = await conversation_for(db, conversation_id, to="change")
    mine = (ConversationComment.conversation_id == one.id, ConversationComment.id == comment_id)
    query = comments_seen(db.actor.sight).where(*mine).params(**binds_of(db.actor))
    found = await db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("comment")
    return one, found


def templates_seen(sight: Sight = "all") -> Select[AnswerTemplate]:
    """Every template of answers: the agency's, whoever reads. Binds :agency_id."""
    return select(AnswerTemplate).where(AnswerTemplate.agency_id == AGENCY)


async def template_for(db: Db, template_id: UUID) -> AnswerTemplate:
    """One template of answers, locked. Raises `NotFound`."""
    query = templates_seen().where(AnswerTemplate.id == template_id).params(agency_id=db.actor.agency_id)
    found = await db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("template")
    return found


def binds_of(actor: Actor) -> dict[str, Any]:
    """What every select above binds."""
    return {"agency_id": actor.agency_id, "user_id": actor.user_id}
