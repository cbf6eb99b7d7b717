"""`/v1/client-changes`: one verb on many clients, what came of each, and moves taken back."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from audienceos.clients.actions.changing import begin_change, undo_change
from audienceos.clients.actions.unmoving import undo_move
from audienceos.clients.forms import Moved
from audienceos.clients.forms.bulk import ChangeIn, ManyRowView, ManyView, MoveUndoIn
from audienceos.clients.queries.changes import ChangeRowQuery, change_rows, change_view, changes_page
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/client-changes", opt={"query": Listed})
async def list_changes(request: Asked) -> Page[ManyView]:
    """One's own changes of many clients, the latest first; an admin reads everyone's."""
    async with reading(request) as lane:
        return await changes_page(lane, filters_from(request, Listed))


@post("/v1/client-changes", status_code=202)
async def create_change(db: Transaction, data: JSONBody[ChangeIn]) -> ManyView:
    """Begin one verb on up to 1,000 clients; the worker does each by itself, as by hand.

    Clients that the caller can't see refuse the whole; a rule that refuses one client refuses that one alone.
    """
    change = await begin_change(db, data)
    return await change_view(await lane_of(db), change.id)


@get("/v1/client-changes/{change_id:uuid}")
async def show_change(request: Asked, change_id: Id) -> ManyView:
    """How far it got."""
    async with reading(request) as lane:
        return await change_view(lane, change_id)


@get("/v1/client-changes/{change_id:uuid}/rows", opt={"query": ChangeRowQuery})
async def list_change_rows(request: Asked, change_id: Id) -> Page[ManyRowView]:
    """What came of each client, in the order in which they were chosen; by `outcome` those that were refused."""
    async with reading(request) as lane:
        await change_view(lane, change_id)
        return await change_rows(lane, change_id, filters_from(request, ChangeRowQuery))


@post("/v1/client-changes/{change_id:uuid}/undo", status_code=202)
async def add_change_undo(db: Transaction, change_id: Id) -> ManyView:
    """Take moves back where nobody moved the client since; the others are told by their rows (`outcome=kept`)."""
    await undo_change(db, change_id)
    return await change_view(await lane_of(db), change_id)


@post("/v1/clients/{client_id:uuid}/move-undo", status_code=200)
async def add_move_undo(db: Transaction, client_id: Id, data: JSONBody[MoveUndoIn]) -> Moved:
    """Take one's last move of the client back within a day, with the days that it had spent in its stage."""
    return await undo_move(db, client_id, from_stage=data.from_stage)


HANDLERS = [list_changes, create_change, show_change, list_change_rows, add_change_undo, add_move_undo]
