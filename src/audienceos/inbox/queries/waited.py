"""For how long somebody waits, in the agency's working time, and whether that is too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import select

from audienceos.agency.hours import Hours, worked
from audienceos.agency.queries import agency_view
from audienceos.inbox.models import RISK_HOURS, WATCH_HOURS, InboxSetting
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Limits(msgspec.Struct, frozen=True):
    """For how many business hours a client may wait."""

    watch_hours: int = WATCH_HOURS
    risk_hours: int = RISK_HOURS
    version: int = 1


class Waited(NamedTuple):
    """Working time that has passed, and what that means."""

    time: timedelta
    level: Literal["ok", "watch", "risk"]

    @property
    def words(self) -> str:
        """48 h; below an hour 40 min."""
        if self.time < HOUR:
            return f"{int(self.time / MINUTE)} min"
        return f"{int(self.time / HOUR):,} h"


class WaitingClock(NamedTuple):
    """The agency's hours and limits, and the moment of asking."""

    hours: Hours | None
    limits: Limits
    now: datetime

    def since(self, moment: datetime) -> Waited:
        """What has passed since then."""
        passed = worked(self.hours, moment, self.now)
        risk, watch = (HOUR * at for at in (self.limits.risk_hours, self.limits.watch_hours))
        return Waited(passed, "risk" if passed >= risk else "watch" if passed >= watch else "ok")


def _limits(sight: Sight) -> Question:
    columns = (getattr(InboxSetting, name) for name in Limits.__struct_fields__)
    return select(*columns).where(InboxSetting.agency_id == AGENCY)


LIMITS = Read(Limits, _limits)


async def waiting_clock(lane: Lane) -> WaitingClock:
    """The clock of the reader's agency, at this moment."""
    agency = await agency_view(lane)
    said = msgspec.to_builtins(agency.business_hours)
    return WaitingClock(Hours.of(said, lane.actor.tz), await limits_of(lane), clock.now())


async def limits_of(lane: Lane) -> Limits:
    """The agency's limits, or the usual ones."""
    return await LIMITS.one(lane) or Limits()
