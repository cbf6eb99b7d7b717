"""The days of installs as a file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.response import Stream

from audienceos.agency.queries import here
from audienceos.dashboard.queries.parts import DashboardQuery, days_of, narrowed
from audienceos.platform.auth.throttle import Limit, take
from audienceos.platform.clock import today_in
from audienceos.platform.events.recording import record
from audienceos.platform.web.downloads import Part, csv_file, csv_pieces
from audienceos.platform.web.requests import acting, database_of, reading

Asked = Request[Any, Any, Any]

OFTEN = Limit("installs exported", tries=30, seconds=3600)
"""Small files, so more often than whole lists."""
HEADER = ("Day", "New clients", "Completed installs", "Still running")


async def exported(request: Asked, asked: DashboardQuery) -> Stream:
    """The file, of the clients that one sees. Its taking is recorded.

    Raises `TooMany` beyond the agreed number of exports an hour.
    """
    async with reading(request) as lane:
        actor = lane.actor
    async with database_of(request).serving() as db:
        await take(db, OFTEN, str(actor.agency_id), str(actor.user_id))
    async with acting(request) as db:
        await record(
            db, "install_export.made", "install_list", None, what="installs", days=asked.days, mine=asked.mine
        )
    name = f"installs-{today_in(actor.tz).isoformat()}.csv"
    return await csv_file(name, _parts(request, asked))


def _parts(request: Asked, asked: DashboardQuery) -> AsyncGenerator[bytes]:
    async def part(_: str | None) -> Part:
        async with reading(request) as lane:
            days = await days_of(narrowed(lane, asked), await here(lane), asked.days)
        return ((one.day, one.new, one.completed, one.day == days[-1].day) for one in days), None

    return csv_pieces(HEADER, part)
