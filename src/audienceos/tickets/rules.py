"""What may become of a ticket, and when time alone changes something: pure, without database or clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.hours import Hours, after, worked
from audienceos.platform.actor import Actor
from audienceos.tickets.forms import Status

TRANSITIONS: Mapping[str, tuple[Status, ...]] = MappingProxyType(
    {
        "new": ("in_progress", "waiting_client"),
        "in_progress": ("waiting_client", "resolved"),
        "waiting_client": ("in_progress", "resolved"),
        "resolved": ("in_progress",),  # by reopening alone
    }
)
"""Where a ticket may go from each status. A new one is worked on, or asked about, before it is resolved."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "new": "New",
        "in_progress": "In Progress",
        "waiting_client": "Waiting on Client",
        "resolved": "Resolved",
    }
)
STATUSES: tuple[Status, ...] = ("new", "in_progress", "waiting_client", "resolved")
WAITING_FOR_US: frozenset[str] = frozenset({"new", "in_progress"})
"""Statuses in which the agency is expected to act; waiting on the client is nobody's delay here."""

CRITICAL_AFTER = timedelta(hours=4)
"""A critical ticket that is open for longer turns its client red. By the clock: an outage keeps no office hours."""
REOPENED_BY_ANYONE = timedelta(days=30)
LIMITS: Mapping[str, int] = MappingProxyType({"critical": 4, "high": 8, "medium": 24, "low": 72})
"""Business hours that a ticket may wait for the agency, until an admin says otherwise."""


class Waiting(msgspec.Struct, frozen=True):
    """All that time has to do with in a ticket."""

    status: str
    priority: str
    created_at: datetime
    status_since: datetime
    due_date: date | None
    escalated_at: datetime | None


def refusal(now: str, to: str) -> str | None:
    """Why a ticket can't go there by a transition, in a sentence; None where it can."""
    if to == now or (to in TRANSITIONS[now] and "resolved" not in (now, to)):
        return None
    if now == "resolved":
        return "It is resolved. Reopen it first."
    if to == "resolved":
        straight = "resolved" in TRANSITIONS[now]
        return (
            "Say what was done to resolve it."
            if straight
            else "A new ticket can't be resolved: start it first."
        )
    return f"A ticket that is {WORDS[now]} can't become {WORDS[to]} again."


def may_reopen(actor: Actor, resolved_at: datetime | None, now: datetime) -> bool:
    """Whether that person may still take it up again: everyone for 30 days, then admins."""
    return resolved_at is not None and (actor.is_admin or now - resolved_at <= REOPENED_BY_ANYONE)


def overdue_at(due: date, zone: ZoneInfo) -> datetime:
    """The moment at which a ticket due that day is overdue: the day's end in the agency's zone."""
    return datetime.combine(due + timedelta(days=1), time(), tzinfo=zone)


def escalates_at(ticket: Waiting, hours: Hours | None, limit: int) -> datetime | None:
    """When it will have waited `limit` business hours; None while it waits for nobody here, or once it was told."""
    if ticket.status not in WAITING_FOR_US or ticket.escalated_at is not None:
        return None
    return after(hours, ticket.status_since, timedelta(hours=limit))


def next_look(
    ticket: Waiting, hours: Hours | None, limit: int, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """The earliest moment at which time alone changes something about it; None where nothing will."""
    if ticket.status == "resolved":
        return None
    escalates = escalates_at(ticket, hours, limit)
    moments = [escalates] if escalates is not None else []
    later = [overdue_at(ticket.due_date, zone)] if ticket.due_date else []
    if ticket.priority == "critical":
        later.append(ticket.created_at + CRITICAL_AFTER)
    return min([*moments, *(moment for moment in later if moment > now)], default=None)


def minutes_worked(hours: Hours | None, since: datetime, until: datetime) -> int:
    """Whole business minutes between the two."""
    return int(worked(hours, since, until).total_seconds() // 60)
