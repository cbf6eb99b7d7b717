"""The pipeline as a board, and the move of a card."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.moving import move_client
from audienceos.clients.forms import MoveIn
from audienceos.clients.queries.board import CARDS_A_COLUMN, board, card
from audienceos.clients.queries.filters import Filters
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, reading
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]


@get("/{slug:str}/pipeline", name="pipeline", include_in_schema=False, opt={"query": Filters})
async def show_board(request: Asked) -> Response[str]:
    """Every stage with its first cards; the board alone where a live update asks."""
    async with reading(request) as lane:
        context = await _board(lane, filters_from(request, Filters))
        if wants_fragment(request):
            return page(request, "clients/_board.html", **context)
        return page(
            request,
            "clients/board.html",
            people=await PEOPLE.all(lane),
            **context,
            **await shell(lane, "pipeline", context["here"]),
        )


@get("/{slug:str}/clients/{client_id:uuid}/card", name="client-card", include_in_schema=False)
async def show_card(request: Asked, client_id: Id) -> Response[str]:
    """One card, as the board draws it now."""
    async with reading(request) as lane:
        at = await here(lane)
        found = await card(lane, client_id)
        if found is None:
            raise NotFound("client")
        return page(request, "clients/_card.html", card=found, pipeline=at.pipeline)


@post("/{slug:str}/clients/{client_id:uuid}/moves", name="client-moves", include_in_schema=False)
async def create_move(request: Asked, db: Transaction, slug: FromPath[str], client_id: Id) -> Response[None]:
    """Move the client. A script hears 204; a form goes back to the board."""
    await move_client(db, client_id, await from_form(request, MoveIn))
    if wants_fragment(request):
        return Response(None, status_code=204)
    back = request.app.route_reverse("pipeline", slug=slug)
    return Response(None, status_code=303, headers={"Location": back})


async def _board(lane: Lane, filters: Filters) -> dict[str, Any]:
    at = await here(lane)
    filters = msgspec.structs.replace(filters, stuck_days=at.stuck_after_days)
    columns = await board(lane, at.pipeline, filters)
    return {
        "here": at,
        "pipeline": at.pipeline,
        "filters": filters,
        "columns": columns,
        "total": sum(column.count for column in columns),
        "a_column": CARDS_A_COLUMN,
    }


HANDLERS = [show_board, show_card, create_move]
