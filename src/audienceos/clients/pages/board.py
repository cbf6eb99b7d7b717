"""The pipeline as a board."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.pages.asking import Picked, own_chips, to_picked
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.board import CARDS_A_COLUMN, board, card
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.filters import Filters
from audienceos.clients.queries.views import view_links
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]


@get("/{slug:str}/pipeline", name="pipeline", include_in_schema=False, opt={"query": (Filters, Picked)})
async def show_board(request: Asked) -> Response[Any]:
    """Every stage with its first cards; the board alone where a live update asks."""
    filters, picked = filters_from(request, Filters), filters_from(request, Picked)
    if picked.field is not None:
        return to_picked(request, filters, picked, {})
    async with reading(request) as lane:
        context = await _board(lane, filters)
        if wants_fragment(request):
            return page(request, "clients/_board.html", **context)
        return page(
            request,
            "clients/board.html",
            people=await PEOPLE.all(lane),
            fields=(fields := await FIELDS.all(lane)),
            own=own_chips(filters, fields),
            views=await view_links(lane, "board", context["filters"], context["pipeline"], fields),
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


async def _board(lane: Lane, filters: Filters) -> dict[str, Any]:
    at = await here(lane)
    filters = await understood(lane, filters, at)
    columns = await board(lane, at.pipeline, filters)
    return {
        "here": at,
        "pipeline": at.pipeline,
        "filters": filters,
        "columns": columns,
        "total": sum(column.count for column in columns),
        "a_column": CARDS_A_COLUMN,
    }


HANDLERS = [show_board, show_card]
