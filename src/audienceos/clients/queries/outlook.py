"""What the agency's settings ask about its clients: how many stand in each stage, and what other limits would make
of them. The judgement is `health.judge`, by the facts of all clients in one statement.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Integer, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from audienceos.agency.pipeline import Pipeline
from audienceos.agency.ports import Outlook
from audienceos.clients.access import clients_seen
from audienceos.clients.health import Facts, Signal, Status, is_new_risk, judge
from audienceos.clients.models import Client, ClientSignal, Task
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.findings import Finding


class Crowd(msgspec.Struct, frozen=True):
    """A stage and the number of its clients, archived ones among them: who would have to go if it went."""

    stage: str
    count: int


class Judged(msgspec.Struct, frozen=True):
    """What the judgement of one client depends on, whatever the limits."""

    stage: str
    stage_entered_at: datetime
    last_activity_at: datetime
    created_at: datetime
    health_override_until: datetime | None
    known: list[Finding]
    """Its reasons as they are stored: an admin's "healthy" ends by a risk that is not among them."""
    signals: list[Signal]
    first_due: date | None

    def status(self, pipeline: Pipeline, now: datetime, zone: ZoneInfo) -> Status:
        """Its health by this pipeline's limits."""
        facts = Facts(
            runs_a_clock=pipeline.runs_a_clock(self.stage),
            stage=self.stage,
            stage_entered_at=self.stage_entered_at,
            last_activity_at=self.last_activity_at,
            came_at=self.created_at,
            signals=tuple(self.signals),
            open_due_dates=(self.first_due,) if self.first_due else (),
            override_until=self.health_override_until,
        )
        health = judge(facts, pipeline.thresholds, now, zone)
        if facts.override_until is not None and is_new_risk(self.known, health.reasons):
            facts = msgspec.structs.replace(facts, override_until=None)
            health = judge(facts, pipeline.thresholds, now, zone)
        return health.status


def _crowds(sight: Sight) -> Question:
    counted = func.count().cast(Integer).label("count")
    return clients_seen(sight).with_only_columns(Client.stage.expression, counted).group_by(Client.stage)


def _judged(sight: Sight) -> Question:
    made: dict[str, ColumnElement[Any]] = {
        "known": Client.health_reasons.label("known"),
        "signals": _signals().label("signals"),
        "first_due": _first_due().label("first_due"),
    }
    columns = [
        made[name] if name in made else getattr(Client, name).expression for name in Judged.__struct_fields__
    ]
    return clients_seen(sight).where(Client.is_active).with_only_columns(*columns)


def _signals() -> ColumnElement[Any]:
    pairs = [
        part for name in Signal.__struct_fields__ for part in (literal(name), getattr(ClientSignal, name))
    ]
    all_of_them = func.coalesce(func.jsonb_agg(func.jsonb_build_object(*pairs)), func.jsonb_build_array())
    return (
        select(type_coerce(all_of_them, JSONB))
        .where(ClientSignal.agency_id == AGENCY, ClientSignal.client_id == Client.id)
        .correlate(Client)
        .scalar_subquery()
    )


def _first_due() -> ColumnElement[date | None]:
    return (
        select(func.min(Task.due_date))
        .where(Task.agency_id == AGENCY, Task.client_id == Client.id, Task.is_completed.is_(False))
        .correlate(Client)
        .scalar_subquery()
    )


CROWDS = Read(Crowd, _crowds)
JUDGED = Read(Judged, _judged)


async def standing(lane: Lane) -> dict[str, int]:
    """How many clients stand in each stage (`agency.ports.Standing`)."""
    return {crowd.stage: crowd.count for crowd in await CROWDS.all(lane)}


async def outlook(lane: Lane, pipeline: Pipeline) -> Outlook:
    """How the clients that are worked for would be by these limits (`agency.ports.Foresight`)."""
    now, zone = clock.now(), lane.actor.tz
    found = Counter(client.status(pipeline, now, zone) for client in await JUDGED.all(lane))
    return Outlook(at_risk=found["red"], to_watch=found["yellow"])
