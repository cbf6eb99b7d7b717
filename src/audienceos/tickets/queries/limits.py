"""How long tickets may wait for the agency, as it is now."""

from __future__ import annotations

import msgspec

from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.tickets.access import limits_seen
from audienceos.tickets.models import TicketLimit
from audienceos.tickets.rules import LIMITS


class LimitsView(msgspec.Struct, frozen=True):
    """Business hours that a ticket of each priority may wait in one status before it is escalated."""

    critical: int = LIMITS["critical"]
    high: int = LIMITS["high"]
    medium: int = LIMITS["medium"]
    low: int = LIMITS["low"]
    version: int = 1


def _limits(sight: Sight) -> Question:
    return limits_seen().with_only_columns(
        *(getattr(TicketLimit, name) for name in LimitsView.__struct_fields__)
    )


READ = Read(LimitsView, _limits)


async def limits_view(lane: Lane) -> LimitsView:
    """The agency's, or the usual ones."""
    return await READ.one(lane) or LimitsView()
