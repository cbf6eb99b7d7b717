"""The page of alerts: a list under its headings, and beside it the one that was chosen, at its own address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import shell
from audienceos.alerts.pages.words import HEADINGS, PLACES, PUT_OFF, SEVERITIES, SHOWS, WHY, ended, parted
from audienceos.alerts.queries.listing import (
    ALERTS,
    AlertFilters,
    AlertRow,
    AlertView,
    active_alerts,
    alert_count,
    alert_view,
)
from audienceos.alerts.queries.rules import words_of_rules
from audienceos.alerts.rules import OPEN
from audienceos.clients.queries.names import chosen_of
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.findings import Severity
from audienceos.platform.web.paging import LONGEST_PAGE, From, Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]
EARLIER = 5
"""Closed alerts that are shown beside one of the same client."""


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is asked for: which alerts, and from where on."""

    show: Literal["active", "snoozed", "closed"] = "active"
    severity: list[Severity] = []
    rule: list[str] = []
    client: list[UUID] = []
    cursor: From | None = None

    @property
    def filters(self) -> AlertFilters:
        """The same as the list's filters, whatever is shown."""
        return AlertFilters(severity=self.severity, rule=self.rule, client=self.client)

    @property
    def shown(self) -> AlertFilters:
        """The filters of what is shown."""
        statuses: dict[str, Any] = {
            "active": ["active"],
            "snoozed": ["snoozed"],
            "closed": ["dismissed", "resolved"],
        }
        return msgspec.structs.replace(self.filters, status=statuses[self.show])

    @property
    def in_address(self) -> dict[str, object]:
        """What was asked, but for the place in the list, as the address says it."""
        asked = self.filters.in_address
        return asked | ({"show": self.show} if self.show != "active" else {})


@get("/{slug:str}/alerts", name="alerts", include_in_schema=False, opt={"query": Looking})
async def show_alerts(request: Asked) -> Response[str]:
    """The list, and room for the one that is chosen; the part alone where a live update asks."""
    return await alerts_page(request, None)


@get("/{slug:str}/alerts/{alert_id:uuid}", name="alert", include_in_schema=False, opt={"query": Looking})
async def show_alert(request: Asked, alert_id: Id) -> Response[str]:
    """One alert with its evidence, beside the list."""
    return await alerts_page(request, alert_id)


@get("/{slug:str}/alerts/badge", name="alerts-badge", include_in_schema=False)
async def show_badge(request: Asked) -> Response[str]:
    """How many are active, as the sidebar shows it, and beside it the dot of a phone's bar."""
    async with reading(request) as lane:
        waiting = await active_alerts(lane)
        return page(request, "web/_badge.html", route="alerts", count=waiting.count, dotted=waiting.is_grave)


async def alerts_page(request: Asked, alert_id: UUID | None, sent: Sent | None = None) -> Response[str]:
    """The page, with what was typed into a form that was refused. Raises `NotFound`."""
    sent, looking = sent or Sent(), filters_from(request, Looking)
    async with reading(request) as lane:
        alert = await alert_view(lane, alert_id) if alert_id else None
        context = await _list(lane, looking) | {"sent": sent, "alert": alert, "zone": lane.actor.zone}
        context |= await _beside(lane, alert) if alert else {}
        if wants_fragment(request):
            return page(request, "alerts/_alerts.html", status=sent.status, **context)
        frame = await shell(lane, "alerts")
        return page(request, "alerts/alerts.html", status=sent.status, **frame | context)


async def _list(lane: Lane, looking: Looking) -> dict[str, Any]:
    asked = Listed(limit=LONGEST_PAGE, cursor=looking.cursor)
    sort = "closed" if looking.show == "closed" else "severity"
    found = await _alerts(lane, looking.shown, asked, sort)
    words = words_of_rules()
    return {
        "looking": looking,
        "parts": parted(found.items, looking.show),
        "next_cursor": found.next_cursor,
        "counts": await alert_count(lane, looking.filters),
        "chosen_clients": await chosen_of(lane, looking.client),
        "rules": words,
        "severities": SEVERITIES,
        "shows": SHOWS,
        "headings": HEADINGS,
        "actor": lane.actor,
    }


async def _beside(lane: Lane, alert: AlertView) -> dict[str, Any]:
    """What stands beside the alert: how it may be put off, and how earlier ones of its client ended."""
    earlier: list[AlertRow] = []
    if alert.client_id is not None:
        closed = AlertFilters(client=[alert.client_id], status=["dismissed", "resolved"])
        found = await _alerts(lane, closed, Listed(limit=EARLIER + 1), "closed")
        earlier = [row for row in found.items if row.id != alert.id][:EARLIER]
    now = clock.now()
    offered: list[dict[str, Any]] = alert.metadata.get("suggested_actions", [])
    return {
        "earlier": earlier,
        "ended": ended,
        "is_open": alert.status in OPEN,
        "suggestions": list(enumerate(offered, 1)),
        "put_off": [(value, words, now + by) for value, words, by in PUT_OFF],
        "reasons": WHY,
        "evidence_at": PLACES,
        "soonest": (now + timedelta(minutes=5)).astimezone(lane.actor.tz),
    }


async def _alerts(lane: Lane, asked: AlertFilters, listed: Listed, sort: str) -> Page[AlertRow]:
    form = {"form": asked.form, "is_admin": lane.actor.is_admin}
    return await ALERTS.page(lane, listed, sort=sort, binds=asked.binds, **form)


HANDLERS = [show_alerts, show_alert, show_badge]
