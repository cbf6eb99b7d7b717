"""Keep clients' stored health true: judged again whenever something it depends on changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal, select

from audienceos.agency.access import Ground, ground_for
from audienceos.clients.health import Facts, Health, Signal, is_new_risk, judge
from audienceos.clients.models import Client, ClientSignal, Task
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.findings import Finding


def touched(db: Db, client: Client) -> None:
    """A person did something about this client: the silence ends. What the system does ends none."""
    if db.actor.kind != "system":
        client.last_activity_at = max(client.last_activity_at, clock.now())


async def acted(db: Db, client: Client, ground: Ground | None = None) -> None:
    """A person did something that bears on this client: the silence ends and it is judged anew."""
    touched(db, client)
    await rejudge(db, client, ground)


async def rejudge(db: Db, client: Client, ground: Ground | None = None) -> None:
    """Judge one client now and store the outcome."""
    await rejudge_all(db, [client], ground)


async def rejudge_all(db: Db, clients: Sequence[Client], ground: Ground | None = None) -> None:
    """Judge clients now and store the outcome. Records `client.health_changed` where a colour changed.

    Archived and deleted clients aren't judged: they keep what they had until they come back.
    """
    ground = ground or await ground_for(db)
    await db.flush()
    judged = [client for client in clients if client.is_active and client.deleted_at is None]
    for resting in clients:
        if resting not in judged:
            resting.health_due_at = None
    facts = await facts_of(db, judged, ground)
    for client in judged:
        await _judge(db, client, ground, facts[client.id])


async def facts_of(db: Db, clients: Sequence[Client], ground: Ground) -> dict[UUID, Facts]:
    """All that the judgement of each client depends on. Two statements, however many."""
    signals: dict[UUID, list[Signal]] = {client.id: [] for client in clients}
    due: dict[UUID, list[date]] = {client.id: [] for client in clients}
    for row in await db.scalars(
        select(ClientSignal).where(*_of(db, ClientSignal, clients)).order_by(ClientSignal.since)
    ):
        signals[row.client_id].append(
            Signal(row.source, row.key, row.level, row.count, row.since, row.reason)  # pyright: ignore[reportArgumentType]
        )
    for client_id, day in await db.execute(
        select(Task.client_id, Task.due_date).where(
            *_of(db, Task, clients), Task.is_completed.is_(False), Task.due_date.is_not(None)
        )
    ):
        due[client_id] += [day] if day else []
    return {client.id: _facts(client, ground, signals[client.id], due[client.id]) for client in clients}


def end_override(client: Client) -> None:
    """Take an admin's "healthy" away."""
    client.health_override = client.health_override_by = None
    client.health_override_reason = client.health_override_until = None


def _of(
    db: Db, row: type[ClientSignal] | type[Task], clients: Sequence[Client]
) -> tuple[ColumnElement[bool], ...]:
    ids = literal([client.id for client in clients], ARRAY(Uuid()))
    return (row.agency_id == db.actor.agency_id, row.client_id == any_(ids))


def _facts(client: Client, ground: Ground, signals: list[Signal], due: list[date]) -> Facts:
    return Facts(
        runs_a_clock=ground.pipeline.runs_a_clock(client.stage),
        stage=client.stage,
        stage_entered_at=client.stage_entered_at,
        last_activity_at=client.last_activity_at,
        came_at=client.created_at,
        signals=tuple(signals),
        open_due_dates=tuple(due),
        override_until=client.health_override_until,
        override_reason=client.health_override_reason,
    )


async def _judge(db: Db, client: Client, ground: Ground, facts: Facts) -> None:
    health = _look(facts, ground)
    if client.health_override_until is not None:
        why = _why_override_ends(client, health)
        if why is not None:
            end_override(client)
            health = _look(msgspec.structs.replace(facts, override_until=None), ground)
            await record(
                db,
                "client.override_ended",
                "client",
                client.id,
                client_id=client.id,
                name=client.name,
                why=why,
            )
    before, client.health_status = client.health_status, health.status
    client.health_reasons = msgspec.to_builtins(health.reasons)
    client.health_due_at = health.due_at
    if before != health.status:
        await record(
            db,
            "client.health_changed",
            "client",
            client.id,
            client_id=client.id,
            name=client.name,
            was=before,
            now=health.status,
            why=[reason.reason for reason in health.reasons],
            keys=[reason.key for reason in health.reasons],
        )


def _look(facts: Facts, ground: Ground) -> Health:
    return judge(facts, ground.pipeline.thresholds, clock.now(), ground.zone)


def _why_override_ends(client: Client, health: Health) -> str | None:
    if client.health_override_until is not None and client.health_override_until <= clock.now():
        return "expired"
    known = msgspec.convert(client.health_reasons, list[Finding])
    return "new risk" if is_new_risk(known, health.reasons) else None
