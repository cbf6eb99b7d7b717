"""What stands beside conversations: by which words they are found, who has read them, and whose they are by rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Walled, of_agency, one_of, to, verbs


class ConversationTerm(Base):
    """A word that stands in a conversation: in a subject, a sender's name or address, or what somebody wrote."""

    __tablename__ = "conversation_term"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        Index("conversation_term_of_ix", "agency_id", "conversation_id", "term"),
        verbs("select", "insert", "delete"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(String(50, collation="C"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)


class ConversationSeen(Base):
    """Up to when a person has read a conversation. Their own: nobody else is told."""

    __tablename__ = "conversation_seen"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        to("conversation", "conversation_id"),
        Index("conversation_seen_of_ix", "agency_id", "conversation_id"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class ClientChannel(Created, Walled, Base):
    """A channel in which an agency talks with one client. A client may have several, a channel one client."""

    __tablename__ = "client_channel"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "linked_by"),
        UniqueConstraint("agency_id", "place"),
        Index("client_channel_client_ix", "agency_id", "client_id"),
    )

    client_id: Mapped[UUID]
    place: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    label: Mapped[str | None] = mapped_column(String(50))
    linked_by: Mapped[UUID | None]


class MatchingRule(Created, Walled, Base):
    """What a decision in triage taught: mail from this address, or this domain, is this client's."""

    __tablename__ = "matching_rule"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "taught_by"),
        one_of("kind", "address", "domain"),
        UniqueConstraint("agency_id", "kind", "value"),
        Index("matching_rule_client_ix", "agency_id", "client_id"),
    )

    client_id: Mapped[UUID]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(String(253))
    taught_by: Mapped[UUID]


class RemovedMessage(Base):
    """A message that was taken back before it came: should it come yet, it comes as one that was taken back."""

    __tablename__ = "removed_message"
    __table_args__: Any = (
        of_agency(),
        one_of("platform", "slack", "gmail"),
        Index("removed_message_old_ix", "agency_id", "removed_at"),
        verbs("select", "insert", "delete"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(100, collation="C"), primary_key=True)
    removed_at: Mapped[datetime]
