"""Somebody asks for the figures to be kept now: as often as is good for all."""

from __future__ import annotations

from typing import Any

from litestar import Request

from audienceos.dashboard.actions.keeping import keep_now
from audienceos.platform.auth.throttle import Limit, take
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.requests import database_of

OFTEN = Limit("key figures", tries=12, seconds=3600)


async def keep_for(request: Request[Any, Any, Any], db: Db) -> None:
    """Keep them. Raises `TooMany` beyond `OFTEN` in one agency, and what `keep_now` raises."""
    await keep_now(db)
    async with database_of(request).serving() as counting:
        await take(counting, OFTEN, str(db.actor.agency_id))
