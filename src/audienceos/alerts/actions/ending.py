"""Put an alert off, dismiss it, call it over. What may follow what is `rules.TRANSITIONS`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audienceos.alerts.access import alert_for
from audienceos.alerts.actions.telling import close, tell, tell_client
from audienceos.alerts.forms import DismissalIn, EndIn, SnoozeIn
from audienceos.alerts.models import Alert
from audienceos.alerts.rules import LONGEST_SNOOZE, REASONS, SNOOZES, TRANSITIONS, Closing
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid

# The look at an agency locks its row before an agency's own alerts: so does whoever puts one off.
_BACK_BY = """
insert into alert_watch (agency_id, due_at) values ($1, $2)
on conflict (agency_id) do update set due_at = least(alert_watch.due_at, excluded.due_at)"""


async def snooze(db: Db, alert_id: UUID, data: SnoozeIn) -> Alert:
    """Keep quiet about it until then, unless it gets worse; then it comes back, if its cause is still there.

    Raises `NotFound`, `Conflict` for a closed one, `Invalid` for a time that has passed or is more than a year away.
    """
    until = _until(data)
    await (await db.raw()).execute(_BACK_BY, db.actor.agency_id, until)
    alert = await may(db, alert_id, "snooze")
    alert.status, alert.snoozed_until = "snoozed", until
    kept = alert.context or {}
    times = kept.get("snooze", {}).get("count", 0) + 1
    alert.context = kept | {"snooze": {"by": str(db.actor.person), "count": times}}
    await tell(db, "alert.snoozed", alert, until=until.isoformat())
    await tell_client(db, alert.client_id)
    return alert


async def wake(db: Db, alert_id: UUID) -> Alert:
    """End its rest; one that doesn't rest stays as it is. Raises `NotFound`, `Conflict` for a closed one."""
    alert = await alert_for(db, alert_id, to="change")
    if alert.status == "active":
        return alert
    check(alert, "wake")
    alert.status, alert.snoozed_until = "active", None
    await tell(db, "alert.woken", alert, how="by_person")
    await tell_client(db, alert.client_id)
    return alert


async def dismiss(db: Db, alert_id: UUID, data: DismissalIn) -> Alert:
    """Say that nothing need be done, and why. Its condition isn't raised again for a week.

    Raises `NotFound`, `Conflict` for a closed one, `Invalid` for another reason that isn't said.
    """
    if data.reason == "other" and not data.text:
        raise Invalid.at("text", "Say which other reason")
    alert = await may(db, alert_id, "dismiss")
    said = {"reason": data.reason, "text": data.text, "by": str(db.actor.person)}
    alert.context = (alert.context or {}) | {"dismiss": said | {"at": clock.now().isoformat()}}
    closing = Closing(how="dismissed", reason=data.reason, was_acted_on=alert.acted_at is not None)
    words = REASONS[data.reason] if not data.text else f"{REASONS[data.reason]}: {data.text}"
    await close(db, alert, "dismissed", closing, "alert.dismissed", reason=words)
    await tell_client(db, alert.client_id)
    return alert


async def resolve(db: Db, alert_id: UUID, data: EndIn) -> Alert:
    """Call it over: somebody has seen to it. Raises `NotFound`, `Conflict` for a closed one."""
    alert = await may(db, alert_id, "resolve")
    if data.note:
        alert.context = (alert.context or {}) | {"resolution": {"note": data.note}}
    await close(db, alert, "resolved", Closing(how="resolved"), note=data.note)
    await tell_client(db, alert.client_id)
    return alert


async def may(db: Db, alert_id: UUID, verb: str) -> Alert:
    """The alert, locked, if that may be done to it. Raises `NotFound`, and `Conflict` with what is allowed."""
    alert = await alert_for(db, alert_id, to="change")
    check(alert, verb)
    return alert


def check(alert: Alert, verb: str) -> None:
    """Raises `Conflict` with what is allowed, where that may not be done to it now."""
    allowed = TRANSITIONS[alert.status]
    if verb not in allowed:
        why = (
            f"It is {alert.status}. What is closed stays as it is."
            if not allowed
            else f"It is {alert.status}."
        )
        raise Conflict(why, code="transition_refused", extra={"status": alert.status, "allowed": [*allowed]})


def _until(data: SnoozeIn) -> datetime:
    now = clock.now()
    if data.preset is not None:
        return now + SNOOZES[data.preset]
    if data.until is None:
        raise Invalid.at("until", "Say until when")
    if data.until.tzinfo is None:
        raise Invalid.at("until", "Say in which time zone, as in 2026-03-04T09:00:00Z")
    if not now < data.until <= now + LONGEST_SNOOZE:
        raise Invalid.at("until", "Choose a time to come, within a year")
    return data.until
