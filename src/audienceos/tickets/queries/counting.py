"""How many tickets wait: new ones for the sidebar, a client's open ones for the tab of its page."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import Integer, func

from audienceos.clients.queries.columns import CLIENT
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.tickets.access import tickets_seen
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.filters import is_open


class Waiting(msgspec.Struct, frozen=True):
    """How many there are."""

    count: int


def _new(sight: Sight) -> Question:
    return _counted(tickets_seen(sight).where(Ticket.status == "new"))


def _open_of(sight: Sight) -> Question:
    return _counted(tickets_seen(sight).where(Ticket.client_id == CLIENT, is_open()))


def _counted(query: Question) -> Question:
    return query.with_only_columns(func.count().cast(Integer).label("count"))


NEW = Read(Waiting, _new)
OPEN_OF = Read(Waiting, _open_of)


async def new_tickets(lane: Lane) -> int:
    """How many are new, of those that the reader may see."""
    return (await NEW.all(lane))[0].count


async def open_tickets_of(lane: Lane, client_id: UUID) -> int | None:
    """How many of the client's tickets are open; None instead of 0."""
    return (await OPEN_OF.all(lane, {"client_id": client_id}))[0].count or None
