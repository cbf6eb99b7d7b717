"""What each form of an alert's page does: act and come back, or show what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, post
from msgspec import Meta

from audienceos.agency.access import agency_for
from audienceos.alerts.actions.deciding import approve, escalate, reject
from audienceos.alerts.actions.ending import dismiss, resolve, snooze, wake
from audienceos.alerts.actions.switching import switch_rule
from audienceos.alerts.forms import DecisionIn, DismissalIn, EndIn, EscalationIn, SnoozeIn, SwitchIn
from audienceos.alerts.pages.alerts import alerts_page
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import Id, acting
from audienceos.platform.web.sent import Nothing, taken
from audienceos.platform.web.templating import moment, told
from audienceos.platform.web.toasts import Act, Toast

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)


class SnoozeForm(Form):
    """For how long it is put off: by a button, or until a time on the wall of the agency's zone."""

    preset: str | None = None
    until: Annotated[str, Meta(max_length=40)] | None = None


@post("/{slug:str}/alerts/{alert_id:uuid}/snooze", name="alert-snooze", include_in_schema=False)
async def create_snooze(request: Asked, alert_id: Id) -> Response[Any]:
    """Put it off, with a way back."""

    async def act(db: Db, data: SnoozeForm) -> Toast:
        agency = await agency_for(db)
        alert = await snooze(db, alert_id, _snooze(data, ZoneInfo(agency.timezone)))
        assert alert.snoozed_until is not None
        back = Act("Undo", _to(request, "alert-snooze-removal", alert_id))
        return Toast(f"Quiet until {moment(alert.snoozed_until, agency.timezone)}", act=back)

    return await take(request, alert_id, "snooze", SnoozeForm, act)


@post(
    "/{slug:str}/alerts/{alert_id:uuid}/snooze/removal", name="alert-snooze-removal", include_in_schema=False
)
async def delete_snooze(request: Asked, alert_id: Id) -> Response[Any]:
    """End its rest."""
    return await take(
        request, alert_id, "wake", Nothing, lambda db, _: _said(wake(db, alert_id), "It is back")
    )


@post("/{slug:str}/alerts/{alert_id:uuid}/dismissal", name="alert-dismissal", include_in_schema=False)
async def create_dismissal(request: Asked, alert_id: Id) -> Response[Any]:
    """Say that nothing need be done, and why."""
    words = "Dismissed. It isn't raised again for a week"
    return await take(
        request,
        alert_id,
        "dismissal",
        DismissalIn,
        lambda db, data: _said(dismiss(db, alert_id, data), words),
    )


@post("/{slug:str}/alerts/{alert_id:uuid}/resolution", name="alert-resolution", include_in_schema=False)
async def create_resolution(request: Asked, alert_id: Id) -> Response[Any]:
    """Call it over."""
    return await take(
        request,
        alert_id,
        "resolution",
        EndIn,
        lambda db, data: _said(resolve(db, alert_id, data), "Resolved"),
    )


@post("/{slug:str}/alerts/{alert_id:uuid}/escalation", name="alert-escalation", include_in_schema=False)
async def create_escalation(request: Asked, alert_id: Id) -> Response[Any]:
    """Pass it on as a ticket."""
    words = "Passed on as a ticket"
    return await take(
        request,
        alert_id,
        "escalation",
        EscalationIn,
        lambda db, data: _said(escalate(db, alert_id, data), words),
    )


@post("/{slug:str}/alerts/{alert_id:uuid}/approvals", name="alert-approvals", include_in_schema=False)
async def create_approval(request: Asked, alert_id: Id) -> Response[Any]:
    """Say yes to a suggestion: it is done."""

    async def act(db: Db, data: DecisionIn) -> Toast:
        alert = await approve(db, alert_id, data.action)
        done = (alert.context or {})["suggested_actions"][data.action - 1]
        return Toast(f"Done: {done['words']}")

    return await take(request, alert_id, "decision", DecisionIn, act)


@post("/{slug:str}/alerts/{alert_id:uuid}/rejections", name="alert-rejections", include_in_schema=False)
async def create_rejection(request: Asked, alert_id: Id) -> Response[Any]:
    """Say no to one."""
    return await take(
        request,
        alert_id,
        "decision",
        DecisionIn,
        lambda db, data: _said(reject(db, alert_id, data.action), "Left undone"),
    )


@post("/{slug:str}/alerts/rules", name="alert-rule-switch", include_in_schema=False)
async def create_switch(request: Asked) -> Response[Any]:
    """Switch a rule on or off."""
    async with acting(request) as db:
        data = await from_form(request, SwitchIn)
        await switch_rule(db, data)
    to = request.app.route_reverse("alert-rules", slug=request.path_params["slug"])
    answer = Response(None, status_code=303, headers={"Location": to})
    words = "It speaks from the next look on" if data.is_on else "It is silent from the next look on"
    return told(request, answer, Toast(words))


async def take(
    request: Asked,
    alert_id: UUID,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[Toast]],
) -> Response[Any]:
    """Take a form of the page (`taken`), and come back to the alert."""
    back = Response(None, status_code=303, headers={"Location": _to(request, "alert", alert_id)})
    return await taken(request, form, shape, act, lambda sent: alerts_page(request, alert_id, sent), back)


async def _said(done: Awaitable[object], words: str) -> Toast:
    await done
    return Toast(words)


def _snooze(data: SnoozeForm, zone: ZoneInfo) -> SnoozeIn:
    try:
        until = datetime.fromisoformat(data.until) if data.until else None
    except ValueError:
        raise Invalid.at("until", "Give a day and a time, such as 2026-03-04T09:00") from None
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=zone)
    if data.preset not in (None, "1h", "1d", "1w"):
        raise Invalid.at("preset", "Choose one of the times offered")
    return SnoozeIn(preset=data.preset, until=until)  # pyright: ignore[reportArgumentType]


def _to(request: Asked, route: str, alert_id: UUID) -> str:
    return request.app.route_reverse(route, slug=request.path_params["slug"], alert_id=alert_id)


HANDLERS = [
    create_snooze,
    delete_snooze,
    create_dismissal,
    create_resolution,
    create_escalation,
    create_approval,
    create_rejection,
    create_switch,
]
