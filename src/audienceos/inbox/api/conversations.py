"""`/v1/conversations`: list, show, their messages and promises, and what people decide about one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import JSONBody

from audienceos.inbox.actions.deciding import assign, decide, match, see, snooze
from audienceos.inbox.forms import ConversationAssignmentIn, DecisionIn, MatchIn, SnoozeIn
from audienceos.inbox.queries.listing import (
    COUNTS,
    ConversationCount,
    ConversationQuery,
    ConversationRow,
    ConversationView,
    conversation_view,
    conversations_page,
)
from audienceos.inbox.queries.messages import (
    MESSAGES,
    NEWEST,
    PROMISES,
    MessageView,
    PromiseView,
    message_view,
)
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/conversations", opt={"query": ConversationQuery})
async def list_conversations(request: Asked) -> Page[ConversationRow]:
    """Conversations that match: those that need a reply unless another view is asked for, the longest waiting first."""
    async with reading(request) as lane:
        asked = filters_from(request, ConversationQuery)
        return await conversations_page(lane, asked, asked, asked.sort)


@get("/v1/conversation-counts")
async def show_conversation_counts(request: Asked) -> ConversationCount:
    """How many conversations each view holds."""
    async with reading(request) as lane:
        return (await COUNTS.all(lane))[0]


@get("/v1/conversations/{conversation_id:uuid}")
async def show_conversation(request: Asked, conversation_id: Id) -> Response[ConversationView]:
    """One conversation, with why it waits or doesn't."""
    async with reading(request) as lane:
        return _shown(await conversation_view(lane, conversation_id))


@get("/v1/conversations/{conversation_id:uuid}/messages", opt={"query": Listed})
async def list_messages(request: Asked, conversation_id: Id) -> Page[MessageView]:
    """Its messages, the newest first."""
    async with reading(request) as lane:
        one = await conversation_view(lane, conversation_id)
        asked = filters_from(request, Listed)
        binds = {"conversation_id": conversation_id}
        return await MESSAGES.page(lane, asked, sort=NEWEST, binds=binds, in_triage=one.client_id is None)


@get("/v1/messages/{message_id:uuid}")
async def show_message(request: Asked, message_id: Id) -> MessageView:
    """One message."""
    async with reading(request) as lane:
        return await message_view(lane, message_id)


@get("/v1/conversations/{conversation_id:uuid}/promises")
async def list_promises(request: Asked, conversation_id: Id) -> Page[PromiseView]:
    """What was promised in it, what is still open first."""
    async with reading(request) as lane:
        await conversation_view(lane, conversation_id)
        return Page(await PROMISES.all(lane, {"conversation_id": conversation_id}))


@post("/v1/conversations/{conversation_id:uuid}/assignment", status_code=200)
async def create_conversation_assignment(
    db: Transaction, conversation_id: Id, data: JSONBody[ConversationAssignmentIn]
) -> Response[ConversationView]:
    """Say who is to answer; null for nobody."""
    await assign(db, conversation_id, data.assignee_id)
    return await _answer(db, conversation_id)


@post("/v1/conversations/{conversation_id:uuid}/decision", status_code=200)
async def create_decision(
    db: Transaction, conversation_id: Id, data: JSONBody[DecisionIn]
) -> Response[ConversationView]:
    """Say whether it needs a reply, whatever was judged. It holds until the next message comes in."""
    await decide(db, conversation_id, needs_reply=data.needs_reply)
    return await _answer(db, conversation_id)


@post("/v1/conversations/{conversation_id:uuid}/snooze", status_code=200)
async def create_conversation_snooze(
    db: Transaction, conversation_id: Id, data: JSONBody[SnoozeIn]
) -> Response[ConversationView]:
    """Put it aside until a moment; null takes it up again. A new message ends it sooner."""
    await snooze(db, conversation_id, data.until)
    return await _answer(db, conversation_id)


@post("/v1/conversations/{conversation_id:uuid}/match", status_code=200)
async def create_match(
    db: Transaction, conversation_id: Id, data: JSONBody[MatchIn]
) -> Response[ConversationView]:
    """Say whose it is, and whether mail of that address or domain is theirs from now on."""
    await match(db, conversation_id, data)
    return await _answer(db, conversation_id)


@post("/v1/conversations/{conversation_id:uuid}/sight", status_code=200)
async def create_sight(db: Transaction, conversation_id: Id) -> Response[ConversationView]:
    """Say that one has read it as it is now. One's own: nobody else is told."""
    await see(db, conversation_id)
    return await _answer(db, conversation_id)


async def _answer(db: Db, conversation_id: UUID) -> Response[ConversationView]:
    """The conversation as it now stands in this transaction."""
    return _shown(await conversation_view(await lane_of(db), conversation_id))


def _shown(one: ConversationView) -> Response[ConversationView]:
    return with_etag(one, one.version)


HANDLERS = [
    list_conversations,
    show_conversation_counts,
    show_conversation,
    list_messages,
    show_message,
    list_promises,
    create_conversation_assignment,
    create_decision,
    create_conversation_snooze,
    create_match,
    create_sight,
]
