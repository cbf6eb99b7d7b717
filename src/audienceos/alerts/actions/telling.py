"""What follows from every change of an alert: its event, and what its client's health is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, select

from audienceos.alerts.models import Alert
from audienceos.alerts.ports import rules_known
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


class Active(NamedTuple):
    """An active alert of a client."""

    severity: str
    rule: str
    title: str
    since: datetime


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
    """Whether a person has done anything with the client since then, what they did to its alerts left aside, and that
    it turned out to be another."""
    if client_id is None:
        return False
    done = exists().where(
        Event.agency_id == db.actor.agency_id,
        Event.client_id == client_id,
        Event.at > since,
        Event.actor_kind != "system",
        Event.topic != "alert",
        Event.name != "client.merged",
    )
    return bool(await db.scalar(select(done)))


async def tell_client(db: Db, client_id: UUID | None) -> None:
    """Set the client's signals to what its active alerts say. Whoever calls holds the client."""
    if client_id is None:
        return
    await db.flush()
    mine = (Alert.agency_id == db.actor.agency_id, Alert.client_id == client_id, Alert.status == "active")
    columns = (Alert.severity, Alert.rule, Alert.title, Alert.created_at)
    rows = await db.execute(select(*columns).where(*mine).order_by(Alert.created_at))
    active = [Active(*row) for row in rows]
    await set_signals(db, client_id, SOURCE, _signals(active))


def _signals(active: list[Active]) -> dict[str, Said]:
    """That there are some, and each kind of grave ones; those that restate a reason of health apart, with its key."""
    if not active:
        return {}
    words = "1 alert is active" if len(active) == 1 else f"{len(active)} alerts are active"
    signals = {"active": Said("ok", words, len(active), active[0].since)}
    restated = {rule.name: f":{rule.restates}" for rule in rules_known() if rule.restates}
    told: dict[str, list[Active]] = {}
    for one in active:
        if one.severity in TELLING:
            told.setdefault(one.severity + restated.get(one.rule, ""), []).append(one)
    for key, ones in told.items():
        first, more = ones[0], f", and {len(ones) - 1} more" if len(ones) > 1 else ""
        reason = f"{first.severity.capitalize()} alert: {first.title}{more}"
        signals[key] = Said(TELLING[first.severity], reason, len(ones), first.since)
    return signals
