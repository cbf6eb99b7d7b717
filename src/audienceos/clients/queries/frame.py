"""What stands around every tab of a client's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func

from audienceos.agency.queries import Here
from audienceos.clients.access import hanging_seen
from audienceos.clients.models import Task
from audienceos.clients.ports import client_tabs, is_watched
from audienceos.clients.queries.attention import counted
from audienceos.clients.queries.columns import CLIENT
from audienceos.clients.queries.one import client_view
from audienceos.platform.actor import Sight
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read


class Count(msgspec.Struct, frozen=True):
    """How many there are."""

    count: int


class Tab(msgspec.Struct, frozen=True):
    """A tab as it is drawn."""

    route: str
    words: str
    count: int | None
    is_here: bool


def _open_tasks(sight: Sight) -> Question:
    query = hanging_seen(Task, sight).with_only_columns(func.count().label("count"))
    return query.where(Task.client_id == CLIENT, Task.is_completed.is_(False))


OPEN_TASKS = Read(Count, _open_tasks)


async def open_tasks(lane: Lane, client_id: UUID) -> int | None:
    """How many of the client's tasks are open; None instead of 0."""
    found = await OPEN_TASKS.one(lane, {"client_id": client_id})
    return (found.count if found else 0) or None


async def client_frame(lane: Lane, client_id: UUID, at: Here, route: str) -> dict[str, Any]:
    """The client, the tabs with their numbers, and what every part needs. Raises `NotFound`."""
    client = await client_view(lane, client_id)
    counts = [await tab.waiting(lane, client_id) if tab.waiting else None for tab in client_tabs()]
    return {
        "client": client,
        "tabs": [
            Tab(tab.route, tab.words, count, tab.route == route)
            for tab, count in zip(client_tabs(), counts, strict=True)
        ],
        "counted": {one.key: one for one in counted(client, client.health_reasons, at.timezone)},
        "tab_route": route,
        "is_watched": await is_watched(lane, client_id),
        "here": at,
        "pipeline": at.pipeline,
        "zone": at.timezone,
        "today": today_in(ZoneInfo(at.timezone)),
    }
