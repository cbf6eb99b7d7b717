"""What live pages ask of the rooms above."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from audienceos.platform.db.database import Lane

DECIDE_WHO_MAY = frozenset({"session", "user", "token", "agency"})
"""Topics after which every open stream of the agency is checked at once: who may hear, and how much."""


class Visible(Protocol):
    """Which of these clients the lane's actor may be told of. Asked only for an actor who doesn't see all.

    Those deleted since count as before, so that the page that shows one learns that it is gone.
    """

    async def __call__(self, lane: Lane, client_ids: list[UUID], /) -> set[UUID]: ...


async def nothing(lane: Lane, client_ids: list[UUID], /) -> set[UUID]:
    """Until a room answers, nobody sees any."""
    return set()


_answers: list[Visible] = [nothing]


def answer_visible(visible: Visible) -> None:
    """Register who knows which clients are seen; a later registration replaces an earlier one."""
    _answers[:] = [visible]


async def visible_of(lane: Lane, client_ids: set[UUID]) -> set[UUID]:
    """Those of the clients that the lane's actor may be told of."""
    return await _answers[0](lane, sorted(client_ids)) if client_ids else set()
