"""`/v1/clients/{id}/merges`: another client turned out to be this one."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import JSONBody

from audienceos.clients.actions.merging import merge_clients
from audienceos.clients.forms import ClientView
from audienceos.clients.forms.tasks import MergeIn
from audienceos.clients.queries.one import client_view
from audienceos.platform.web.etags import with_etag
from audienceos.platform.web.requests import Id, Transaction, lane_of


@post("/v1/clients/{client_id:uuid}/merges", status_code=200)
async def create_merge(db: Transaction, client_id: Id, data: JSONBody[MergeIn]) -> Response[ClientView]:
    """Bring all that hangs from another client to this one; the other is gone for good. Only for admins."""
    stays = await merge_clients(db, client_id, data)
    client = await client_view(await lane_of(db), stays.id)
    return with_etag(client, client.version)


HANDLERS = [create_merge]
