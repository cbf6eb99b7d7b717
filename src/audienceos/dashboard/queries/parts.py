"""What the parts of the dashboard show. Each is read by itself where one of them fails, so that the others stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.queries import Here
from audienceos.clients.queries.attention import attended
from audienceos.clients.queries.installs import InstallDay, installs_by_day
from audienceos.dashboard.kpis import Source
from audienceos.dashboard.queries.figures import SOURCES, resting
from audienceos.dashboard.queries.views import kept_before
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane

ATTENDED_AT_MOST = 9
Days = Literal[7, 30, 90]
Part = Literal[Source, "kept", "attention", "days"]
FIGURES: tuple[Part, ...] = ("clients", "tickets", "hours", "installs", "kept")


class DashboardQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard can be asked."""

    days: Days = 30
    """Over how many days installs are shown, today among them."""

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address, the usual left out."""
        return {} if self.days == 30 else {"days": self.days}


async def days_of(lane: Lane, at: Here, number: int) -> list[InstallDay]:
    """What came and went live on each of the last days, today being the last. One statement."""
    zone = ZoneInfo(at.timezone)
    today = today_in(zone)
    days = [today - timedelta(days=back) for back in range(number - 1, -1, -1)]
    began = datetime.combine(days[0], time(), tzinfo=zone)
    binds = {"since": days[0], "since_moment": began, "resting": resting(at.pipeline)}
    return await installs_by_day(lane, binds, days)


async def _attention(lane: Lane, at: Here, asked: DashboardQuery) -> Any:
    return await attended(lane, ATTENDED_AT_MOST)


async def _kept(lane: Lane, at: Here, asked: DashboardQuery) -> Any:
    return await kept_before(lane)


async def _days(lane: Lane, at: Here, asked: DashboardQuery) -> Any:
    return await days_of(lane, at, asked.days)


async def read_part(lane: Lane, at: Here, asked: DashboardQuery, part: Part) -> Any:
    """What one part shows. One statement."""
    if part in ("attention", "kept", "days"):
        return await _READ[part](lane, at, asked)
    return await SOURCES[part](lane, at)


async def read_parts(
    lane: Lane, at: Here, asked: DashboardQuery, parts: Iterable[Part]
) -> Mapping[Part, Any]:
    """What these parts show, in one picture of the database."""
    return {part: await read_part(lane, at, asked, part) for part in parts}


_READ: dict[str, Callable[[Lane, Here, DashboardQuery], Awaitable[Any]]] = {
    "attention": _attention,
    "kept": _kept,
    "days": _days,
}
