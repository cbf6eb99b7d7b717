"""What this room answers when a client goes, merges or is taken out, when people leave, and when limits change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from audienceos.agency.ports import Held, answer_badge, on_leaving, on_limits_change
from audienceos.clients.ports import Told, export_clients, guard_deletes, keep_views, on_merge, tell_activity
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.tickets.actions.telling import ground_for, tell, tell_client
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.counting import new_tickets
from audienceos.tickets.queries.kept import KEPT_SCREENS

NAMED_AT_MOST = 20  # open tickets that a refusal lists

_TICKETS = """select t.id from ticket t where t.agency_id = $1 and t.client_id in (
  select id from client where agency_id = $1 and (id = $2 or merged_into = $2))"""
_KEPT = ("ticket", "ticket_note", "ticket_time", "ticket_summary")
_EXPORT = " union all ".join(
    f"select '{table}' as kind, r.id, (to_jsonb(r) - '{{agency_id,look_at}}'::text[])::text as row from {table} r "  # noqa: S608  names are this module's
    f"where r.agency_id = $1 and r.{'id' if table == 'ticket' else 'ticket_id'} in ({_TICKETS})"
    for table in _KEPT
)


class TicketsOfWhoLeaves:
    """Open tickets that somebody sees to (`agency.ports.UserLeaving`)."""

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        """Each by its number."""
        rows = await db.execute(
            select(Ticket.id, Ticket.number, Ticket.title)
            .where(*_theirs(db, user_id))
            .order_by(Ticket.number)
        )
        return [Held("ticket", ticket_id, f"#{number} {title}") for ticket_id, number, title in rows]

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        """Give them to somebody else."""
        query = select(Ticket).where(*_theirs(db, user_id)).order_by(Ticket.id).with_for_update()
        for ticket in await db.scalars(query.execution_options(populate_existing=True)):
            ticket.assignee_id = to
            ticket.version += 1
            await tell(db, "ticket.assigned", ticket, replaces=str(user_id))


async def open_tickets(db: Db, client_id: UUID) -> list[str]:
    """What forbids deleting the client (`clients.ports.DeleteGuard`)."""
    rows = await db.execute(
        select(Ticket.number, Ticket.title)
        .where(*_open(db), Ticket.client_id == client_id)
        .order_by(Ticket.number)
        .limit(NAMED_AT_MOST)
    )
    return [f"Ticket #{number}: {title}" for number, title in rows]


async def come_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """The other's tickets are this client's (`clients.ports.ClientMerge`)."""
    mine = (Ticket.agency_id == db.actor.agency_id, Ticket.client_id == other_id)
    await db.execute(_quietly(update(Ticket).where(*mine).values(client_id=stays_id)))
    ground = await ground_for(db)
    for client_id in (stays_id, other_id):
        await tell_client(db, client_id, ground, by_person=False)


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """All that is kept of the client's tickets (`clients.ports.ClientExport`)."""
    tables: dict[str, list[Json]] = {table: [] for table in _KEPT}
    for kind, _, text in await lane.raw.fetch(
        f"{_EXPORT} order by kind, id", lane.actor.agency_id, client_id
    ):
        tables[kind].append(msgspec.json.decode(text))
    return tables


async def look_again(db: Db) -> None:
    """Hours, zone or limits changed (`agency.ports.LimitsChange`): all open tickets are due; the sweep takes them."""
    await db.execute(_quietly(update(Ticket).where(*_open(db)).values(look_at=clock.now())))


def _said(verb: str, after: str = "") -> Told:
    return lambda data: f"{verb} ticket #{data.get('number')}, {data.get('name')}{after}"


TOLD: dict[str, Told] = {
    "ticket.created": _said("opened"),
    "ticket.came": _said("moved", ", here from another client"),
    "ticket.left": _said("moved", ", to another client"),
    "ticket.resolved": _said("resolved"),
    "ticket.reopened": _said("reopened"),
    "ticket.escalated": _said("was kept waiting too long by"),
    "ticket.summary_sent": _said("wrote to them about"),
}
"""What a client's timeline tells of its tickets; the rest stands on the ticket's own page."""

WHO_LEAVES = TicketsOfWhoLeaves()
"""One, so that registering it twice in a process is once."""


def answer_ports() -> None:
    """Register them, once a process."""
    on_leaving(WHO_LEAVES)
    on_limits_change(look_again)
    guard_deletes(open_tickets)
    on_merge(come_along)
    export_clients(exported)
    answer_badge("tickets", new_tickets)
    tell_activity(TOLD)
    keep_views(KEPT_SCREENS)


def _open(db: Db) -> tuple[Any, ...]:
    return (
        Ticket.agency_id == db.actor.agency_id,
        Ticket.status != "resolved",
        Ticket.deleted_at.is_(None),
    )


def _theirs(db: Db, user_id: UUID) -> tuple[Any, ...]:
    return (*_open(db), Ticket.assignee_id == user_id)


def _quietly(statement: Any) -> Any:
    """Without looking through what the session holds: these rows aren't read again in it."""
    return statement.execution_options(synchronize_session=False)
