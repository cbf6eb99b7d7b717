"""What may come in about a ticket."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.platform.web.forms import Form

Status = Literal["new", "in_progress", "waiting_client", "resolved"]
Priority = Literal["low", "medium", "high", "critical"]
Category = Literal["technical", "billing", "campaign", "general", "escalation"]

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Text = Annotated[str, Meta(max_length=10_000)]
Said = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S")]
Minutes = Annotated[int, Meta(ge=1, le=99_999)]
Hours = Annotated[int, Meta(ge=1, le=1000)]
MOST_AT_ONCE = 100


class TicketIn(Form):
    """A new ticket. Without a description its title is taken for one."""

    client_id: UUID
    title: Title
    description: Text | None = None
    category: Category = "general"
    priority: Priority = "medium"
    assignee_id: UUID | None = None
    due_date: date | None = None


class TicketPatch(Form):
    """A change of a ticket: what is absent stays, null clears. Its status changes by transitions and a resolution."""

    client_id: UUID | UnsetType = UNSET
    """Another client, for a ticket that was opened for the wrong one and of which the client has seen nothing."""
    title: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET


class TransitionIn(Form):
    """Another status for an open ticket. Resolving and reopening have nouns of their own."""

    to_status: Status


class ResolutionIn(Form):
    """What was done in the end; and time that it took, for an entry of today's in one's own name."""

    final_note: Said
    time_spent_minutes: Annotated[int, Meta(ge=0, le=99_999)] | None = None


class ReopeningIn(Form):
    """Why a resolved ticket is taken up again: it becomes an internal note."""

    reason: Annotated[str, Meta(max_length=1000)] | None = None


class TicketNoteIn(Form):
    """An entry for the log: for the team alone unless it says otherwise."""

    content: Said
    is_internal: bool = True


class TicketNotePatch(Form):
    """A change of an entry by its author, within a day."""

    content: Said | UnsetType = UNSET
    is_internal: bool | UnsetType = UNSET


class TicketTimeIn(Form):
    """Whole minutes that one spent, today unless another day is named."""

    minutes: Minutes
    day: date | None = None
    note: Annotated[str, Meta(max_length=500)] | None = None


class SummaryIn(Form):
    """Yes to the mail that was previewed: to whom, and of which version of the ticket."""

    to_email: Annotated[str, Meta(min_length=3, max_length=100)]
    version: int


class LimitsPatch(Form):
    """How many business hours tickets of each priority may wait for the agency; what is absent stays."""

    critical: Hours | UnsetType = UNSET
    high: Hours | UnsetType = UNSET
    medium: Hours | UnsetType = UNSET
    low: Hours | UnsetType = UNSET


class TicketChangeIn(Form):
    """One verb on many tickets, by their numbers. `assign` without anybody leaves them to nobody."""

    numbers: Annotated[
        list[Annotated[int, Meta(ge=1, le=2**31 - 1)]], Meta(min_length=1, max_length=MOST_AT_ONCE)
    ]
    kind: Literal["assign", "priority", "status"]
    assignee_id: UUID | None = None
    priority: Priority | None = None
    to_status: Status | None = None
    final_note: Said | None = None
    """Needed to resolve; to reopen it is the reason."""


class TicketOutcome(msgspec.Struct, frozen=True):
    """What came of one of them, and why it stayed as it was where it was refused."""

    number: int
    outcome: Literal["changed", "unchanged", "refused"]
    why: str | None = None


class TicketChangeView(msgspec.Struct, frozen=True):
    """What came of all of them."""

    changed: int
    unchanged: int
    refused: int
    tickets: list[TicketOutcome]


def summed(outcomes: list[TicketOutcome]) -> TicketChangeView:
    """How many of each, beside each."""
    of = [one.outcome for one in outcomes]
    return TicketChangeView(of.count("changed"), of.count("unchanged"), of.count("refused"), outcomes)
