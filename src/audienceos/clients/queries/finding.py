"""Clients by a piece of their name, contact or domain, for the palette."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Integer, Text, bindparam, or_

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.clients.queries.filters import escaped
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.finding import Finding, Found


class Hit(msgspec.Struct, frozen=True):
    """A client that was found."""

    id: UUID
    name: str
    stage: str
    is_active: bool
    health_status: str


def _hits(sight: Sight) -> Question:
    like, begins = bindparam("like", type_=Text()), bindparam("begins", type_=Text())
    sought = (Client.name, Client.contact_name, Client.contact_email, Client.domain)
    columns: list[Any] = [getattr(Client, name) for name in Hit.__struct_fields__]
    return (
        clients_seen(sight)
        .where(or_(*(column.ilike(like, escape="\\") for column in sought)))
        .with_only_columns(*columns)
        .order_by(
            Client.is_active.desc(),
            Client.name.ilike(begins, escape="\\").cast(Boolean()).desc(),
            Client.name.ilike(like, escape="\\").cast(Boolean()).desc(),
            Client.name_key,
            Client.id,
        )
        .limit(bindparam("most", type_=Integer()))
    )


HITS = Read(Hit, _hits)


async def find_clients(lane: Lane, sought: str, most: int) -> list[Found]:
    """Clients that the reader may see, active ones first, and of those the ones whose name begins so."""
    like = escaped(sought)
    rows = await HITS.all(lane, {"like": f"%{like}%", "begins": f"{like}%", "most": most})
    return [
        Found(
            name=row.name,
            route="client",
            parts={"client_id": str(row.id)},
            beside=row.stage if row.is_active else "Archived",
            health=row.health_status if row.is_active else "",
        )
        for row in rows
    ]


FINDING = Finding("Clients", "users", find_clients)
