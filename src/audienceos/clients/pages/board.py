"""The pipeline as a board."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, Here, here, shell
from audienceos.clients.pages.asking import Picked, own_chips, to_picked
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.board import CARDS_A_COLUMN, DEEPEST, Arrangement, BoardQuery, board, card
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.tags import TAGS
from audienceos.clients.queries.views import view_links
from audienceos.clients.queries.welcome import welcome_of
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]


ORDERS: dict[Arrangement, str] = {
    "health": "Worst first",
    "days_in_stage": "Longest in stage",
    "priority": "Priority",
    "name": "Name",
}
"""What each order of the cards is called."""


@get("/{slug:str}/pipeline", name="pipeline", include_in_schema=False, opt={"query": (BoardQuery, Picked)})
async def show_board(request: Asked) -> Response[Any]:
    """Every stage with its first cards; the board alone where a live update asks."""
    asked, picked = filters_from(request, BoardQuery), filters_from(request, Picked)
    if picked.field is not None:
        return to_picked(request, asked, picked, asked.keep)
    async with reading(request) as lane:
        at = await here(lane)
        if wants_fragment(request):
            return page(request, "clients/_board.html", **await _board(lane, asked, at))
        frame = await shell(lane, "pipeline", at)
        if asked.mine_first is None:
            asked = msgspec.structs.replace(asked, mine_first=frame["display"].mine_first)
        context = await _board(lane, asked, at)
        return page(
            request,
            "clients/board.html",
            people=await PEOPLE.all(lane),
            tags=await TAGS.all(lane),
            fields=(fields := await FIELDS.all(lane)),
            own=own_chips(asked, fields),
            welcome=await welcome_of(lane, is_dismissed=frame["display"].welcome_dismissed),
            orders=ORDERS,
            views=await view_links(lane, "board", context["filters"], context["pipeline"], fields),
            **context,
            **frame,
        )


@get("/{slug:str}/welcome", name="welcome", include_in_schema=False)
async def show_welcome(request: Asked) -> Response[str]:
    """How far the first steps are, as the board shows them: asked for when something that ticks one changed."""
    async with reading(request) as lane:
        frame = await shell(lane, "pipeline")
        steps = await welcome_of(lane, is_dismissed=frame["display"].welcome_dismissed)
        return page(request, "agency/_welcome.html", welcome=steps, **frame)


@get("/{slug:str}/clients/{client_id:uuid}/card", name="client-card", include_in_schema=False)
async def show_card(request: Asked, client_id: Id) -> Response[str]:
    """One card, as the board draws it now."""
    async with reading(request) as lane:
        at = await here(lane)
        found = await card(lane, client_id)
        if found is None:
            raise NotFound("client")
        return page(request, "clients/_card.html", card=found, pipeline=at.pipeline)


async def _board(lane: Lane, asked: BoardQuery, at: Here) -> dict[str, Any]:
    asked = await understood(lane, asked, at)
    found = await board(lane, at.pipeline, asked)
    return {
        "here": at,
        "pipeline": at.pipeline,
        "filters": asked,
        "columns": found.columns,
        "chip_counts": found.chips,
        "total": sum(column.count for column in found.columns),
        # What a live update asks for: as deep as this, and in this order, without looking up preferences again.
        "as_drawn": asked.keep
        | {"deep": asked.deep if asked.deep > CARDS_A_COLUMN else None, "mine_first": _said(asked)},
        "deeper": min(asked.deep + CARDS_A_COLUMN, DEEPEST) if asked.deep < DEEPEST else None,
    }


def _said(asked: BoardQuery) -> str | None:
    return None if asked.mine_first is None else str(asked.mine_first).lower()


HANDLERS = [show_board, show_welcome, show_card]
