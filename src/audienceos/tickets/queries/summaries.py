"""What a client would be written about a resolved ticket, and what became of the mails that were."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import and_, case

from audienceos.agency.queries import here
from audienceos.clients.queries.columns import person_name
from audienceos.clients.queries.one import client_view
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question
from audienceos.platform.errors import Conflict
from audienceos.platform.mail.delivering import ATTEMPTS
from audienceos.platform.mail.models import AgencyMail
from audienceos.platform.mail.posting import Letter
from audienceos.platform.web.paging import Key, Paged
from audienceos.tickets.access import hanging_seen
from audienceos.tickets.letters import summary_letter
from audienceos.tickets.models import Ticket, TicketSummary
from audienceos.tickets.queries.hanging import NUMBER
from audienceos.tickets.queries.listing import TicketView, ticket_view


class SummaryPreview(msgspec.Struct, frozen=True):
    """The mail as it would be sent now. Nothing is sent by looking at it."""

    to_email: str | None
    """The client's contact; null where they have none, so that nothing can be sent."""
    subject: str
    body: str
    version: int
    """The ticket's: who says yes says it to this."""


class SummaryView(msgspec.Struct, frozen=True):
    """A summary that was sent, and whether it has left. `failed` is for good; while it is `waiting` it is tried anew."""

    id: UUID
    to_email: str
    sent_by: UUID
    sender: str
    created_at: datetime
    status: Literal["waiting", "sent", "failed"]
    left_at: datetime | None
    error: str | None


def letter_of(ticket: TicketView, agency: str, sender: str, to_name: str | None) -> Letter:
    """The mail about a resolved ticket. Raises `Conflict` for an open one."""
    if ticket.status != "resolved" or not ticket.resolution_notes:
        raise Conflict("It isn't resolved yet, so there is nothing to sum up.", code="not_resolved")
    return summary_letter(
        agency=agency,
        sender=sender,
        to_name=to_name,
        number=ticket.number,
        title=ticket.title,
        done=ticket.resolution_notes,
    )


async def preview_of(lane: Lane, number: int) -> SummaryPreview:
    """The mail in the reader's name. Raises `NotFound`, `Conflict` for an open ticket."""
    ticket = await ticket_view(lane, number)
    client = await client_view(lane, ticket.client_id)
    letter = letter_of(ticket, (await here(lane)).name, lane.actor.name, client.contact_name)
    return SummaryPreview(client.contact_email, letter.subject, letter.body, ticket.version)


def _summaries(sight: Sight) -> Question:
    row, mail = TicketSummary, AgencyMail
    its_mail = and_(mail.agency_id == row.agency_id, mail.id == row.mail_id)
    status: Any = case(
        (mail.sent_at.is_not(None), "sent"), (mail.attempts >= ATTEMPTS, "failed"), else_="waiting"
    )
    return (
        hanging_seen(row, sight)
        .join(mail, its_mail)
        .where(Ticket.number == NUMBER)
        .with_only_columns(
            row.id,
            row.to_email,
            row.sent_by,
            person_name(row.sent_by).label("sender"),
            row.created_at,
            status.label("status"),
            mail.sent_at.label("left_at"),
            mail.last_error.label("error"),
        )
    )


SUMMARIES = Paged(
    "ticket summaries",
    SummaryView,
    _summaries,
    {"latest": (Key(TicketSummary.created_at, descending=True),)},
    unique=TicketSummary.id,
)
