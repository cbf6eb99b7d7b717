"""What the demo's clients asked to have put right, and how it went: by the room's own actions, at their hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.clients.access import client_for
from audienceos.clients.actions.judging import rejudge
from audienceos.demo.script import ZONE
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.tickets.actions.moving import move_ticket, resolve_ticket
from audienceos.tickets.actions.notes import add_ticket_note
from audienceos.tickets.actions.opening import create_ticket
from audienceos.tickets.actions.timing import log_time
from audienceos.tickets.forms import Category, Priority, ResolutionIn, TicketIn, TicketNoteIn, TicketTimeIn

Step = Callable[[Db], Awaitable[Any]]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket. Numbers are hours ago, unless `demo/tickets.toml` says otherwise."""

    client: str
    title: str
    opened: int
    description: str | None = None
    category: Category = "general"
    priority: Priority = "medium"
    begun: int | None = None
    waiting: int | None = None
    resolved: int | None = None
    note: str = ""
    minutes: int | None = None
    minutes_logged: int | None = None
    notes: tuple[tuple[int, str, bool], ...] = ()
    who: int | None = None
    due: int | None = None


ASKED: tuple[Asked, ...] = msgspec.toml.decode(
    (Path(__file__).parent / "tickets.toml").read_bytes(), type=dict[str, tuple[Asked, ...]]
)["ticket"]


async def tell_tickets(database: Database, team: list[Actor], clients: Mapping[str, UUID]) -> int:
    """Open them in their order, and let happen to each what is told of it. Gives their number."""
    for asked in sorted(ASKED, key=lambda one: -one.opened):
        await _tell(database, team, clients[asked.client], asked)
    return len(ASKED)


async def _tell(database: Database, team: list[Actor], client_id: UUID, asked: Asked) -> None:
    by = team[asked.who or 0]
    due = clock.today_in(ZoneInfo(ZONE)) + timedelta(days=asked.due) if asked.due is not None else None
    data = TicketIn(
        client_id=client_id,
        title=asked.title,
        description=asked.description,
        category=asked.category,
        priority=asked.priority,
        assignee_id=by.user_id if asked.who is not None else None,
        due_date=due,
    )
    with clock.stopped_at(_at(asked.opened)):
        async with database.acting(Claims(by)) as db:
            number = (await create_ticket(db, data)).number
    for hours, step in sorted(_steps(asked, number), key=lambda one: -one[0]):
        with clock.stopped_at(_at(hours)):
            async with database.acting(Claims(by)) as db:
                await step(db)
    async with database.acting(Claims(by)) as db:
        await rejudge(db, await client_for(db, client_id, to="change"))


def _steps(asked: Asked, number: int) -> list[tuple[float, Step]]:
    steps: list[tuple[float, Step]] = []
    if asked.begun is not None:
        steps.append((asked.begun, lambda db: move_ticket(db, number, "in_progress")))
    if asked.waiting is not None:
        steps.append((asked.waiting, lambda db: move_ticket(db, number, "waiting_client")))
    for hours, words, internal in asked.notes:
        note = TicketNoteIn(content=words, is_internal=internal)
        steps.append((hours - 0.1, lambda db, note=note: add_ticket_note(db, number, note)))
    if asked.minutes_logged is not None:
        time = TicketTimeIn(minutes=asked.minutes_logged)
        steps.append((1, lambda db: log_time(db, number, time)))
    if asked.resolved is not None:
        done = ResolutionIn(final_note=asked.note, time_spent_minutes=asked.minutes)
        steps.append((asked.resolved, lambda db: resolve_ticket(db, number, done)))
    return steps


def _at(hours_ago: float) -> datetime:
    return clock.now() - timedelta(hours=hours_ago)
