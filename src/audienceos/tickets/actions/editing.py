"""Change a ticket's own fields, who sees to it, and whose it is."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import UNSET, structs

from audienceos.agency.access import assignable
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import check_version
from audienceos.tickets.access import ticket_for, ticket_for_both
from audienceos.tickets.actions.handing import check_unseen, tell_both
from audienceos.tickets.actions.opening import check_day
from audienceos.tickets.actions.telling import settle, tell
from audienceos.tickets.actions.words import found_anew
from audienceos.tickets.forms import TicketPatch
from audienceos.tickets.models import Ticket

FOUND_BY = frozenset({"title", "description"})


async def edit_ticket(db: Db, number: int, patch: TicketPatch, version: int | None = None) -> Ticket:
    """Lay the given fields over the ticket. Without a version whoever calls has just read it.

    Raises `NotFound`, also for a client that the actor doesn't see; `Stale`; `Invalid` for somebody who isn't active
    here, for a day beyond reason, and for another client where its own has seen something of it; `Conflict` where
    somebody else gave it to another client at the same moment.
    """
    if patch.client_id is UNSET:
        ticket = await ticket_for(db, number, to="change")
    else:
        ticket = await ticket_for_both(db, number, patch.client_id)
    if version is not None:
        check_version(ticket, version)
    changes = await _changes(db, ticket, patch)
    if not changes:
        return ticket
    before = {name: getattr(ticket, name) for name in changes}
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.version += 1
    if changes.keys() & FOUND_BY:
        await found_anew(db, ticket)
    await _record(db, ticket, before)
    await settle(db, ticket)
    return ticket


async def _changes(db: Db, ticket: Ticket, patch: TicketPatch) -> Json:
    """What will be different. Raises `Invalid`."""
    given: dict[str, Any] = {
        name: value for name, value in structs.asdict(patch).items() if value is not UNSET
    }
    if given.get("description") == "":
        given["description"] = given.get("title", ticket.title)
    changes = {name: value for name, value in given.items() if getattr(ticket, name) != value}
    if changes.get("assignee_id") is not None:
        await assignable(db, changes["assignee_id"], "assignee_id")
    check_day(changes.get("due_date"))
    if "client_id" in changes:
        await check_unseen(db, ticket)
    return changes


async def _record(db: Db, ticket: Ticket, before: Json) -> None:
    """One event for the fields, one for who sees to it and two for whose it is: others listen for those alone."""
    if "client_id" in before:
        await tell_both(db, ticket, before["client_id"])
    fields = sorted(before.keys() - {"assignee_id", "client_id"})
    if fields:
        plain = {name: _plain(before[name]) for name in fields}
        await tell(db, "ticket.changed", ticket, before=plain, fields=fields)
    if "assignee_id" in before:
        await tell(db, "ticket.assigned", ticket, replaces=_plain(before["assignee_id"]))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (UUID, date)) else value
