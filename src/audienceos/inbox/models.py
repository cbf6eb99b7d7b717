"""Messages between an agency and its clients, whatever carried them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Walled, of_agency, one_of, to


class Communication(Created, Walled, Base):
    """One message. Without a thread it is a thread of its own; answered outside the product, nobody replied."""

    __tablename__ = "communication"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "replied_by"),
        one_of("platform", "slack", "gmail"),
        UniqueConstraint("agency_id", "platform", "message_id"),
        Index("communication_client_ix", "agency_id", "client_id", "platform"),
        Index(
            "communication_waiting_ix",
            "agency_id",
            text("received_at desc"),
            postgresql_where=text("needs_reply"),
        ),
    )

    client_id: Mapped[UUID]
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
