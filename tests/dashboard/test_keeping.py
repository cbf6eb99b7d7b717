"""The figures are kept, a row a figure and day; missing days are filled as far as what happened tells them."""

from __future__ import annotations

from datetime import timedelta

from audienceos import worker
from audienceos.dashboard import jobs as dashboard_jobs
from audienceos.dashboard.actions.keeping import every_agency
from audienceos.dashboard.jobs import KEEP, begin_keeping, keep
from audienceos.dashboard.kpis import KPIS
from audienceos.platform.actor import system_of
from audienceos.platform.clock import stopped_at
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.dashboard.given import NOON, TODAY, installed, kept, kpi
from tests.tickets.given import a_ticket

WEEK_AGO = TODAY - timedelta(days=7)


async def swept(database: Database, owner: Player) -> None:
    """An hour has passed for the worker."""
    await keep(database, system_of(owner.agency_id), {})


async def snapshots(player: Player, **params: str) -> list[Row]:
    """What is kept, the newest first."""
    return await listed(player, "/v1/kpi-snapshots", limit=100, **params)


async def on(player: Player, day: str) -> dict[str, float]:
    """What was kept on a day, by its figure."""
    return {
        row["metric_name"]: float(row["value"])
        for row in await snapshots(player)
        if row["snapshot_date"] == day
    }


async def test_each_figure_is_a_row_of_today_and_none_is_no_row(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await a_ticket(ines, oxbow)
    await swept(database, ines)
    found = await on(ines, TODAY.isoformat())
    assert set(found) == {kpi.name for kpi in KPIS} - {"avg_install_time_days"}
    assert (found["total_clients"], found["open_tickets"]) == (1, 1)


async def test_kept_again_the_days_row_is_the_last(database: Database, ines: Player, oxbow: Row) -> None:
    await swept(database, ines)
    await a_client(ines, "Brae")
    await swept(database, ines)
    await swept(database, ines)
    rows = await snapshots(ines, metric="total_clients")
    assert [float(row["value"]) for row in rows if row["snapshot_date"] == TODAY.isoformat()] == [2]


async def test_a_figure_that_is_gone_is_no_longer_kept(database: Database, ines: Player) -> None:
    client = await installed(database, ines, "Quick", days=3)
    await swept(database, ines)
    assert (await on(ines, TODAY.isoformat()))["avg_install_time_days"] == 3
    assert (await ines.delete(f"/v1/clients/{client['id']}")).status_code == 204
    await swept(database, ines)
    assert "avg_install_time_days" not in await on(ines, TODAY.isoformat())


async def test_a_row_says_what_it_was_compared_with_and_how_it_was_counted(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await kept(database, ines, "total_clients", WEEK_AGO, 4)
    await swept(database, ines)
    row = (await snapshots(ines, metric="total_clients"))[0]
    assert (float(row["previous_value"]), row["details"]["formula"]) == (4, 1)
    hours = (await snapshots(ines, metric="support_hours_week"))[0]
    assert (hours["details"]["minutes"], float(hours["previous_value"])) == (0, 0)


async def test_a_day_is_the_agencys(database: Database, ines: Player, oxbow: Row) -> None:
    agency = (await ines.get("/v1/agency")).json()
    there = {"timezone": "Pacific/Kiritimati"}
    assert (await ines.patch("/v1/agency", json=there, version=agency["version"])).is_success
    with stopped_at(NOON):
        await swept(database, ines)
    newest = (await snapshots(ines, metric="total_clients"))[0]
    assert newest["snapshot_date"] == (TODAY + timedelta(days=1)).isoformat()


async def test_missing_days_are_filled_from_when_clients_came_and_moved(
    database: Database, ines: Player
) -> None:
    await installed(database, ines, "Quick", days=4, ago=2)
    await installed(database, ines, "Slow", days=9, ago=5)
    await kept(database, ines, "total_clients", TODAY - timedelta(days=8), 77)
    await swept(database, ines)
    rows = await snapshots(ines, metric="active_onboardings")
    by_day = {row["snapshot_date"]: float(row["value"]) for row in rows}
    ago = [by_day.get((TODAY - timedelta(days=back)).isoformat()) for back in range(1, 10)]
    assert ago == [0, 0, 1, 1, 1, 2, 1, None, 1]
    assert (await kpi(ines, "active_onboardings"))["previous"] == 1
    assert rows[1]["details"]["back_filled"]


async def test_what_nobody_can_tell_any_more_stays_missing(database: Database, ines: Player) -> None:
    client = await installed(database, ines, "Quick", days=4, ago=2)
    body = {"is_active": False}
    version = (await ines.get(f"/v1/clients/{client['id']}")).json()["version"]
    assert (await ines.patch(f"/v1/clients/{client['id']}", json=body, version=version)).is_success
    await a_client(ines, "Brae")
    await swept(database, ines)
    assert len(await snapshots(ines, metric="active_onboardings")) == 1


async def test_the_hour_queues_one_job_for_each_agency(
    database: Database, ines: Player, cleo: Player
) -> None:
    async with database.serving() as db:
        assert {ines.agency_id, cleo.agency_id} <= set(await every_agency(db))
    await begin_keeping(database)
    await begin_keeping(database)
    assert database.addresses.admin is not None
    async with connected(database.addresses.admin) as connection:
        waiting = await connection.fetch(
            "select headers->>'agency_id' as agency, count(*) as jobs from jobs.pgqueuer"
            " where entrypoint = $1 group by 1",
            KEEP,
        )
    found = {row["agency"]: row["jobs"] for row in waiting}
    assert (found[str(ines.agency_id)], found[str(cleo.agency_id)]) == (1, 1)


def test_the_worker_knows_of_it() -> None:
    assert dashboard_jobs in worker.JOBS


async def test_somebody_who_sees_all_clients_keeps_them_now(ines: Player, tom: Player, oxbow: Row) -> None:
    answer = await tom.post("/v1/kpi-snapshots")
    assert answer.status_code == 201
    assert {row["metric_name"] for row in answer.json()["items"]} >= {"total_clients", "open_tickets"}
    events = await listed(ines, "/v1/events", action="kpi.kept")
    assert len(events) == 1


async def test_a_scoped_member_neither_keeps_nor_reads_them(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await swept(database, ines)
    assert (await mia.post("/v1/kpi-snapshots")).status_code == 403
    assert await snapshots(mia) == []


async def test_a_stranger_reads_none(database: Database, ines: Player, cleo: Player, oxbow: Row) -> None:
    await swept(database, ines)
    assert await snapshots(cleo) == []


async def test_too_often_is_too_many_and_the_page_goes_on(ines: Player, oxbow: Row) -> None:
    answers = [(await ines.post("/v1/kpi-snapshots")).status_code for _ in range(13)]
    assert answers == [201] * 12 + [429]
    answer = await ines.post(ines.at("/dashboard/snapshots?days=7"), data={"_csrf": ines.csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, ines.at("/dashboard?days=7"))


async def test_the_button_reads_anew_for_everybody(ines: Player, mia: Player, oxbow: Row) -> None:
    for player, rows in ((mia, 0), (ines, 1)):
        answer = await player.post(player.at("/dashboard/snapshots"), data={"_csrf": player.csrf})
        assert answer.status_code == 303
        assert len(await snapshots(ines, metric="total_clients")) == rows
