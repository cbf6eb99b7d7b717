"""`/v1/clients/{id}/copies`: everything that is kept about a client, as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from audienceos.clients.copying import MEDIA, Format, accepted, check_copy, copy_of, encoded
from audienceos.platform.actor import system_of
from audienceos.platform.auth.throttle import EXPORTS, take
from audienceos.platform.db.sessions import Claims
from audienceos.platform.events.recording import record
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.requests import Id, acting, database_of, reading

Asked = Request[Any, Any, Any]


@post(
    "/v1/clients/{client_id:uuid}/copies",
    status_code=200,
    media_type="application/json",
    opt={"people_only": True, OFF: True},
)
async def create_copy(request: Asked, client_id: Id) -> Response[bytes]:
    """Everything that is kept about a client: as JSON, as one CSV, or as a zip with a CSV for each table, as Accept
    says. That it was taken is recorded. Only for admins."""
    return await copied(request, client_id, accepted(request.headers.get("accept", "")))


async def copied(request: Asked, client_id: UUID, how: Format) -> Response[bytes]:
    """The file. Raises `NotFound`, `Forbidden`, `TooMany` beyond the agreed number of exports an hour."""
    async with reading(request) as lane:
        await check_copy(lane, client_id)
        actor = lane.actor
    machinery = Claims(system_of(actor.agency_id, actor.zone))
    async with database_of(request).reading(machinery) as lane:
        copy = await copy_of(lane, client_id)
    async with database_of(request).serving() as db:
        await take(db, EXPORTS, str(actor.agency_id), str(actor.user_id))
    async with acting(request) as db:
        await record(
            db, "client.exported", "client", client_id, client_id=client_id, name=copy.name, format=how
        )
    name = f"client-{copy.made_at[:10]}.{how}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(encoded(copy, how), media_type=MEDIA[how], headers=headers)


HANDLERS = [create_copy]
