"""What is done with an answer that waits to leave, or didn't: taken back, sent now, tried again, given up."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, post

from audienceos.inbox.actions.answering import answer_for, cancel, retry, send_now, take_back
from audienceos.inbox.answering.door import Stopped
from audienceos.inbox.answering.forms import RetryIn
from audienceos.inbox.pages.answering import to_conversation
from audienceos.inbox.pages.deciding import LIST
from audienceos.inbox.pages.listing import Asked
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden
from audienceos.platform.web.forms import form_of
from audienceos.platform.web.requests import Id, acting
from audienceos.platform.web.templating import told
from audienceos.platform.web.toasts import Toast


@post(
    "/{slug:str}/answers/{answer_id:uuid}/withdrawal",
    name="answer-withdrawal",
    include_in_schema=False,
    opt=LIST,
)
async def create_withdrawal(request: Asked, answer_id: Id) -> Response[Any]:
    """Take it back: its words are a draft again."""

    async def act(db: Db) -> Toast:
        await take_back(db, answer_id)
        return Toast("It is a draft again")

    return await _do(request, answer_id, act)


@post(
    "/{slug:str}/answers/{answer_id:uuid}/cancellation",
    name="answer-cancellation",
    include_in_schema=False,
    opt=LIST,
)
async def create_cancellation(request: Asked, answer_id: Id) -> Response[Any]:
    """Give it up."""

    async def act(db: Db) -> Toast:
        await cancel(db, answer_id)
        return Toast("It won’t leave")

    return await _do(request, answer_id, act)


@post(
    "/{slug:str}/answers/{answer_id:uuid}/departure",
    name="answer-departure",
    include_in_schema=False,
    opt=LIST,
)
async def create_departure(request: Asked, answer_id: Id) -> Response[Any]:
    """Let it leave now."""

    async def act(db: Db) -> Toast:
        await send_now(db, answer_id)
        return Toast("It leaves now")

    return await _do(request, answer_id, act)


@post("/{slug:str}/answers/{answer_id:uuid}/retry", name="answer-retry", include_in_schema=False, opt=LIST)
async def create_retry(request: Asked, answer_id: Id) -> Response[Any]:
    """Try it again; what may have left already only where the form says that this is meant."""

    async def act(db: Db) -> Toast:
        twice = str((await form_of(request)).get("may_leave_twice") or "") == "true"
        await retry(db, answer_id, RetryIn(may_leave_twice=twice))
        return Toast("It is tried again")

    return await _do(request, answer_id, act)


async def _do(request: Asked, answer_id: UUID, act: Callable[[Db], Awaitable[Toast]]) -> Response[Any]:
    """Do it and go to its conversation; what is refused is said there. Raises `NotFound`."""
    async with acting(request) as db:
        conversation_id = (await answer_for(db, answer_id)).conversation_id
    await form_of(request)
    try:
        async with acting(request) as db:
            said = await act(db)
    except (Conflict, Forbidden, Stopped) as wrong:
        said = Toast("That was not done", "risk", wrong.detail[:500])
    fresh = secrets.token_hex(4)
    return told(request, to_conversation(request, conversation_id, fresh=fresh), said)


HANDLERS = [create_withdrawal, create_cancellation, create_departure, create_retry]
