"""The words that a ticket is found by: kept in step with its texts, in the transaction that changes them."""

from __future__ import annotations

from uuid import UUID

from audienceos.platform.db.sessions import Db
from audienceos.platform.terms import terms_of
from audienceos.tickets.models import Ticket

MOST_TERMS = 5000  # of one ticket: a log of pasted files would fill the table and help nobody to find it

_ADD = """
insert into ticket_term (agency_id, term, ticket_id)
select $1, t.term, $2 from unnest($3::text[]) as t(term)
 where (select count(*) from ticket_term where agency_id = $1 and ticket_id = $2) < $4
on conflict (agency_id, term, ticket_id) do nothing
returning 1"""
_FORGET = "delete from ticket_term where agency_id = $1 and ticket_id = $2 and term <> all($3::text[])"
_NOTES = "select content from ticket_note where agency_id = $1 and ticket_id = $2"


async def also_found_by(db: Db, ticket_id: UUID, *texts: str) -> None:
    """Let it be found by these texts' words too."""
    words = sorted(terms_of(*texts))[:MOST_TERMS]
    if words:
        await (await db.raw()).fetch(_ADD, db.actor.agency_id, ticket_id, words, MOST_TERMS)


async def found_anew(db: Db, ticket: Ticket) -> None:
    """Let it be found by the words of its texts as they are now, and by no others."""
    await db.flush()
    raw, agency_id = await db.raw(), db.actor.agency_id
    notes = [row[0] for row in await raw.fetch(_NOTES, agency_id, ticket.id)]
    words = sorted(terms_of(ticket.title, ticket.description, *notes))[:MOST_TERMS]
    await raw.execute(_FORGET, agency_id, ticket.id, words)
    await raw.fetch(_ADD, agency_id, ticket.id, words, MOST_TERMS)
