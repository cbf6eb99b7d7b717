"""What this room asks of the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

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


class TicketFinder(Protocol):
    """A ticket's client and its id, by its number, as whoever acts sees it. Raises `NotFound`."""

    async def __call__(self, db: Db, number: int, /) -> tuple[UUID, UUID]: ...


_couriers: list[Courier] = []
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
