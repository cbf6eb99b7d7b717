"""Comments for the team on a conversation's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from audienceos.agency.queries import shell
from audienceos.clients.queries.naming import nameable
from audienceos.inbox.actions.commenting import add_comment, edit_comment, remove_comment
from audienceos.inbox.forms import CommentIn, CommentPatch
from audienceos.inbox.pages.deciding import LIST, take
from audienceos.inbox.pages.listing import Asked
from audienceos.inbox.queries.comments import comment_view, is_somebodys_own
from audienceos.inbox.queries.listing import conversation_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden
from audienceos.platform.web.edits import Refusal, draft, refusal_of, settled
from audienceos.platform.web.forms import from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page
from audienceos.platform.web.toasts import Toast

COMMENTS = "/{slug:str}/inbox/{conversation_id:uuid}/comments"


@post(COMMENTS, name="conversation-comments", include_in_schema=False, opt=LIST)
async def create_comment(request: Asked, conversation_id: Id) -> Response[Any]:
    """Say something to the team. It is drawn among the messages, and sent to nobody."""

    async def act(db: Db, data: CommentIn) -> object:
        return await add_comment(db, conversation_id, data)

    return await take(request, conversation_id, "comment", CommentIn, act)


@get("/{slug:str}/inbox/{conversation_id:uuid}/names", name="conversation-names", include_in_schema=False)
async def show_names(request: Asked, conversation_id: Id) -> Response[str]:
    """Whom a comment can name after an @, as a field offers them: who sees the conversation."""
    async with reading(request) as lane:
        one = await conversation_view(lane, conversation_id)
        is_own = one.client_id is None and await is_somebodys_own(lane, one.source_id)
        return page(
            request, "clients/_names.html", names=[] if is_own else await nameable(lane, one.client_id)
        )


@get(COMMENTS + "/{comment_id:uuid}/edit", name="conversation-comment", include_in_schema=False)
async def comment_form(request: Asked, conversation_id: Id, comment_id: Id) -> Response[str]:
    """A comment of one's own, to be changed."""
    return await _form(request, conversation_id, comment_id)


@post(COMMENTS + "/{comment_id:uuid}/edit", name="conversation-comment-update", include_in_schema=False)
async def update_comment(request: Asked, conversation_id: Id, comment_id: Id) -> Response[Any]:
    """Save it. Where it was saved elsewhere first, the form comes back with both; after a day, with what was typed."""
    given = await typed(request)

    async def save(version: int) -> None:
        kept = settled(given)
        changes = {"content": kept["content"]} if "content" in kept else {}
        patch = from_values(CommentPatch, changes, strict=False)
        async with acting(request) as db:
            await edit_comment(db, conversation_id, comment_id, patch, version)

    try:
        refusal = await refusal_of(given, save)
    except Forbidden as late:
        refused = Refusal(given, {"": late.detail})
        return await _form(request, conversation_id, comment_id, refused, late.status)
    if refusal:
        return await _form(request, conversation_id, comment_id, refusal)
    slug = request.path_params["slug"]
    to = request.app.route_reverse("conversation", slug=slug, conversation_id=conversation_id)
    return Response(None, status_code=303, headers={"Location": f"{to}#k-{comment_id}"})


@post(
    COMMENTS + "/{comment_id:uuid}/removal",
    name="conversation-comment-removal",
    include_in_schema=False,
    opt=LIST,
)
async def delete_comment(request: Asked, conversation_id: Id, comment_id: Id) -> Response[Any]:
    """Take it out."""

    async def act(db: Db, _: Nothing) -> Toast:
        await remove_comment(db, conversation_id, comment_id)
        return Toast("The comment is gone")

    return await take(request, conversation_id, "comment", Nothing, act)


async def _form(
    request: Asked,
    conversation_id: UUID,
    comment_id: UUID,
    refusal: Refusal | None = None,
    status: int | None = None,
) -> Response[str]:
    async with reading(request) as lane:
        one = await conversation_view(lane, conversation_id)
        comment = await comment_view(lane, conversation_id, comment_id)
        form = draft({"content": comment.content}, comment.version, refusal)
        parts = {"one": one, "comment": comment, "form": form}
        frame = await shell(lane, "inbox")
        return page(request, "inbox/comment.html", status=status or form.status, **parts, **frame)


HANDLERS = [create_comment, show_names, comment_form, update_comment, delete_comment]
