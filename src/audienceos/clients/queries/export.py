"""All that a file of clients tells of each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, null

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.clients.queries.columns import custom, days_in_stage, latest_note, open_tickets, owner
from audienceos.clients.queries.filters import filtered
from audienceos.clients.queries.listing import orders
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question
from audienceos.platform.web.paging import Paged


class ExportRow(msgspec.Struct, frozen=True):
    """A client in a file."""

    id: UUID
    name: str
    stage: str
    stage_entered_at: datetime
    days_in_stage: int
    health_status: str
    owner_name: str | None
    owner_email: str | None
    contact_name: str | None
    contact_email: str | None
    domain: str | None
    tags: list[str]
    install_date: date | None
    lifetime_value: Decimal | None
    total_spend: Decimal | None
    last_activity_at: datetime
    notes: str | None
    is_active: bool
    created_at: datetime
    custom: dict[str, Any]
    latest_note: str | None
    """Read only where a file shows it."""
    open_tickets: int


def _rows(sight: Sight, *, form: frozenset[str], noted: bool = False) -> Question:
    held = owner()
    computed: dict[str, ColumnElement[Any]] = {
        "days_in_stage": days_in_stage(),
        "custom": custom(),
        "owner_name": held.c.owner_name,
        "owner_email": held.c.owner_email,
        "latest_note": (latest_note() if noted else null().cast(Text)).label("latest_note"),
        "open_tickets": open_tickets().label("open_tickets"),
    }
    columns = [
        computed[name] if name in computed else getattr(Client, name).expression
        for name in ExportRow.__struct_fields__
    ]
    return (
        filtered(clients_seen(sight), form)
        .outerjoin(held, held.c.client_id == Client.id)
        .with_only_columns(*columns)
    )


EXPORT = Paged("client export", ExportRow, _rows, orders(), unique=Client.id)
