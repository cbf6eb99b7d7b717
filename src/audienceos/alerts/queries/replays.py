"""Ask a rule about each of an agency's past days, before it is switched on. Nothing is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here
from audienceos.alerts.ports import Ground, past_of, rules_known
from audienceos.alerts.queries.receipts import Period, troubles_of
from audienceos.alerts.receipts import Foresight, Raised, foresight
from audienceos.alerts.replaying import Would, together
from audienceos.clients.queries.names import NAMES
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.findings import Detection

SHOWN = 50
"""Alerts that a replay names, the latest; its numbers count all."""


class ReplayQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which rule, and over how many of the last days."""

    rule: Annotated[str, Meta(max_length=50)] = "stuck"
    days: Annotated[int, Meta(ge=1, le=90)] = 60


class Replayed(msgspec.Struct, frozen=True):
    """An alert that a rule would have raised."""

    client_id: UUID | None
    client_name: str | None
    title: str
    severity: str
    began_at: datetime
    ended_at: datetime | None


class Replay(msgspec.Struct, frozen=True):
    """What the rule would have done, with today's limits and stages, on days as they stood."""

    rule: str
    days: int
    raised: int
    clients: int
    standing: int
    """Those that would stand now."""
    foresight: Foresight
    alerts: list[Replayed]


async def replay(lane: Lane, asked: ReplayQuery) -> Replay:
    """One statement a day. Raises `Forbidden` for who is no admin, `NotFound` for a rule that can't be replayed."""
    require_admin(lane.actor, "replay rules of alerts")
    rule = next((one for one in rules_known() if one.name == asked.rule), None)
    past = rule and past_of(rule.facts)
    if rule is None or past is None:
        raise NotFound("rule that can be replayed")
    at = await here(lane)
    now, zone = clock.now(), ZoneInfo(at.timezone)
    days: list[tuple[datetime, list[Detection]]] = []
    for back in range(asked.days, -1, -1):
        ground = Ground(now - timedelta(days=back), zone, at.pipeline)
        days.append((ground.now, rule.look(await past(lane, ground), ground)))
    alerts = together(days)
    raised = [Raised(rule.name, one.client_id, one.began_at, one.confidence, False, None) for one in alerts]
    return Replay(
        rule=rule.name,
        days=asked.days,
        raised=len(alerts),
        clients=len({one.client_id for one in alerts}),
        standing=sum(one.ended_at is None for one in alerts),
        foresight=foresight(raised, await troubles_of(lane, Period(days=asked.days))),
        alerts=await _named(lane, alerts[-SHOWN:]),
    )


def replayable() -> set[str]:
    """The rules whose facts are known of past days, too."""
    return {rule.name for rule in rules_known() if past_of(rule.facts)}


async def _named(lane: Lane, alerts: list[Would]) -> list[Replayed]:
    names = {one.id: one.name for one in await NAMES.all(lane)}
    return [
        Replayed(
            one.client_id,
            names.get(one.client_id) if one.client_id else None,
            one.title,
            one.severity,
            one.began_at,
            one.ended_at,
        )
        for one in reversed(alerts)
    ]
