"""Answers: what somebody is writing, and what somebody had sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Json, Stamped, Versioned, Walled, of_agency, one_of, to

LONGEST = 50_000
"""Characters of an answer."""
KINDS = ("slack", "gmail", "mailbox")
STATES = ("waiting", "sending", "sent", "failed", "cancelled", "held", "unsure")


class Draft(Stamped, Versioned, Walled, Base):
    """What a person is writing into a conversation: one each, and nobody else reads it."""

    __tablename__ = "draft"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        to("conversation", "conversation_id"),
        one_of("account_kind", *KINDS),
        CheckConstraint(f"char_length(text) <= {LONGEST}", name="text"),
        UniqueConstraint("agency_id", "user_id", "conversation_id"),
        Index("draft_conversation_ix", "agency_id", "conversation_id"),
    )

    user_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    text: Mapped[str]
    to_people: Mapped[list[Any]] = mapped_column(JSONB)
    cc_people: Mapped[list[Any]] = mapped_column(JSONB)
    message_id: Mapped[UUID | None]
    """The row of the message that is answered; none for the newest. Not a key, since a message changes its table."""
    is_to_all: Mapped[bool]
    has_quotes: Mapped[bool]
    account_kind: Mapped[str | None]
    account_id: Mapped[UUID | None]
    """Through what it is to leave; none for the first way there is."""
    variables: Mapped[list[Any]] = mapped_column(JSONB)
    """What a template put in: name, value, and whose it is."""
    set_aside: Mapped[str | None]
    """What a save from another window replaced, until its author has seen it."""


class Outgoing(Stamped, Walled, Base):
    """One answer that somebody had sent, as it was then: a click makes one, and it leaves once or not at all."""

    __tablename__ = "outgoing"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        to("client", "client_id"),
        to("user", "author_id"),
        one_of("account_kind", *KINDS),
        one_of("status", *STATES),
        CheckConstraint(f"char_length(text) between 1 and {LONGEST}", name="text"),
        CheckConstraint(
            "(status = 'sending') = (lease_id is not null and lease_until is not null)", name="lease"
        ),
        CheckConstraint("(status = 'sent') = (sent_at is not null)", name="sent"),
        CheckConstraint(
            "reason_code is not null or status not in ('failed', 'cancelled', 'held', 'unsure')",
            name="reason",
        ),
        UniqueConstraint("agency_id", "click_id"),
        UniqueConstraint("agency_id", "message_id"),
        Index("outgoing_conversation_ix", "agency_id", "conversation_id", text("created_at desc")),
        Index("outgoing_client_ix", "agency_id", "client_id"),
        # The sweep asks all agencies at once what is due: the exception to tenant first, as for clients' health.
        Index("outgoing_due_ix", "leaves_at", postgresql_where=text("status = 'waiting'")),
        Index("outgoing_lease_ix", "lease_until", postgresql_where=text("status = 'sending'")),
    )

    conversation_id: Mapped[UUID]
    client_id: Mapped[UUID]
    author_id: Mapped[UUID]
    click_id: Mapped[UUID]
    """What names the click that made it: the same one twice is one answer."""
    text: Mapped[str]
    to_people: Mapped[list[Any]] = mapped_column(JSONB)
    cc_people: Mapped[list[Any]] = mapped_column(JSONB)
    has_quotes: Mapped[bool]
    is_to_all: Mapped[bool]
    variables: Mapped[list[Any]] = mapped_column(JSONB)
    parent_id: Mapped[UUID | None]
    """The row of the message that it answers."""
    parent: Mapped[Json]
    """That message as its platform knows it, as it was (`ports.Parent`)."""
    message_id: Mapped[str] = mapped_column(String(330))
    """Chosen before it leaves, so that it can be looked for."""
    thread_key: Mapped[str] = mapped_column(String(100))
    place: Mapped[str | None] = mapped_column(String(100))
    branch: Mapped[str] = mapped_column(String(100))
    account_kind: Mapped[str]
    account_id: Mapped[UUID]
    """A mailbox or a connection. Not a key: what has left stays told when its mailbox is taken out."""
    account_address: Mapped[str] = mapped_column(String(200))
    status: Mapped[str]
    leaves_at: Mapped[datetime]
    """While it waits: when it leaves, or is tried again."""
    is_scheduled: Mapped[bool]
    overrides: Mapped[list[Any]] = mapped_column(JSONB)
    """What the firewall said and its author decided, with the reason."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    """When it was first tried, since somebody last asked for it."""
    lease_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    """Until when one worker alone has it."""
    reason_code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None]
    """Why it isn't sent, in words for its author."""
    sent_at: Mapped[datetime | None]
    stored_id: Mapped[UUID | None]
    """The row of the message that it became."""
