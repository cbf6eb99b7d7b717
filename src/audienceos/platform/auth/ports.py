"""What `auth` asks of the room that knows agencies: where an address leads, where a person sits, whom to tell."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from audienceos.platform.actor import Role
from audienceos.platform.db.sessions import Db


class Place(msgspec.Struct, frozen=True):
    """Where an address leads: the agency, and the slug that it goes by today."""

    agency_id: UUID
    slug: str


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A person's place in one agency."""

    agency_id: UUID
    user_id: UUID
    slug: str
    agency_name: str
    role: Role
    name: str


class Directory(Protocol):
    """Answered by the agency room. `db` is a transaction of the service login."""

    async def at(self, slug: str) -> Place | None:
        """The agency that has, or once had, this address."""
        ...

    async def seats(self, db: Db, account_id: UUID) -> list[Seat]:
        """Where the person may enter today, by the agencies' names."""
        ...

    async def tell(self, db: Db, account_id: UUID, name: str, subject_type: str, subject_id: UUID) -> None:
        """Record an event about the person in each agency that they may enter, so open pages check again."""
        ...

    async def address_verified(self, db: Db, account_id: UUID, at: datetime) -> None:
        """Copy to every seat that the person's address is proven."""
        ...

    async def address_changed(self, db: Db, account_id: UUID, email: str, at: datetime) -> None:
        """Copy to every seat that the person has another address, proven at that moment."""
        ...

    async def close_seats(self, db: Db, account_id: UUID) -> None:
        """Shut every seat that the person has; an admin of the agency may open it again."""
        ...

    async def end_tokens(self, db: Db, account_id: UUID, at: datetime) -> None:
        """End every API token that the person holds, in all their agencies."""
        ...
