"""What colleagues say beside a conversation: it changes nothing about who waits, and leaves the house by no way."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select

from audienceos.agency.access import may_edit, may_remove
from audienceos.agency.queries import PEOPLE, mentioned_in
from audienceos.clients.access import client_for
from audienceos.clients.actions.judging import acted
from audienceos.inbox.access import comment_for, conversation_for
from audienceos.inbox.actions.telling import tell
from audienceos.inbox.forms import CommentIn, CommentPatch
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.models.comments import ConversationComment
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import check_version


async def add_comment(db: Db, conversation_id: UUID, data: CommentIn) -> ConversationComment:
    """Say something to the team, in the actor's name; who is named after an @ is told. Raises `NotFound`."""
    one = await conversation_for(db, conversation_id, to="change")
    comment = ConversationComment(conversation_id=one.id, content=data.content, added_by=db.actor.person)
    db.add(comment)
    await db.flush()
    meant = [str(user_id) for user_id in await _meant(db, one, data.content)]
    await tell(db, "conversation.commented", one, comment_id=str(comment.id), mentions=meant)
    await _acted(db, one)
    return comment


async def edit_comment(
    db: Db, conversation_id: UUID, comment_id: UUID, patch: CommentPatch, version: int
) -> ConversationComment:
    """Change a comment of one's own within a day of writing it. Its words stand in no event: they go with the conversation.

    Raises `NotFound`, `Forbidden`, `Stale`.
    """
    one, comment = await comment_for(db, conversation_id, comment_id)
    may_edit(db.actor, comment.added_by, comment.created_at, "comment")
    check_version(comment, version)
    if patch.content is UNSET or patch.content == comment.content:
        return comment
    comment.content, comment.edited_at = patch.content, clock.now()
    comment.version += 1
    await tell(db, "conversation.comment_changed", one, comment_id=str(comment.id))
    return comment


async def remove_comment(db: Db, conversation_id: UUID, comment_id: UUID) -> None:
    """Take a comment out: its author or an admin. Raises `NotFound`, `Forbidden`."""
    one, comment = await comment_for(db, conversation_id, comment_id)
    may_remove(db.actor, comment.added_by, "comment")
    await db.delete(comment)
    before = {"added_by": str(comment.added_by)}
    await tell(db, "conversation.comment_removed", one, comment_id=str(comment.id), before=before)


async def _meant(db: Db, one: Conversation, content: str) -> list[UUID]:
    """Whom it names. What is nobody's yet is told to those alone who see it."""
    lane = Lane(await db.raw(), db.actor)
    named = await mentioned_in(lane, content)
    if one.client_id is not None or not named:
        return named
    mine = (InboxSource.agency_id == db.actor.agency_id, InboxSource.id == one.source_id)
    if await db.scalar(select(InboxSource.user_id).where(*mine)) is not None:
        return []
    everyone = db.actor.client_visibility == "all"
    seeing = {person.id for person in await PEOPLE.all(lane) if everyone or person.role == "admin"}
    return [user_id for user_id in named if user_id in seeing]


async def _acted(db: Db, one: Conversation) -> None:
    if one.client_id is not None:
        await acted(db, await client_for(db, one.client_id))
