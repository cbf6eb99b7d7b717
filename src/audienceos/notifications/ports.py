"""What this room asks of the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What leaves for a person by another way than mail. The same `id` twice is the same parcel."""

    id: UUID
    address: str
    """Where to, in the courier's own terms: a channel."""
    subject: str
    body: str


class Courier(Protocol):
    """Somebody who carries what people are told beside the mail. Queues what it needs; it sends nothing itself, since
    the transaction may still fail.
    """

    async def __call__(self, db: Db, parcel: Parcel, /) -> None: ...


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """A place where people can be told things beside the mail."""

    address: str
    name: str


class Outlets(Protocol):
    """Whoever knows such places: None where none is connected. Raises `Unavailable`."""

    async def __call__(self, database: Database, agency_id: UUID, /) -> list[Outlet] | None: ...


class TicketFinder(Protocol):
    """A ticket's client and its id, by its number, as whoever acts sees it. Raises `NotFound`."""

    async def __call__(self, db: Db, number: int, /) -> tuple[UUID, UUID]: ...


_couriers: list[Courier] = []
_outlets: list[Outlets] = []
_finders: list[TicketFinder] = []


def answer_tickets(finder: TicketFinder) -> None:
    """Register who finds tickets; a later registration replaces an earlier one."""
    _finders[:] = [finder]


async def find_ticket(db: Db, number: int) -> tuple[UUID, UUID]:
    """A ticket's client and its id. Raises `NotFound`, also where nobody knows of tickets."""
    if not _finders:
        raise NotFound("ticket")
    return await _finders[0](db, number)


def answer_courier(courier: Courier) -> None:
    """Register a courier, once a process."""
    if courier not in _couriers:
        _couriers.append(courier)


def couriers() -> list[Courier]:
    """Everybody who carries."""
    return _couriers


def answer_outlets(outlets: Outlets) -> None:
    """Register who knows where people can be told; a later registration replaces an earlier one."""
    _outlets[:] = [outlets]


async def outlets_of(database: Database, agency_id: UUID) -> list[Outlet] | None:
    """Where the agency's people can be told; None where nothing is connected. Raises `Unavailable`."""
    return await _outlets[0](database, agency_id) if _outlets else None
