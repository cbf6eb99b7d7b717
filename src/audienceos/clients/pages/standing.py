"""Where a client stands, by forms: its move to another stage, and an admin's word on its health."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from audienceos.clients.access import client_for
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.overriding import override_health, remove_override
from audienceos.clients.actions.unmoving import undo_move
from audienceos.clients.forms import MoveIn, OverrideIn
from audienceos.clients.pages import saying
from audienceos.clients.pages.client import take
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.requests import Id, acting
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import told, wants_fragment
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]


class Moving(MoveIn, kw_only=True):
    """A move, or the last one taken back, as the board's script sends it."""

    undo: bool = False


@post("/{slug:str}/clients/{client_id:uuid}/moves", name="client-moves", include_in_schema=False)
async def create_move(request: Asked, client_id: Id) -> Response[Any]:
    """Move the client. The board's script hears 204, or why not; a form goes back to the client's page."""
    if not wants_fragment(request):
        return await take(
            request, client_id, "stage", Moving, lambda db, data: _move(request, db, client_id, data)
        )
    data = await from_form(request, Moving)
    async with acting(request) as db:
        said = await _move(request, db, client_id, data)
    answer = Response(None, status_code=204)
    return told(request, answer, said) if said else answer


async def _move(request: Asked, db: Db, client_id: UUID, data: Moving) -> Toast | None:
    if data.undo:
        await undo_move(db, client_id, from_stage=data.from_stage)
        return saying.moved_back(await client_for(db, client_id))
    done = await move_client(db, client_id, data)
    return saying.moved(request, await client_for(db, client_id), data.from_stage) if done.moved else None


@post("/{slug:str}/clients/{client_id:uuid}/health-override", name="client-override", include_in_schema=False)
async def create_override(request: Asked, client_id: Id) -> Response[Any]:
    """Call the client healthy for some days."""
    return await take(
        request, client_id, "health", OverrideIn, lambda db, data: override_health(db, client_id, data)
    )


@post(
    "/{slug:str}/clients/{client_id:uuid}/health-override/removal",
    name="client-override-removal",
    include_in_schema=False,
)
async def delete_override(request: Asked, client_id: Id) -> Response[Any]:
    """Let the rules speak again."""
    return await take(request, client_id, "health", Nothing, lambda db, _: remove_override(db, client_id))


HANDLERS = [create_move, create_override, delete_override]
