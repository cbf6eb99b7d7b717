"""`/v1/conversations/{id}/draft`, `/answers` and `/v1/answers`: what is being written, and what was sent."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody

from audienceos.inbox.actions.answering import cancel, retry, send, send_now, take_back
from audienceos.inbox.actions.drafting import discard_draft, save_draft
from audienceos.inbox.answering.forms import DraftIn, RetryIn, SendIn, Written
from audienceos.inbox.answering.parents import Recipients
from audienceos.inbox.answering.talks import talk_of, within
from audienceos.inbox.answering.ways import Ways
from audienceos.inbox.queries.answers import (
    ANSWERS,
    NEWEST,
    AnswerView,
    Check,
    DraftView,
    answer_view,
    check_of,
    draft_of,
    recipients_of,
    ways_of,
)
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.web.etags import with_etag
from audienceos.platform.web.idempotency import HEADER
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, reading

Asked = Request[Any, Any, Any]


class RecipientQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which message is answered, and whether everybody who was written to is."""

    message_id: UUID | None = None
    to_all: bool = False


@get("/v1/conversations/{conversation_id:uuid}/draft")
async def show_draft(request: Asked, conversation_id: Id) -> Response[DraftView]:
    """What one is writing there. One's own: nobody else reads it."""
    async with reading(request) as lane:
        draft = await draft_of(lane, conversation_id)
    if draft is None:
        raise NotFound("draft")
    return with_etag(draft, draft.version)


@put("/v1/conversations/{conversation_id:uuid}/draft")
async def update_draft(db: Transaction, conversation_id: Id, data: JSONBody[DraftIn]) -> Response[DraftView]:
    """Save what one is writing, as often as one likes. What it replaces of another window's is set aside, not lost."""
    await save_draft(db, conversation_id, data)
    return await _draft(db, conversation_id)


@delete("/v1/conversations/{conversation_id:uuid}/draft")
async def delete_draft(db: Transaction, conversation_id: Id) -> None:
    """Throw away what one was writing."""
    await discard_draft(db, conversation_id)


@get("/v1/conversations/{conversation_id:uuid}/ways")
async def show_ways(request: Asked, conversation_id: Id) -> Ways:
    """Through what one may answer, the usual way first; without any, why."""
    async with reading(request) as lane:
        return await ways_of(lane, conversation_id)


@get("/v1/conversations/{conversation_id:uuid}/recipients", opt={"query": RecipientQuery})
async def show_recipients(request: Asked, conversation_id: Id) -> Recipients:
    """To whom an answer goes unless its author says otherwise. In a channel nobody is named."""
    async with reading(request) as lane:
        asked = filters_from(request, RecipientQuery)
        return await recipients_of(lane, conversation_id, asked.message_id, to_all=asked.to_all)


@post("/v1/conversations/{conversation_id:uuid}/answer-checks", status_code=200)
async def create_answer_check(db: Transaction, conversation_id: Id, data: JSONBody[Written]) -> Check:
    """Ask what sending these words would do, and what of them belongs to another client. Nothing is kept."""
    return await check_of(await within(db), conversation_id, data)


@get("/v1/conversations/{conversation_id:uuid}/answers", opt={"query": Listed})
async def list_answers(request: Asked, conversation_id: Id) -> Page[AnswerView]:
    """What was sent from here, or is to be, the newest first."""
    async with reading(request) as lane:
        await talk_of(lane, conversation_id)
        asked = filters_from(request, Listed)
        return await ANSWERS.page(lane, asked, sort=NEWEST, binds={"conversation_id": conversation_id})


@post("/v1/conversations/{conversation_id:uuid}/answers")
async def create_answer(
    request: Asked, db: Transaction, conversation_id: Id, data: JSONBody[SendIn]
) -> AnswerView:
    """Have an answer sent: after ten seconds in which it can be taken back, or at `leaves_at`. `Idempotency-Key`, or
    `click_id`, names the click; the same one twice is one answer.

    What belongs to another client is refused (422, `stopped`) until each stop is overridden with a reason.
    """
    key = request.headers.get(HEADER)
    if data.click_id is None and key:
        data.click_id = _click(key)
    row = await send(db, conversation_id, data)
    return await _answer(db, row.id)


@get("/v1/answers/{answer_id:uuid}")
async def show_answer(request: Asked, answer_id: Id) -> AnswerView:
    """One answer, and what became of it."""
    async with reading(request) as lane:
        return await answer_view(lane, answer_id)


@post("/v1/answers/{answer_id:uuid}/withdrawal", status_code=200)
async def create_withdrawal(db: Transaction, answer_id: Id) -> Response[DraftView]:
    """Take it back before it leaves: its words are one's draft again."""
    draft = await take_back(db, answer_id)
    return await _draft(db, draft.conversation_id)


@post("/v1/answers/{answer_id:uuid}/cancellation", status_code=200)
async def create_answer_cancellation(db: Transaction, answer_id: Id) -> AnswerView:
    """Give it up: its author's to do, or an admin's."""
    await cancel(db, answer_id)
    return await _answer(db, answer_id)


@post("/v1/answers/{answer_id:uuid}/departure", status_code=200)
async def create_departure(db: Transaction, answer_id: Id) -> AnswerView:
    """Let it leave now."""
    await send_now(db, answer_id)
    return await _answer(db, answer_id)


@post("/v1/answers/{answer_id:uuid}/retry", status_code=200)
async def create_retry(db: Transaction, answer_id: Id, data: JSONBody[RetryIn]) -> AnswerView:
    """Try it again: what failed or is held, and what may have left where that is said to be meant."""
    await retry(db, answer_id, data)
    return await _answer(db, answer_id)


def _click(key: str) -> UUID:
    """The click that an Idempotency-Key names."""
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, key)


async def _draft(db: Db, conversation_id: UUID) -> Response[DraftView]:
    """The draft as it now stands in this transaction."""
    draft = await draft_of(await within(db), conversation_id)
    assert draft is not None
    return with_etag(draft, draft.version)


async def _answer(db: Db, answer_id: UUID) -> AnswerView:
    return await answer_view(await within(db), answer_id)


HANDLERS = [
    show_draft,
    update_draft,
    delete_draft,
    show_ways,
    show_recipients,
    create_answer_check,
    list_answers,
    create_answer,
    show_answer,
    create_withdrawal,
    create_answer_cancellation,
    create_departure,
    create_retry,
]
