"""The page on which an admin takes out everything that is kept about a client."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here, shell
from audienceos.clients.api.copies import copied
from audienceos.clients.copying import Format
from audienceos.clients.queries.one import client_view
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


class CopyIn(Form):
    """In which shape."""

    format: Format = "json"


@get("/{slug:str}/clients/{client_id:uuid}/copy", name="client-copy", include_in_schema=False)
async def ask(request: Asked, client_id: Id) -> Response[str]:
    """What will be in it, and in which shape it is wanted."""
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        require_admin(lane.actor, "take out everything that is kept of a client")
        return page(request, "clients/copy.html", client=client, **await shell(lane, "clients", at))


@post("/{slug:str}/clients/{client_id:uuid}/copy", name="client-copy-make", include_in_schema=False)
async def make(request: Asked, client_id: Id) -> Response[bytes]:
    """The file."""
    return await copied(request, client_id, (await from_form(request, CopyIn)).format)


HANDLERS = [ask, make]
