"""Write to the client what was done about a ticket, once somebody who has read the mail says yes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, TooMany
from audienceos.platform.mail.posting import Letter, post_for_agency
from audienceos.platform.web.etags import check_version
from audienceos.platform.web.requests import lane_of
from audienceos.tickets.access import ticket_for
from audienceos.tickets.actions.telling import settle, tell
from audienceos.tickets.forms import SummaryIn
from audienceos.tickets.letters import SUMMARY
from audienceos.tickets.models import TicketSummary
from audienceos.tickets.queries.summaries import preview_of

A_DAY_AT_MOST = 5  # summaries of one ticket
DAY = timedelta(days=1)


async def send_summary(db: Db, number: int, data: SummaryIn) -> TicketSummary:
    """Post the mail as it was previewed; it leaves later, and what became of it is told beside the ticket.

    Raises `NotFound`; `Stale` when the ticket was changed since; `Conflict` for an open ticket, and where the
    client's contact has another address by now, or none; `TooMany`.
    """
    ticket = await ticket_for(db, number, to="change")
    check_version(ticket, data.version)
    mail = await preview_of(await lane_of(db), number)
    if mail.to_email is None or mail.to_email != data.to_email:
        raise Conflict(
            "The client's contact has another address by now. Look at the mail again.", code="contact_changed"
        )
    mine = (TicketSummary.agency_id == db.actor.agency_id, TicketSummary.ticket_id == ticket.id)
    lately = select(func.count()).where(*mine, TicketSummary.created_at > clock.now() - DAY)
    if (await db.scalar(lately) or 0) >= A_DAY_AT_MOST:
        raise TooMany(3600, "This ticket was summed up often enough today.")
    letter = Letter(kind=SUMMARY, subject=mail.subject, body=mail.body)
    mail_id = post_for_agency(db, mail.to_email, letter, about_id=ticket.id)
    await db.flush()
    summary = TicketSummary(
        ticket_id=ticket.id, mail_id=mail_id, to_email=mail.to_email, sent_by=db.actor.person
    )
    db.add(summary)
    await tell(db, "ticket.summary_sent", ticket, to=mail.to_email)
    await settle(db, ticket)
    return summary
