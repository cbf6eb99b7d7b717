"""What tests of the dashboard begin with, each made by the product's own doors."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import update

from audienceos.clients.models import Client
from audienceos.dashboard.models import KpiSnapshot
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client, listed

NOON = datetime.combine(datetime.now(UTC).date(), time(12), tzinfo=UTC)
TODAY = NOON.date()


async def kpi(player: Player, name: str, **params: str) -> dict[str, Any]:
    """One figure, as the reader sees it."""
    return next(one for one in await listed(player, "/v1/kpis", **params) if one["name"] == name)


async def value(player: Player, name: str, **params: str) -> float | None:
    """What one figure says."""
    return (await kpi(player, name, **params))["value"]


async def moved(player: Player, client: Row, *stages: str) -> None:
    """The client, gone through these stages."""
    at = (await player.get(f"/v1/clients/{client['id']}")).json()["stage"]
    for stage in stages:
        body = {"from_stage": at, "to_stage": stage}
        answer = await player.post(f"/v1/clients/{client['id']}/moves", json=body)
        assert answer.status_code in (200, 201), answer.text
        at = stage


async def installed(
    database: Database, player: Player, name: str, *, days: int, ago: int = 0, **fields: Any
) -> Row:
    """A client that came `days` days before it went live, which was `ago` days ago."""
    client = await a_client(player, name, **fields)
    await moved(player, client, "Live")
    live = TODAY - timedelta(days=ago)
    await went_back(database, player, client, live - timedelta(days=days), live)
    return client


async def went_back(database: Database, player: Player, client: Row, came: date, live: date) -> None:
    """Set a client's history back: the day on which it came, and its first one live.

    The history can't be changed, not even by its owner, so it is written anew.
    """
    first = datetime.combine(came, time(9), tzinfo=UTC)
    then = datetime.combine(live, time(9, 30), tzinfo=UTC)
    own = {"agency_id": player.agency_id, "client_id": UUID(client["id"])}
    async with database.acting(player.claims) as db:
        mine = (Client.agency_id == player.agency_id, Client.id == own["client_id"])
        await db.execute(update(Client).where(*mine).values(install_date=live, created_at=first))
    assert database.addresses.admin is not None
    await _rewrite(database, own, first, then)


async def _rewrite(database: Database, own: dict[str, UUID], first: datetime, then: datetime) -> None:
    assert database.addresses.admin is not None
    async with connected(database.addresses.admin) as connection:
        await connection.execute(
            "update stage_event set moved_at = case when from_stage is null then $3::timestamptz else $4::timestamptz end"
            " where agency_id = $1 and client_id = $2",
            own["agency_id"],
            own["client_id"],
            first,
            then,
        )


async def kept(database: Database, player: Player, name: str, day: date, value: float) -> None:
    """A snapshot of that day."""
    async with database.acting(player.claims) as db:
        db.add(KpiSnapshot(metric_name=name, value=Decimal(str(value)), snapshot_date=day))
