"""`/v1/kpi-snapshots`: the key figures as they were kept, day by day."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post

from audienceos.dashboard.asking import keep_for
from audienceos.dashboard.queries.snapshots import SNAPSHOTS, SnapshotQuery, SnapshotView
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/kpi-snapshots", opt={"query": SnapshotQuery})
async def list_snapshots(request: Asked) -> Page[SnapshotView]:
    """What was kept, the newest day first. They tell of all clients: who sees only some of them sees none."""
    asked = filters_from(request, SnapshotQuery)
    async with reading(request) as lane:
        one = asked.metric is not None
        return await SNAPSHOTS.page(lane, asked, sort="newest", binds={"metric": asked.metric}, one=one)


@post("/v1/kpi-snapshots")
async def create_snapshots(request: Asked, db: Transaction) -> Page[SnapshotView]:
    """Keep today's figures before their hour. For who sees all clients; a few times an hour."""
    await keep_for(request, db)
    asked = SnapshotQuery(limit=10)
    return await SNAPSHOTS.page(await lane_of(db), asked, sort="newest", binds={"metric": None}, one=False)


HANDLERS = [list_snapshots, create_snapshots]
