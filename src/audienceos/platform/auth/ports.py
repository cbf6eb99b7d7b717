"""What telling who somebody is needs from the rooms above."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec


class Place(msgspec.Struct, frozen=True):
    """The agency that lives at an address, and its present address."""

    agency_id: UUID
    slug: str


class Directory(Protocol):
    """Which agency lives at an address. Implemented by the agency room."""

    async def at(self, slug: str) -> Place | None: ...
