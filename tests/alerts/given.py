"""What tests of alerts begin with: time that has passed, and a look by the worker's own job."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from audienceos.alerts.jobs import evaluate
from audienceos.alerts.models import Alert
from audienceos.clients.models import ClientSignal
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, aged

TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
"""Noon, so that a few hours more or less are the same day in the agency's zone, UTC."""


@contextmanager
def days_later(days: float) -> Generator[None]:
    """As if so many days had passed since today's noon."""
    with clock.stopped_at(TODAY + timedelta(days=days)):
        yield


async def look(database: Database, player: Player, days: float = 0) -> None:
    """What the worker does for the agency, so many days later."""
    with days_later(days):
        await evaluate(database, system_of(player.agency_id), {})


async def stuck_for(database: Database, player: Player, client: Row, days: int) -> None:
    """The client has stood in its stage for so many days by today's noon, and somebody wrote to it just now."""
    await aged(
        database, player, client, stage_entered_at=TODAY - timedelta(days=days), last_activity_at=TODAY
    )


async def alerts_of(database: Database, player: Player) -> list[Alert]:
    """Every alert of the agency, the oldest first."""
    async with database.acting(player.claims) as db:
        mine = select(Alert).where(Alert.agency_id == player.agency_id).order_by(Alert.created_at, Alert.id)
        return list(await db.scalars(mine))


async def the_alert(database: Database, player: Player) -> Alert:
    """The only one."""
    (alert,) = await alerts_of(database, player)
    return alert


async def told(player: Player, name: str) -> list[dict[str, Any]]:
    """What was recorded under that name, the newest first."""
    answer = await player.get("/v1/events", params={"action": name})
    assert answer.status_code == 200, answer.text
    return [row["data"] for row in answer.json()["items"]]


async def signals_of(database: Database, player: Player) -> dict[str, str]:
    """How bad each thing is that alerts say of the agency's clients, by its key."""
    async with database.acting(player.claims) as db:
        mine = (ClientSignal.agency_id == player.agency_id, ClientSignal.source == "alerts")
        return {row.key: row.level for row in await db.scalars(select(ClientSignal).where(*mine))}
