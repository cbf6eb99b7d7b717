"""`/v1/alerts`: list, show, count, and what people do about one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.params import JSONBody

from audienceos.alerts.actions.deciding import approve, escalate, reject
from audienceos.alerts.actions.ending import dismiss, resolve, snooze, wake
from audienceos.alerts.forms import DecisionIn, DismissalIn, EndIn, EscalationIn, SnoozeIn
from audienceos.alerts.queries.listing import (
    ALERTS,
    AlertCount,
    AlertFilters,
    AlertQuery,
    AlertRow,
    AlertView,
    alert_count,
    alert_view,
)
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/alerts", opt={"query": AlertQuery})
async def list_alerts(request: Asked) -> Page[AlertRow]:
    """Alerts that match, the gravest first and of those the newest, unless another order is asked for."""
    async with reading(request) as lane:
        asked = filters_from(request, AlertQuery)
        form = {"form": asked.form, "is_admin": lane.actor.is_admin}
        return await ALERTS.page(lane, asked, sort=asked.sort, binds=asked.binds, **form)


@get("/v1/alerts/{alert_id:uuid}")
async def show_alert(request: Asked, alert_id: Id) -> AlertView:
    """One alert, with its evidence and its suggestions."""
    async with reading(request) as lane:
        return await alert_view(lane, alert_id)


@get("/v1/alert-counts", opt={"query": AlertFilters})
async def show_alert_counts(request: Asked) -> AlertCount:
    """How many alerts match, and how many of them are active, rest or are closed."""
    async with reading(request) as lane:
        return await alert_count(lane, filters_from(request, AlertFilters))


@post("/v1/alerts/{alert_id:uuid}/snooze", status_code=200)
async def create_snooze(db: Transaction, alert_id: Id, data: JSONBody[SnoozeIn]) -> AlertView:
    """Put it off. It comes back at that time if its cause is still there, and sooner if it gets worse."""
    await snooze(db, alert_id, data)
    return await _now(db, alert_id)


@delete("/v1/alerts/{alert_id:uuid}/snooze", status_code=200)
async def remove_snooze(db: Transaction, alert_id: Id) -> AlertView:
    """End its rest."""
    await wake(db, alert_id)
    return await _now(db, alert_id)


@post("/v1/alerts/{alert_id:uuid}/dismissal", status_code=200)
async def create_dismissal(db: Transaction, alert_id: Id, data: JSONBody[DismissalIn]) -> AlertView:
    """Say that nothing need be done, and why. 409 with `allowed` for a closed one."""
    await dismiss(db, alert_id, data)
    return await _now(db, alert_id)


@post("/v1/alerts/{alert_id:uuid}/resolution", status_code=200)
async def create_alert_resolution(db: Transaction, alert_id: Id, data: JSONBody[EndIn]) -> AlertView:
    """Call it over. 409 with `allowed` for a closed one."""
    await resolve(db, alert_id, data)
    return await _now(db, alert_id)


@post("/v1/alerts/{alert_id:uuid}/escalation", status_code=200)
async def create_escalation(db: Transaction, alert_id: Id, data: JSONBody[EscalationIn]) -> AlertView:
    """Pass it on, as a ticket for the client's owner. Once: again changes nothing."""
    await escalate(db, alert_id, data)
    return await _now(db, alert_id)


@post("/v1/alerts/{alert_id:uuid}/approvals", status_code=200)
async def create_approval(db: Transaction, alert_id: Id, data: JSONBody[DecisionIn]) -> AlertView:
    """Say yes to a suggestion: it is done at once, in one's own name. Once: again changes nothing."""
    await approve(db, alert_id, data.action)
    return await _now(db, alert_id)


@post("/v1/alerts/{alert_id:uuid}/rejections", status_code=200)
async def create_rejection(db: Transaction, alert_id: Id, data: JSONBody[DecisionIn]) -> AlertView:
    """Say no to a suggestion."""
    await reject(db, alert_id, data.action)
    return await _now(db, alert_id)


async def _now(db: Db, alert_id: UUID) -> AlertView:
    """The alert as it now stands in this transaction."""
    return await alert_view(await lane_of(db), alert_id)


HANDLERS = [
    list_alerts,
    show_alert,
    show_alert_counts,
    create_snooze,
    remove_snooze,
    create_dismissal,
    create_alert_resolution,
    create_escalation,
    create_approval,
    create_rejection,
]
