"""The web process, composed: every room's pages and nouns, and what each room needs from the others.

One of the few files that know every room. Nothing is decided here; it only says who answers whom.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware

from audienceos.agency import events as agency_events
from audienceos.agency import web as agency
from audienceos.agency.auditing import tell_words
from audienceos.agency.directory import AgencyDirectory
from audienceos.agency.presence import Presence
from audienceos.alerts import events as alerts_events
from audienceos.alerts import web as alerts
from audienceos.between import introduce
from audienceos.clients import events as clients_events
from audienceos.clients import web as clients
from audienceos.clients.exhibits import EXHIBITS
from audienceos.clients.queries import finding as finding_clients
from audienceos.connecting import tell_connections
from audienceos.connections import events as connections_events
from audienceos.connections import web as connections
from audienceos.dashboard import events as dashboard_events
from audienceos.dashboard import web as dashboard
from audienceos.inbox import events as inbox_events
from audienceos.inbox import web as inbox
from audienceos.notifications import events as notifications_events
from audienceos.notifications import web as notifications
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.auth.sessions import LastSeen
from audienceos.platform.auth.visiting import Addresses, opening_of
from audienceos.platform.db.database import Database
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.routes import live_route
from audienceos.platform.settings import Settings
from audienceos.platform.storage.store import keep_files, storage_of
from audienceos.platform.web import health, openapi
from audienceos.platform.web.away import away_worker
from audienceos.platform.web.errors import HANDLERS
from audienceos.platform.web.finding import answer_finding
from audienceos.platform.web.idempotency import keep
from audienceos.platform.web.kit import kit_handlers
from audienceos.platform.web.limits import BODY_BYTES, Limits
from audienceos.platform.web.manners import Manners, enclose
from audienceos.platform.web.noticing import Noticing
from audienceos.platform.web.packing import PACKING
from audienceos.platform.web.requests import DEPENDENCIES, refusal_of
from audienceos.platform.web.security import own_origins
from audienceos.platform.web.static_files import Assets, static_file
from audienceos.platform.web.templating import environment
from audienceos.providers.gmail import web as gmail
from audienceos.providers.slack import web as slack
from audienceos.tickets import events as tickets_events
from audienceos.tickets import web as tickets
from audienceos.tickets.queries import finding as finding_tickets

ROOMS: tuple[Any, ...] = (
    agency,
    clients,
    tickets,
    inbox,
    notifications,
    dashboard,
    alerts,
    connections,
    gmail,
    slack,
)
"""Rooms with addresses of their own."""


class Parts(msgspec.Struct, frozen=True):
    """What one web process is made of."""

    settings: Settings
    database: Database
    hub: Hub
    auth: Auth
    assets: Assets


def parts_of(settings: Settings, database: Database, hub: Hub) -> Parts:
    """Put a process's parts together. Raises `FileNotFoundError` when the front-end files aren't built."""
    keep_files(storage_of(settings))
    tell_connections(settings)
    directory = AgencyDirectory(database)
    auth = Auth(database, settings, Passwords(settings), directory)
    return Parts(settings, database, hub, auth, Assets())


def build_app(parts: Parts, more: Sequence[Any] = (), limits: Limits | None = None) -> Litestar:
    """The application over these parts. `more` are handlers of a test's own, `limits` counts by its clock."""
    noticing = Noticing(LastSeen(parts.database, parts.settings), Presence(parts.database))

    @asynccontextmanager
    async def listening(app: Litestar) -> AsyncGenerator[None]:
        async with parts.hub.running(), noticing.running():
            yield

    _introduce()
    app = Litestar(
        route_handlers=[
            static_file,
            away_worker,
            live_route(parts.hub, parts.database, opening_of, refusal_of),
            *(handler for room in ROOMS for handler in room.HANDLERS),
            *health.HANDLERS,
            *openapi.HANDLERS,
            *kit_handlers(parts.settings, EXHIBITS),
            *more,
        ],
        dependencies=cast("dict[str, Any]", DEPENDENCIES),
        compression_config=PACKING,
        middleware=[DefineMiddleware(Manners, limits=limits or Limits())],
        after_request=keep,
        exception_handlers=HANDLERS,
        lifespan=[listening],
        request_max_body_size=BODY_BYTES,
        state=_state(parts, noticing),
        openapi_config=None,
        logging_config=None,  # `configure_logs` says how
    )
    return enclose(app, parts.settings)


def _introduce() -> None:
    """Say who answers whom, once a process."""
    clients.answer_ports()
    tickets.answer_ports()
    inbox.answer_ports()
    notifications.answer_ports()
    alerts.answer_ports()
    introduce()
    rooms = (
        agency_events,
        clients_events,
        tickets_events,
        inbox_events,
        alerts_events,
        notifications_events,
        dashboard_events,
        connections_events,
    )
    tell_words({name: words for room in rooms for name, words in room.PUBLISHED.items()})
    answer_finding(finding_clients.FINDING)
    answer_finding(finding_tickets.FINDING)


def _state(parts: Parts, noticing: Noticing) -> State:
    """What handlers find by name."""
    addresses = Addresses(parts.auth.directory)
    parts.hub.heed(addresses.hear)
    return State(
        {
            "settings": parts.settings,
            "database": parts.database,
            "hub": parts.hub,
            "auth": parts.auth,
            "assets": parts.assets,
            "addresses": addresses,
            "noticing": noticing,
            "origins": own_origins(parts.settings),
            "templates": environment(parts.assets, reload=parts.settings.environment == "development"),
        }
    )
