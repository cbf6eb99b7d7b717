"""Clients that need attention, the worst first, each with its reasons as they are today and the clock behind the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import BigInteger, bindparam

from audienceos.clients.access import clients_seen
from audienceos.clients.forms import HealthStatus, Reason
from audienceos.clients.models import Client
from audienceos.clients.queries.board import SEVERITY
from audienceos.clients.queries.columns import days_in_stage, owner
from audienceos.clients.queries.filters import conditions
from audienceos.platform.actor import Sight
from audienceos.platform.clock import days_between, now
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read


class Attended(msgspec.Struct, frozen=True):
    """A client at risk or to be watched."""

    id: UUID
    name: str
    stage: str
    health_status: HealthStatus
    health_reasons: list[Reason]
    days_in_stage: int
    last_activity_at: datetime
    created_at: datetime
    owner_id: UUID | None
    owner_name: str | None
    owner_avatar: str | None


class Judged(Protocol):
    """Whatever is told of a client that its reasons' clocks need."""

    @property
    def stage(self) -> str: ...
    @property
    def days_in_stage(self) -> int: ...
    @property
    def last_activity_at(self) -> datetime: ...
    @property
    def created_at(self) -> datetime: ...


class Clock(msgspec.Struct, frozen=True):
    """Days that have run for a reason, and what they count."""

    days: int
    words: str


class Counted(msgspec.Struct, frozen=True):
    """A reason as it is today."""

    key: str
    words: str
    clock: Clock | None


def quiet_days(last_activity_at: datetime, came_at: datetime, zone: str) -> int:
    """Whole local days without activity. However long it was silent elsewhere, they count from its coming."""
    return days_between(max(last_activity_at, came_at), now(), ZoneInfo(zone))


def said_today(client: Judged, reason: Reason, zone: str) -> str:
    """A reason in words, with today's count where it counts days."""
    if reason.key == "silence":
        return f"Quiet for {quiet_days(client.last_activity_at, client.created_at, zone)} days"
    if reason.key == "stage":
        return f"In {client.stage} for {client.days_in_stage} days"
    return reason.reason


def clock_of(client: Judged, reason: Reason, zone: str) -> Clock | None:
    """The clock behind a reason; None where it counts no days."""
    if reason.key == "stage":
        return Clock(client.days_in_stage, "in this stage")
    if reason.key == "silence":
        return Clock(quiet_days(client.last_activity_at, client.created_at, zone), "quiet")
    since = _day_of(reason.evidence.get("since"), ZoneInfo(zone))
    if since is None:
        return None
    return Clock(max(0, (now().astimezone(ZoneInfo(zone)).date() - since).days), "since then")


def counted(client: Judged, reasons: Iterable[Reason], zone: str) -> list[Counted]:
    """Each reason that speaks against a client's health, as it is today."""
    return [
        Counted(one.key, said_today(client, one, zone), clock_of(client, one, zone))
        for one in reasons
        if one.level != "ok"
    ]


def _day_of(said: object, zone: ZoneInfo) -> date | None:
    """The day of a moment or a day that evidence names; None of anything else."""
    if not isinstance(said, str):
        return None
    try:
        return (
            datetime.fromisoformat(said).astimezone(zone).date() if "T" in said else date.fromisoformat(said)
        )
    except ValueError:
        return None


def _attended(sight: Sight) -> Question:
    held = owner()
    own = {"days_in_stage": days_in_stage()}
    own |= {name: held.c[name] for name in ("owner_id", "owner_name", "owner_avatar")}
    columns = [
        own[name] if name in own else getattr(Client, name).expression for name in Attended.__struct_fields__
    ]
    return (
        clients_seen(sight)
        .where(*conditions(frozenset({"active", "needs_attention"})))
        .outerjoin(held, held.c.client_id == Client.id)
        .with_only_columns(*columns)
        .order_by(SEVERITY, Client.stage_entered_at, Client.id)
        .limit(bindparam("most", type_=BigInteger()))
    )


ATTENDED = Read(Attended, _attended)


async def attended(lane: Lane, most: int) -> list[Attended]:
    """The first of them, in the order of the list. One statement."""
    return await ATTENDED.all(lane, {"most": most})
