"""The button of a client's and of a ticket's page: watch it, or no longer; and the same as nouns of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.params import FromPath

from audienceos.notifications.actions.watching import unwatch, watch
from audienceos.notifications.ports import find_ticket
from audienceos.notifications.queries import WATCHES, WatchView
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, reading
from audienceos.platform.web.sent import Nothing

Asked = Request[Any, Any, Any]
Number = FromPath[int]


@get("/v1/watches", opt={"query": Listed})
async def list_watches(request: Asked) -> Page[WatchView]:
    """The clients and tickets that you watch, the latest first."""
    asked = filters_from(request, Listed)
    async with reading(request) as lane:
        return await WATCHES.page(lane, asked, sort="newest")


@post("/v1/clients/{client_id:uuid}/watch", status_code=204)
async def watch_client(db: Transaction, client_id: Id) -> None:
    """Be told of the client as if you looked after it. Watched already, it stays so."""
    await watch(db, client_id)


@delete("/v1/clients/{client_id:uuid}/watch")
async def unwatch_client(db: Transaction, client_id: Id) -> None:
    """Watch the client no longer."""
    await unwatch(db, client_id)


@post("/v1/tickets/{number:int}/watch", status_code=204)
async def watch_ticket(db: Transaction, number: Number) -> None:
    """Be told of the ticket as if it were yours. Watched already, it stays so."""
    await watch(db, *await find_ticket(db, number))


@delete("/v1/tickets/{number:int}/watch")
async def unwatch_ticket(db: Transaction, number: Number) -> None:
    """Watch the ticket no longer."""
    await unwatch(db, *await find_ticket(db, number))


@post("/{slug:str}/clients/{client_id:uuid}/watch", name="client-watch", include_in_schema=False)
async def begin_with_client(request: Asked, client_id: Id) -> Response[Any]:
    """Watch the client."""
    return await _did(request, lambda db: watch(db, client_id), "client", client_id=str(client_id))


@post(
    "/{slug:str}/clients/{client_id:uuid}/watch/removal", name="client-watch-removal", include_in_schema=False
)
async def end_with_client(request: Asked, client_id: Id) -> Response[Any]:
    """Watch it no longer."""
    return await _did(request, lambda db: unwatch(db, client_id), "client", client_id=str(client_id))


@post("/{slug:str}/tickets/{number:int}/watch", name="ticket-watch", include_in_schema=False)
async def begin_with_ticket(request: Asked, number: Number) -> Response[Any]:
    """Watch the ticket."""

    async def act(db: Db) -> None:
        await watch(db, *await find_ticket(db, number))

    return await _did(request, act, "ticket", number=number)


@post("/{slug:str}/tickets/{number:int}/watch/removal", name="ticket-watch-removal", include_in_schema=False)
async def end_with_ticket(request: Asked, number: Number) -> Response[Any]:
    """Watch it no longer."""

    async def act(db: Db) -> None:
        await unwatch(db, *await find_ticket(db, number))

    return await _did(request, act, "ticket", number=number)


async def _did(
    request: Asked, act: Callable[[Db], Awaitable[None]], page: str, **parts: Any
) -> Response[Any]:
    """Act, and go back to the page of what it was about."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await act(db)
    to = request.app.route_reverse(page, slug=request.path_params["slug"], **parts)
    return Response(None, status_code=303, headers={"Location": to})


HANDLERS = [
    list_watches,
    watch_client,
    unwatch_client,
    watch_ticket,
    unwatch_ticket,
    begin_with_client,
    end_with_client,
    begin_with_ticket,
    end_with_ticket,
]
