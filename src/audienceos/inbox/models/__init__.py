"""Messages between an agency and its clients, whatever carried them, and the conversations that they make."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import (
    LATER,
    Base,
    Created,
    Json,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
    verbs,
)

PLATFORMS = ("slack", "gmail")
"""As the given model has them: `gmail` is mail of any kind, whichever way it came."""
WATCH_HOURS, RISK_HOURS = 24, 48
"""Where the agency has said nothing."""
_WAITS = text("needs_reply")
_NOBODYS = text("client_id is null")
_SNOOZED = text("snoozed_until is not null")


class InboxSetting(Stamped, Versioned, Base):
    """How an agency's inbox judges; one row, locked while messages come in, so that no two readers thread at once."""

    __tablename__ = "inbox_setting"
    __table_args__: Any = (
        of_agency(),
        CheckConstraint("watch_hours between 1 and 1000", name="watch_hours"),
        CheckConstraint("risk_hours between watch_hours and 1000", name="risk_hours"),
        verbs("select", "insert", "update"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    watch_hours: Mapped[int] = mapped_column(default=WATCH_HOURS, server_default=str(WATCH_HOURS))
    """Business hours that a client may wait before it is worth watching."""
    risk_hours: Mapped[int] = mapped_column(default=RISK_HOURS, server_default=str(RISK_HOURS))


class InboxSource(Stamped, Versioned, Walled, Base):
    """Where messages come from: a mailbox, a workspace, a file. What is kept of them, and how long, is said here."""

    __tablename__ = "inbox_source"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        one_of("platform", *PLATFORMS),
        one_of("kind", "mailbox", "workspace", "mbox", "slack_export"),
        CheckConstraint("keep_days between 1 and 36500", name="keep_days"),
        UniqueConstraint("agency_id", "kind", "external_id"),
    )

    platform: Mapped[str]
    kind: Mapped[str]
    external_id: Mapped[str] = mapped_column(String(200))
    """What names it outside: an address, a workspace's id, a file's digest."""
    name: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[UUID | None]
    """Whose own mailbox it is; none where it is the agency's."""
    is_indexed: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the words of its messages are found by a search."""
    keep_days: Mapped[int | None]
    """After so many days its messages are purged; kept for good without."""
    watermark: Mapped[Json | None]
    """How far it was read, in the words of whoever reads it."""
    emptied_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When somebody had all its messages deleted; what was written before doesn't come in again."""


class Conversation(Stamped, Versioned, Walled, Base):
    """Messages that answer one another. Without a client it waits to be matched; what it says of waiting is judged from
    all its messages each time that one comes, and never from the last one's direction alone.
    """

    __tablename__ = "conversation"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("inbox_source", "source_id"),
        to("user", "assignee_id"),
        to("user", "said_by"),
        one_of("platform", *PLATFORMS),
        one_of("said", "needs_reply", "no_reply"),
        CheckConstraint("needs_reply = (waiting_since is not null)", name="waiting"),
        Index("conversation_client_ix", "agency_id", "client_id", text("last_message_at desc")),
        Index("conversation_latest_ix", "agency_id", text("last_message_at desc")),
        Index("conversation_waiting_ix", "agency_id", "waiting_since", "id", postgresql_where=_WAITS),
        Index("conversation_snoozed_ix", "agency_id", "snoozed_until", postgresql_where=_SNOOZED),
        Index("conversation_theirs_ix", "agency_id", "assignee_id", text("last_message_at desc")),
        Index("conversation_triage_ix", "agency_id", "last_message_at", postgresql_where=_NOBODYS),
        Index("conversation_source_ix", "agency_id", "source_id"),
        Index("conversation_look_ix", "look_at", postgresql_where=text("look_at is not null")),
    )

    client_id: Mapped[UUID | None]
    source_id: Mapped[UUID]
    platform: Mapped[str]
    place: Mapped[str | None] = mapped_column(String(100))
    """Where it is held, as the platform names it: a channel's id."""
    place_name: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str | None] = mapped_column(String(200))
    snippet: Mapped[str] = mapped_column(String(200))
    """How the newest message begins."""
    last_sender: Mapped[str] = mapped_column(String(100))
    people: Mapped[list[str]]
    """Who wrote in it, by name, at most ten."""
    message_count: Mapped[int]
    last_message_at: Mapped[datetime]
    last_inbound_at: Mapped[datetime | None]
    needs_reply: Mapped[bool]
    waiting_since: Mapped[datetime | None]
    """When the first message came that nobody has answered."""
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    """Why it waits, or why not: code, quote and message, the weightiest first."""
    said: Mapped[str | None]
    """What a person decided. It says nothing of messages that came after, and what it closed stays closed."""
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime | None]
    assignee_id: Mapped[UUID | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    """The next moment at which time alone changes something: it has waited too long, or its snooze ends."""
    told_until: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """Up to when its waiting has been told of: a limit that passed later is still to be told."""


class ConversationKey(Base):
    """An id by which messages that are still to come will name the conversation: a root's, a provider's."""

    __tablename__ = "conversation_key"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        one_of("platform", *PLATFORMS),
        Index("conversation_key_of_ix", "agency_id", "conversation_id"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100, collation="C"), primary_key=True)
    conversation_id: Mapped[UUID]


class Said(Created, Walled):
    """One message, whether or not its client is known: the columns that both tables have."""

    platform: Mapped[str]
    thread_id: Mapped[str | None] = mapped_column(String(100))
    message_id: Mapped[str] = mapped_column(String(100))
    sender_email: Mapped[str | None] = mapped_column(String(100))
    sender_name: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str]
    is_inbound: Mapped[bool]
    needs_reply: Mapped[bool]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[UUID | None]
    received_at: Mapped[datetime]
    conversation_id: Mapped[UUID] = mapped_column(sort_order=LATER)
    user_id: Mapped[UUID | None] = mapped_column(sort_order=LATER)
    """Who of the agency wrote it."""
    automatic: Mapped[str | None] = mapped_column(String(40), sort_order=LATER)
    """Why no human wrote it: `newsletter`, `bounce`; none where one did."""
    to_people: Mapped[list[Any]] = mapped_column(JSONB, sort_order=LATER)
    """To whom: name and address each."""
    cc_people: Mapped[list[Any]] = mapped_column(JSONB, sort_order=LATER)
    attachments: Mapped[list[Any]] = mapped_column(JSONB, sort_order=LATER)
    """Names, types, sizes and where their bytes are; never the bytes."""
    origin: Mapped[Json] = mapped_column(JSONB, sort_order=LATER)
    """What the provider calls it, and what was too long for the columns."""
    edited_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    removed_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When its author took it back; its text is gone and its place kept."""


class Communication(Said, Base):
    """One message. Without a thread it is a thread of its own; answered outside the product, nobody replied."""

    __tablename__ = "communication"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "replied_by"),
        to("conversation", "conversation_id"),
        to("user", "user_id"),
        one_of("platform", *PLATFORMS),
        UniqueConstraint("agency_id", "platform", "message_id"),
        Index("communication_client_ix", "agency_id", "client_id", "platform"),
        Index(
            "communication_waiting_ix",
            "agency_id",
            text("received_at desc"),
            postgresql_where=text("needs_reply"),
        ),
        Index("communication_conversation_ix", "agency_id", "conversation_id", "received_at"),
    )

    client_id: Mapped[UUID] = mapped_column(sort_order=-10)


class TriageMessage(Said, Base):
    """A message of somebody whom no client is known by. It becomes a communication once a person says whose it is."""

    __tablename__ = "triage_message"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        to("user", "replied_by"),
        to("user", "user_id"),
        one_of("platform", *PLATFORMS),
        UniqueConstraint("agency_id", "platform", "message_id"),
        Index("triage_message_conversation_ix", "agency_id", "conversation_id", "received_at"),
        Index("triage_message_sender_ix", "agency_id", "sender_key"),
        Index("triage_message_domain_ix", "agency_id", "sender_domain"),
    )

    sender_key: Mapped[str | None] = mapped_column(String(320), sort_order=LATER + 1)
    """The sender's address as it is compared."""
    sender_domain: Mapped[str | None] = mapped_column(String(320), sort_order=LATER + 1)


class MessageMarkup(Walled, Base):
    """A message's HTML as it came, beside the message so that lists stay slim. Cleaned each time that it is shown."""

    __tablename__ = "message_markup"
    __table_args__: Any = (of_agency(), verbs("select", "insert", "update", "delete"))

    html: Mapped[str]


class Promise(Walled, Base):
    """Something that somebody said they would do, in their own words. Found anew each time that a message comes."""

    __tablename__ = "promise"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        to("user", "user_id"),
        one_of("by", "us", "them"),
        Index("promise_conversation_ix", "agency_id", "conversation_id"),
        Index("promise_due_ix", "agency_id", "due", postgresql_where=text("not is_kept and due is not null")),
        verbs("select", "insert", "delete"),
    )

    conversation_id: Mapped[UUID]
    message_id: Mapped[UUID]
    """The row of the message that says it."""
    by: Mapped[str]
    owner: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[UUID | None]
    quote: Mapped[str] = mapped_column(String(500))
    due: Mapped[date | None]
    said_at: Mapped[datetime]
    is_kept: Mapped[bool]
