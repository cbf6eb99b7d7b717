"""What the parts of the dashboard show. Each is read by itself where one of them fails, so that the others stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

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


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Over whose clients figures are asked for."""

    mine: bool = False
    """Over the clients alone that one is assigned to, though one may see more."""

    @property
    def whose(self) -> dict[str, object]:
        """What stands in the address for this."""
        return {"mine": "true"} if self.mine else {}


class DashboardQuery(Whose, frozen=True, kw_only=True):
    """What the dashboard can be asked."""

    days: Days = 30
    """Over how many days installs are shown, today among them."""

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address, the usual left out."""
        return self.whose | ({} if self.days == 30 else {"days": self.days})


def narrowed(lane: Lane, asked: Whose) -> Lane:
    """The lane of somebody who sees only what was asked for: every read then says it of those clients alone."""
    if not asked.mine:
        return lane
    return replace(lane, actor=replace(lane.actor, narrowed=True))


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
    lane = narrowed(lane, asked)
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
