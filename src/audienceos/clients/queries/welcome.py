"""How far a new agency has come: its first steps, each told by what is really there."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from audienceos.agency.access import invitations_seen, users_seen
from audienceos.clients.access import clients_seen
from audienceos.clients.models import StageEvent
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read


class Steps(msgspec.Struct, frozen=True):
    """Which of them are done."""

    has_clients: bool
    has_company: bool
    """Somebody else is here, or was asked in."""
    has_moved: bool
    """A client went from one stage to another."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be shown."""
        return self.has_clients and self.has_company and self.has_moved


def _steps(sight: Sight) -> Question:
    people = select(func.count()).select_from(users_seen(sight).limit(2).subquery()).scalar_subquery()
    moved = select(StageEvent.id).where(StageEvent.agency_id == AGENCY, StageEvent.from_stage.is_not(None))
    return select(
        clients_seen(sight).exists().label("has_clients"),
        ((people > 1) | invitations_seen(sight).exists()).label("has_company"),
        moved.exists().label("has_moved"),
    )


STEPS = Read(Steps, _steps)


async def welcome_of(lane: Lane, *, is_dismissed: bool) -> Steps | None:
    """The first steps, for an admin who has not put them away and whose agency has some left; else None."""
    if is_dismissed or not lane.actor.is_admin:
        return None
    steps = await STEPS.one(lane)
    return None if steps is None or steps.is_done else steps
