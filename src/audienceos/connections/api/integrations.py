"""`/v1/integrations`, `/v1/authorisations` and `/v1/integration-apps`: services, and the way into them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import JSONBody

from audienceos.agency.access import require_admin
from audienceos.connections.actions.connecting import Checked, Ended, check, disconnect
from audienceos.connections.actions.setting_up import configure, remove_app, save_app
from audienceos.connections.actions.starting import begin, keep_start
from audienceos.connections.actions.syncing import ask_for_sync
from audienceos.connections.entering import door_of
from audienceos.connections.forms import (
    AppIn,
    AppView,
    Authorisation,
    AuthorisationIn,
    Configuration,
    IntegrationView,
    RunView,
)
from audienceos.connections.queries import APPS, ROW, SYNC_RUNS, integration_view, integrations
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, reading
from audienceos.platform.web.scopes import PEOPLE_ONLY

Asked = Request[Any, Any, Any]


class Queued(msgspec.Struct, frozen=True):
    """A reading waits for its turn; asked for again before that, it is the same."""

    integration_id: UUID


@get("/v1/integrations")
async def list_integrations(request: Asked) -> Page[IntegrationView]:
    """How the agency stands with every service there is, connected or not."""
    async with reading(request) as lane:
        return Page(await integrations(lane))


@get("/v1/integrations/{integration_id:uuid}")
async def show_integration(request: Asked, integration_id: Id) -> IntegrationView:
    """How the agency stands with one that was connected once."""
    async with reading(request) as lane:
        return await integration_view(lane, integration_id)


@post("/v1/authorisations", opt={PEOPLE_ONLY: True})
async def create_authorisation(request: Asked, data: JSONBody[AuthorisationIn]) -> Authorisation:
    """Begin to connect a service: where you go to grant access, in the browser you asked with. Only for admins, but for
    a mailbox of your own.
    """
    door = await door_of(request)
    address, what = await begin(door.database, door.settings, door.actor, data.provider, is_own=data.is_own)
    async with acting(request) as db:
        await keep_start(db, what)
    return Authorisation(address, what.ends)


@post("/v1/integrations/{integration_id:uuid}/disconnection")
async def create_disconnection(request: Asked, integration_id: Id) -> Ended:
    """End the connection and wipe its grant; what was read stays. Only for admins."""
    door = await door_of(request)
    return await disconnect(door.database, door.opening, integration_id)


@post("/v1/integrations/{integration_id:uuid}/tests")
async def create_integration_test(request: Asked, integration_id: Id) -> Checked:
    """Ask the service whether it knows us. Only for admins."""
    door = await door_of(request)
    return await check(door.database, door.opening, integration_id)


@get("/v1/integrations/{integration_id:uuid}/configuration")
async def show_configuration(request: Asked, integration_id: Id) -> Configuration:
    """How the service is used."""
    async with reading(request) as lane:
        return msgspec.convert((await integration_view(lane, integration_id)).config, Configuration)


@put("/v1/integrations/{integration_id:uuid}/configuration")
async def update_configuration(
    db: Transaction, integration_id: Id, data: JSONBody[Configuration]
) -> Configuration:
    """Set how the service is used; what is left out goes back to its default. Only for admins."""
    await configure(db, integration_id, data)
    return data


@get("/v1/integrations/{integration_id:uuid}/syncs", opt={"query": Listed})
async def list_syncs(request: Asked, integration_id: Id) -> Page[RunView]:
    """The last readings and what they came to, the newest first."""
    asked = filters_from(request, Listed)
    async with reading(request) as lane:
        await integration_view(lane, integration_id)
        return await SYNC_RUNS.page(lane, asked, sort="newest", binds={ROW.key: integration_id})


@post("/v1/integrations/{integration_id:uuid}/syncs", status_code=202)
async def create_sync(request: Asked, integration_id: Id) -> Queued:
    """Have it read now, at most five times an hour. Only for admins."""
    door = await door_of(request)
    await ask_for_sync(door.database, door.opening, integration_id)
    return Queued(integration_id)


@get("/v1/integration-apps")
async def list_apps(request: Asked) -> Page[AppView]:
    """The agency's own apps at vendors, without their secrets. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, "see the agency's own apps")
        return Page(await APPS.all(lane))


@post("/v1/integration-apps")
async def create_app(request: Asked, data: JSONBody[AppIn]) -> AppView:
    """Give the agency's own app at a vendor, in the place of an earlier one. Only for admins."""
    door = await door_of(request)
    app_id = await save_app(door.database, door.opening, data)
    async with reading(request) as lane:
        return next(app for app in await APPS.all(lane) if app.id == app_id)


@delete("/v1/integration-apps/{app_id:uuid}")
async def remove_own_app(db: Transaction, app_id: Id) -> None:
    """Take the agency's own app out, with its secrets. Only for admins."""
    await remove_app(db, app_id)


HANDLERS = [
    list_integrations,
    show_integration,
    create_authorisation,
    create_disconnection,
    create_integration_test,
    show_configuration,
    update_configuration,
    list_syncs,
    create_sync,
    list_apps,
    create_app,
    remove_own_app,
]
