"""The tab of a client's page with their alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, faces_of, here, shell
from audienceos.alerts.pages.words import ended
from audienceos.alerts.queries.listing import ALERTS, AlertFilters, alert_count
from audienceos.alerts.queries.rules import words_of_rules
from audienceos.clients.ports import ClientTab, add_tab
from audienceos.clients.queries.frame import client_frame
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]
SHOWN = 50


async def active_of(lane: Lane, client_id: UUID) -> int | None:
    """How many of the client's alerts are active; None instead of 0."""
    return (await alert_count(lane, AlertFilters(client=[client_id], status=["active"]))).active or None


add_tab(ClientTab("client-alerts", "Alerts", 40, active_of))


@get("/{slug:str}/clients/{client_id:uuid}/alerts", name="client-alerts", include_in_schema=False)
async def show_alerts(request: Asked, client_id: Id) -> Response[str]:
    """The client's alerts: those that stand, the gravest first, then those that ended."""
    async with reading(request) as lane:
        at = await here(lane)
        context = await client_frame(lane, client_id, at, "client-alerts")
        there = AlertFilters(client=[client_id], status=["active", "snoozed"])
        gone = AlertFilters(client=[client_id], status=["dismissed", "resolved"])
        people = await PEOPLE.all(lane)
        context |= {
            "part": "alerts/_of_client.html",
            "there": (await _some(lane, there, "severity")),
            "gone": (await _some(lane, gone, "closed")),
            "rules": words_of_rules(),
            "ended": ended,
            "sent": Sent(),
            "people": people,
            "faces": faces_of(people),
            "looking": {"notes": None, "moves": None, "activity": None},
        }
        if wants_fragment(request):
            return page(request, "clients/_client.html", **context)
        return page(request, "clients/client.html", **context | await shell(lane, "clients", at))


async def _some(lane: Lane, asked: AlertFilters, sort: str) -> list[Any]:
    form = {"form": asked.form, "is_admin": lane.actor.is_admin}
    return (await ALERTS.page(lane, Listed(limit=SHOWN), sort=sort, binds=asked.binds, **form)).items


HANDLERS = [show_alerts]
