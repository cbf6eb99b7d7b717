"""Facts as rules judge them, made by hand: the middle of a summer's day in Berlin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from audienceos.agency.pipeline import Pipeline
from audienceos.alerts.ports import Ground
from audienceos.clients.queries.watched import WatchedClient
from audienceos.platform.db.base import uuid7
from audienceos.tickets.queries.watched import OpenTicket

NOW = datetime(2026, 7, 15, 10, 0, tzinfo=UTC)
PIPELINE = Pipeline(
    ("Onboarding", "Installation", "Live", "Needs Support", "Off-Boarding"),
    {"Onboarding": "initial", "Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"},
)
GROUND = Ground(NOW, ZoneInfo("Europe/Berlin"), PIPELINE)
OXBOW = UUID(int=1)


def ago(**amount: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**amount)


def a_client(**given: Any) -> WatchedClient:
    """A client that came long ago and with whom something happened just now."""
    known: dict[str, Any] = {
        "id": OXBOW,
        "name": "Oxbow",
        "stage": "Onboarding",
        "stage_entered_at": NOW,
        "last_activity_at": NOW,
        "created_at": ago(days=400),
        "open_in_stage": 1,
        "done_in_stage": 0,
        "move_id": UUID(int=7),
        "last_event_id": UUID(int=8),
    }
    return WatchedClient(**known | given)


def a_ticket(number: int = 1, **given: Any) -> OpenTicket:
    """An open ticket of that client."""
    known: dict[str, Any] = {
        "id": uuid7(),
        "number": number,
        "client_id": OXBOW,
        "client_name": "Oxbow",
        "title": "Form is broken",
        "priority": "medium",
        "created_at": NOW,
        "due_date": None,
    }
    return OpenTicket(**known | given)
