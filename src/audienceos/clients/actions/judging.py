"""Keep a client's stored health true: judged again whenever something it depends on changes."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select

from audienceos.agency.access import agency_for, pipeline_of
from audienceos.agency.models import Agency
from audienceos.clients.health import Facts, Health, Signal, judge
from audienceos.clients.models import Client, ClientSignal, Task
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record


async def rejudge(db: Db, client: Client, agency: Agency | None = None) -> Health:
    """Judge the client now and store the outcome. Records `client.health_changed` when the colour changed."""
    agency = agency or await agency_for(db)
    await db.flush()
    health = judge(
        await facts_of(db, client, agency),
        pipeline_of(agency).thresholds,
        clock.now(),
        ZoneInfo(agency.timezone),
    )
    before = client.health_status
    client.health_status = health.status
    client.health_reasons = msgspec.to_builtins(health.reasons)
    client.health_due_at = health.due_at
    if before != health.status:
        await record(
            db,
            "client.health_changed",
            "client",
            client.id,
            client_id=client.id,
            was=before,
            now=health.status,
            why=[reason.reason for reason in health.reasons],
        )
    return health


async def facts_of(db: Db, client: Client, agency: Agency) -> Facts:
    """All that the judgement of this client depends on."""
    held = ClientSignal.agency_id == client.agency_id, ClientSignal.client_id == client.id
    signals = (await db.scalars(select(ClientSignal).where(*held))).all()
    due: list[date] = [
        day
        for day in await db.scalars(
            select(Task.due_date).where(
                Task.agency_id == client.agency_id,
                Task.client_id == client.id,
                Task.is_completed.is_(False),
                Task.due_date.is_not(None),
            )
        )
        if day is not None
    ]
    return Facts(
        runs_a_clock=pipeline_of(agency).runs_a_clock(client.stage),
        stage=client.stage,
        stage_entered_at=client.stage_entered_at,
        last_activity_at=client.last_activity_at,
        signals=tuple(
            Signal(row.source, row.key, row.level, row.count, row.since, row.reason)  # pyright: ignore[reportArgumentType]
            for row in signals
        ),
        open_due_dates=tuple(due),
        override_until=client.health_override_until,
        override_reason=client.health_override_reason,
    )


def touched(client: Client) -> None:
    """A person did something about this client: the silence ends."""
    client.last_activity_at = clock.now()
