"""What follows from every change of an alert: its event, and what its client's health is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from audienceos.alerts.models import Alert
from audienceos.alerts.rules import Closing, verdict
from audienceos.clients.actions.signals import Said, set_signals
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.models import Event
from audienceos.platform.events.recording import record
from audienceos.platform.findings import Level

SOURCE = "alerts"
TELLING: dict[str, Level] = {"critical": "risk", "high": "watch"}
"""What an active alert of that severity makes of its client; milder ones leave it as it is."""


async def tell(db: Db, name: str, alert: Alert, **data: Any) -> UUID:
    """Record an event about an alert."""
    return await record(
        db,
        name,
        "alert",
        alert.id,
        client_id=alert.client_id,
        name=alert.title,
        rule=alert.rule,
        severity=alert.severity,
        status=alert.status,
        **data,
    )


async def close(
    db: Db, alert: Alert, status: str, closing: Closing, name: str = "alert.resolved", **data: Any
) -> None:
    """End an alert for good, and say whether it was right."""
    alert.status, alert.snoozed_until = status, None
    alert.closed_at = clock.now()
    alert.verdict = verdict(closing)
    if status == "resolved":
        alert.resolved_at = alert.closed_at
        alert.resolved_by = db.actor.user_id if closing.how == "resolved" else None
    await tell(db, name, alert, how=closing.how, verdict=alert.verdict, **data)


async def somebody_acted(db: Db, client_id: UUID | None, since: datetime) -> bool:
    """Whether a person has done anything with the client since then, what they did to its alerts left aside."""
    if client_id is None:
        return False
    done = exists().where(
        Event.agency_id == db.actor.agency_id,
        Event.client_id == client_id,
        Event.at > since,
        Event.actor_kind != "system",
        Event.topic != "alert",
    )
    return bool(await db.scalar(select(done)))


async def tell_client(db: Db, client_id: UUID | None) -> None:
    """Set the client's signals to what its active alerts say. Whoever calls holds the client."""
    if client_id is None:
        return
    await db.flush()
    mine = (Alert.agency_id == db.actor.agency_id, Alert.client_id == client_id, Alert.status == "active")
    rows = await db.execute(
        select(Alert.severity, Alert.title, Alert.created_at).where(*mine).order_by(Alert.created_at)
    )
    active = [(severity, title, since) for severity, title, since in rows]
    signals: dict[str, Said] = {}
    if active:
        words = "1 alert is active" if len(active) == 1 else f"{len(active)} alerts are active"
        signals["active"] = Said("ok", words, len(active), active[0][2])
    for severity, level in TELLING.items():
        told = [(title, since) for given, title, since in active if given == severity]
        if told:
            more = f", and {len(told) - 1} more" if len(told) > 1 else ""
            reason = f"{severity.capitalize()} alert: {told[0][0]}{more}"
            signals[severity] = Said(level, reason, len(told), told[0][1])
    await set_signals(db, client_id, SOURCE, signals)
