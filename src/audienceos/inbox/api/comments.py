"""`/v1/conversations/{conversation_id}/comments`: what colleagues say beside a conversation."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.inbox.actions.commenting import add_comment, edit_comment, remove_comment
from audienceos.inbox.forms import CommentIn, CommentPatch
from audienceos.inbox.queries.comments import COMMENTS, CommentView, comment_view
from audienceos.inbox.queries.listing import conversation_view
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/conversations/{conversation_id:uuid}/comments", opt={"query": Listed})
async def list_comments(request: Asked, conversation_id: Id) -> Page[CommentView]:
    """What colleagues said beside it, in the order in which they said it. No client sees any of it."""
    async with reading(request) as lane:
        await conversation_view(lane, conversation_id)
        binds = {"conversation_id": conversation_id}
        return await COMMENTS.page(lane, filters_from(request, Listed), sort="oldest", binds=binds)


@get("/v1/conversations/{conversation_id:uuid}/comments/{comment_id:uuid}")
async def show_comment(request: Asked, conversation_id: Id, comment_id: Id) -> Response[CommentView]:
    """One comment."""
    async with reading(request) as lane:
        comment = await comment_view(lane, conversation_id, comment_id)
        return with_etag(comment, comment.version)


@post("/v1/conversations/{conversation_id:uuid}/comments")
async def create_comment(
    db: Transaction, conversation_id: Id, data: JSONBody[CommentIn]
) -> Response[CommentView]:
    """Say something to colleagues, in one's own name; who is named after an @ is told. It is sent to nobody else."""
    written = await add_comment(db, conversation_id, data)
    comment = await comment_view(await lane_of(db), conversation_id, written.id)
    return with_etag(comment, comment.version, status=201)


@patch("/v1/conversations/{conversation_id:uuid}/comments/{comment_id:uuid}")
async def update_comment(
    request: Asked, db: Transaction, conversation_id: Id, comment_id: Id, data: JSONBody[CommentPatch]
) -> Response[CommentView]:
    """Change a comment of one's own, within a day of writing it."""
    await edit_comment(db, conversation_id, comment_id, data, expected_version(request))
    comment = await comment_view(await lane_of(db), conversation_id, comment_id)
    return with_etag(comment, comment.version)


@delete("/v1/conversations/{conversation_id:uuid}/comments/{comment_id:uuid}")
async def delete_comment(db: Transaction, conversation_id: Id, comment_id: Id) -> None:
    """Take out a comment: one's own, or as an admin anyone's."""
    await remove_comment(db, conversation_id, comment_id)


HANDLERS = [list_comments, show_comment, create_comment, update_comment, delete_comment]
