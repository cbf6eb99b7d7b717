"""An admin's word on health, and what other rooms say about a client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from audienceos.clients.actions.signals import clear_signal, set_signal
from audienceos.clients.actions.sweeping import rejudge_due
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.findings import Level
from tests.cast import Player
from tests.clients.given import Row, aged, shown

WHY = {"reason": "They told us all is well"}


async def signal(
    database: Database, player: Player, client: Row, key: str = "7", level: Level = "risk", **more: Any
) -> None:
    """What the tickets' room would say."""
    more.setdefault("reason", "A critical ticket is open")
    async with database.acting(player.claims) as db:
        await set_signal(db, UUID(client["id"]), "tickets", key, level, **more)


async def clear(database: Database, player: Player, client: Row, key: str = "7") -> None:
    """It is over."""
    async with database.acting(player.claims) as db:
        await clear_signal(db, UUID(client["id"]), "tickets", key)


async def override(player: Player, client: Row, **more: Any) -> Any:
    """Call the client healthy."""
    return await player.post(f"/v1/clients/{client['id']}/health-override", json={**WHY, **more})


async def health(player: Player, client: Row) -> tuple[str, list[str]]:
    """The client's colour and what stands behind it."""
    now = await shown(player, client)
    return now["health_status"], [reason["key"] for reason in now["health_reasons"]]


async def test_a_signal_colours_the_client_with_its_reason(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await signal(database, ines, oxbow, count=2, since=datetime(2026, 3, 1, tzinfo=UTC))
    now = await shown(ines, oxbow)
    assert now["health_status"] == "red"
    assert now["health_reasons"] == [
        {
            "key": "tickets.7",
            "level": "risk",
            "reason": "A critical ticket is open",
            "evidence": {"count": 2, "since": "2026-03-01T00:00:00+00:00"},
        }
    ]


async def test_a_signal_that_is_over_leaves_nothing(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow)
    await clear(database, ines, oxbow)
    await clear(database, ines, oxbow)
    assert await health(ines, oxbow) == ("green", [])


async def test_a_signal_said_again_is_corrected(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow)
    await signal(database, ines, oxbow, level="watch", reason="It is only high")
    assert await health(ines, oxbow) == ("yellow", ["tickets.7"])


async def test_risk_comes_before_watch(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow, "1", level="watch")
    await signal(database, ines, oxbow, "2")
    assert await health(ines, oxbow) == ("red", ["tickets.2", "tickets.1"])


async def test_a_signal_ends_no_silence(database: Database, ines: Player, oxbow: Row) -> None:
    before = (await shown(ines, oxbow))["last_activity_at"]
    await signal(database, ines, oxbow)
    assert (await shown(ines, oxbow))["last_activity_at"] == before


async def test_the_system_may_say_it_too(database: Database, ines: Player, oxbow: Row) -> None:
    async with database.acting(Claims(system_of(ines.agency_id))) as db:
        await set_signal(db, UUID(oxbow["id"]), "alerts", "spend", "risk", reason="Spend fell")
    assert await health(ines, oxbow) == ("red", ["alerts.spend"])


async def test_an_admins_word_makes_it_green_and_still_says_why_not(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await signal(database, ines, oxbow)
    assert (await override(ines, oxbow)).status_code == 200
    assert await health(ines, oxbow) == ("green", ["override", "tickets.7"])


async def test_it_holds_for_seven_days_unless_told_otherwise(ines: Player, oxbow: Row) -> None:
    for days, given in ((7, {}), (30, {"days": 30})):
        until = datetime.fromisoformat((await override(ines, oxbow, **given)).json()["until"])
        assert timedelta(0) <= datetime.now(UTC) + timedelta(days=days) - until < timedelta(minutes=1)


@pytest.mark.parametrize("given", [{"reason": ""}, {"days": 0}, {"days": 366}, {"days": "soon"}])
async def test_it_needs_a_reason_and_a_number_of_days(
    ines: Player, oxbow: Row, given: dict[str, Any]
) -> None:
    assert (await override(ines, oxbow, **given)).status_code == 422


async def test_only_an_admin_says_so(tom: Player, oxbow: Row) -> None:
    assert (await override(tom, oxbow)).status_code == 403
    assert (await tom.delete(f"/v1/clients/{oxbow['id']}/health-override")).status_code == 403


async def test_taken_back_the_rules_speak_again(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow)
    await override(ines, oxbow)
    path = f"/v1/clients/{oxbow['id']}/health-override"
    assert [(await ines.delete(path)).status_code for _ in range(2)] == [204, 204]
    assert (await ines.get(path)).status_code == 404
    assert await health(ines, oxbow) == ("red", ["tickets.7"])


async def test_a_new_risk_ends_it(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow, "7")
    await override(ines, oxbow)
    await signal(database, ines, oxbow, "8")
    status, keys = await health(ines, oxbow)
    assert (status, set(keys)) == ("red", {"tickets.7", "tickets.8"})
    assert (await shown(ines, oxbow))["health_override_until"] is None


async def test_a_risk_that_grew_ends_it(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow, count=1)
    await override(ines, oxbow)
    await signal(database, ines, oxbow, count=2)
    assert (await health(ines, oxbow))[0] == "red"


async def test_a_risk_that_shrank_or_something_to_watch_doesnt(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await signal(database, ines, oxbow, count=2)
    await override(ines, oxbow)
    await signal(database, ines, oxbow, count=1)
    await signal(database, ines, oxbow, "8", level="watch")
    assert (await health(ines, oxbow))[0] == "green"


async def test_it_expires_by_itself(database: Database, ines: Player, oxbow: Row) -> None:
    await signal(database, ines, oxbow)
    await override(ines, oxbow, days=1)
    with clock.stopped_at(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        async with database.acting(Claims(system_of(ines.agency_id))) as db:
            assert await rejudge_due(db) == 1
    now = await shown(ines, oxbow)
    assert (now["health_status"], now["health_override_until"]) == ("red", None)


async def test_the_red_limit_that_trips_meanwhile_ends_it(
    database: Database, ines: Player, oxbow: Row
) -> None:
    entered = datetime.now(UTC) - timedelta(days=10)
    await aged(database, ines, oxbow, stage_entered_at=entered)
    await override(ines, oxbow, days=30)
    with clock.stopped_at(entered + timedelta(days=14)):
        async with database.acting(Claims(system_of(ines.agency_id))) as db:
            await rejudge_due(db)
    assert (await shown(ines, oxbow))["health_status"] == "red"


async def test_the_red_limit_that_had_tripped_doesnt(database: Database, ines: Player, oxbow: Row) -> None:
    await aged(database, ines, oxbow, stage_entered_at=datetime.now(UTC) - timedelta(days=20))
    await override(ines, oxbow)
    assert await health(ines, oxbow) == ("green", ["override", "stage"])


async def test_an_archived_client_isnt_called_healthy(ines: Player, oxbow: Row) -> None:
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=1)
    assert (await override(ines, oxbow)).json()["code"] == "archived"
