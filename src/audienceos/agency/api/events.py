"""`/v1/events`: what happened in the agency and by whom, for its admins; and `/v1/event-exports`, the same as a file."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.response import Stream

from audienceos.agency.access import require_admin
from audienceos.agency.audit_file import WHAT, exported
from audienceos.agency.auditing import EVENTS, ORDER, EventQuery, EventView, event_view, shown
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading

Asked = Request[Any, Any, Any]


@get("/v1/events", opt={"query": EventQuery})
async def list_events(request: Asked) -> Page[EventView]:
    """What happened, the latest first. Only for admins; secrets are blotted out."""
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        asked = filters_from(request, EventQuery)
        binds = asked.binds(lane.actor.tz)
        found = await EVENTS.page(lane, asked, sort=ORDER, binds=binds, form=asked.form)
        return msgspec.structs.replace(found, items=[shown(event) for event in found.items])


@get("/v1/events/{event_id:uuid}")
async def show_event(request: Asked, event_id: Id) -> EventView:
    """One of them. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        return await event_view(lane, event_id)


@post(
    "/v1/event-exports",
    status_code=200,
    media_type="text/csv",
    opt={"query": EventQuery, "people_only": True, OFF: True},
)
async def create_event_export(request: Asked) -> Stream:
    """What matches, as CSV (UTF-8, guarded against formulas), times in the agency's zone. Only for admins."""
    return await exported(request, filters_from(request, EventQuery))


HANDLERS = [list_events, show_event, create_event_export]
