"""Who asks, for what takes several transactions: while a vendor is asked, none is open."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import Request

from audienceos.connections.ports import Permanent, Transient
from audienceos.platform.actor import Actor
from audienceos.platform.auth.visiting import opening_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Opening
from audienceos.platform.errors import Conflict, Unavailable
from audienceos.platform.settings import Settings
from audienceos.platform.web.requests import acting, database_of, settings_of

Asked = Request[Any, Any, Any]


class Door(msgspec.Struct, frozen=True):
    """What an action of several transactions begins each of them with."""

    database: Database
    settings: Settings
    opening: Opening
    actor: Actor


async def door_of(request: Asked) -> Door:
    """Who asks, let in once as `acting` does; each later transaction asks again."""
    async with acting(request) as db:
        actor = db.actor
    return Door(database_of(request), settings_of(request), await opening_of(request), actor)


@contextmanager
def told() -> Generator[None]:
    """What a vendor refuses, as this product says it. Raises `Conflict` for good, `Unavailable` for now."""
    try:
        yield
    except Permanent as problem:
        raise Conflict(f"{problem}.", code="not_granted") from None
    except Transient as problem:
        raise Unavailable(f"{problem}. Try again in a while.", code="vendor_away") from None
