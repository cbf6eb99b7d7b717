"""What the agency room needs from the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.sessions import Db


class Held(msgspec.Struct, frozen=True):
    """Something that a person is responsible for, and that somebody else must take before they leave."""

    kind: str
    """`client`, and what later rooms add."""
    id: UUID
    name: str


class UserLeaving(Protocol):
    """A room whose rows have an owner or an assignee."""

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        """What the person is responsible for."""
        ...

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        """Give all of it, and what goes with it, to somebody else; nothing held is no error."""
        ...


_leaving: list[UserLeaving] = []


def on_leaving(answer: UserLeaving) -> None:
    """Register a room's answer to somebody leaving, once a process."""
    if answer not in _leaving:
        _leaving.append(answer)


def leaving_answers() -> list[UserLeaving]:
    """Every room's answer to somebody leaving."""
    return _leaving
