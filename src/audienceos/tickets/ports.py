"""What tickets need from rooms beside them: what a ticket that somebody begins elsewhere is to say."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound


class Begun(msgspec.Struct, frozen=True):
    """With what the form of a new ticket begins. Its author changes what they like."""

    client_id: UUID | None
    title: str
    description: str


class FromMessage(Protocol):
    """Whoever knows messages. Raises `NotFound` for one that the reader doesn't see."""

    async def __call__(self, lane: Lane, message_id: UUID, /) -> Begun: ...


_answers: list[FromMessage] = []


def answer_messages(answer: FromMessage) -> None:
    """Say who knows messages; a later word replaces an earlier one."""
    _answers[:] = [answer]


async def begun_by_message(lane: Lane, message_id: UUID) -> Begun:
    """With what a ticket about that message begins. Raises `NotFound`, also where nobody knows of messages."""
    if not _answers:
        raise NotFound("message")
    return await _answers[0](lane, message_id)
