"""Merging two clients that turned out to be one: find the other, choose what is right, do it. For admins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here, shell
from audienceos.clients.actions.merging import merge_clients
from audienceos.clients.forms import ClientRow
from audienceos.clients.forms.tasks import MergeIn
from audienceos.clients.pages.client import to_client
from audienceos.clients.queries.listing import CLIENTS, ClientQuery
from audienceos.clients.queries.one import client_view
from audienceos.clients.words import name_key
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

FOUND = 10
FIELDS = {
    "name": "Company name",
    "domain": "Website",
    "lifetime_value": "Lifetime value",
    "total_spend": "Spend",
    "install_date": "Went live",
    "notes": "About this client",
}


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """By which words the other is looked for, and which one it is."""

    q: str | None = None
    other: UUID | None = None


@get(
    "/{slug:str}/clients/{client_id:uuid}/merge",
    name="client-merge",
    include_in_schema=False,
    opt={"query": Looking},
)
async def ask(request: Asked, client_id: Id) -> Response[str]:
    """Clients of the same name or by what was typed; then both side by side."""
    return await _ask(request, client_id, filters_from(request, Looking))


@post("/{slug:str}/clients/{client_id:uuid}/merge", name="client-merge-make", include_in_schema=False)
async def merge(request: Asked, client_id: Id) -> Response[Any]:
    """Do it, and go to the one that stays."""
    other: UUID | None = None
    try:
        data = await from_form(request, MergeIn)
        other = data.other_id
        async with acting(request) as db:
            await merge_clients(db, client_id, data)
    except (Invalid, Conflict) as wrong:
        return await _ask(request, client_id, Looking(other=other), wrong)
    return to_client(request, client_id)


async def _ask(
    request: Asked, client_id: UUID, looking: Looking, wrong: Invalid | Conflict | None = None
) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        require_admin(lane.actor, "merge clients")
        query = ClientQuery(q=looking.q or client.name, activity="all", limit=FOUND)
        listed = await CLIENTS.page(lane, query, sort="name", binds=query.binds, form=query.form)
        found = [row for row in listed.items if row.id != client_id]
        chosen = looking.other or (_namesake(client.name, found) if looking.q is None else None)
        other = await client_view(lane, chosen) if chosen and chosen != client_id else None
        return page(
            request,
            "clients/merge.html",
            status=200 if wrong is None else 409 if isinstance(wrong, Conflict) else 422,
            client=client,
            other=other,
            looking=looking,
            found=found,
            fields=[
                (name, words, getattr(client, name), getattr(other, name))
                for name, words in FIELDS.items()
                if other and getattr(other, name) not in (None, getattr(client, name))
            ],
            faults={"": wrong.detail if isinstance(wrong, Conflict) else "Choose another client"}
            if wrong
            else {},
            **await shell(lane, "clients", at),
        )


def _namesake(name: str, found: list[ClientRow]) -> UUID | None:
    """The first of the same name, which is most likely meant."""
    return next((row.id for row in found if name_key(row.name) == name_key(name)), None)


HANDLERS = [ask, merge]
