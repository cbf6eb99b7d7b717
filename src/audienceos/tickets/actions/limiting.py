"""How long tickets may wait for the agency: set by its admins."""

from __future__ import annotations

from msgspec import UNSET, structs
from sqlalchemy import update

from audienceos.agency.access import agency_for, require_admin
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version
from audienceos.tickets.access import binds_of, limits_seen
from audienceos.tickets.forms import LimitsPatch
from audienceos.tickets.models import Ticket, TicketLimit
from audienceos.tickets.rules import LIMITS


async def change_limits(db: Db, patch: LimitsPatch, version: int) -> TicketLimit:
    """Lay the given limits over those that there are; open tickets are judged by them within a minute.

    Raises `Forbidden` for who is no admin, `Stale` when somebody saved since that version.
    """
    require_admin(db.actor, "change how long tickets may wait")
    agency = await agency_for(db, "update")  # the limits' own row may not be there yet to be locked
    limits = await db.scalar(limits_seen().params(**binds_of(db.actor)))
    limits = limits or TicketLimit(agency_id=agency.id, version=1, **LIMITS)
    check_version(limits, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    before = {name: getattr(limits, name) for name in given if getattr(limits, name) != given[name]}
    if not before:
        return limits
    for name in before:
        setattr(limits, name, given[name])
    limits.version += 1
    db.add(limits)
    after = {name: given[name] for name in before}
    await record(db, "ticket_limits.changed", "ticket_limits", agency.id, before=before, after=after)
    is_open = (Ticket.agency_id == agency.id, Ticket.status != "resolved", Ticket.deleted_at.is_(None))
    due = update(Ticket).where(*is_open).values(look_at=clock.now())
    await db.execute(due.execution_options(synchronize_session=False))
    return limits
