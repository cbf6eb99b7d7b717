"""The worker's part: what it leaves, and that it may be cut off, repeated and met by another without harm."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from audienceos.agency.models import User
from audienceos.clients.importing import jobs as import_jobs
from audienceos.clients.importing.running import run_import
from audienceos.clients.models import Client, ClientExternalId
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.events.models import Event
from audienceos.platform.jobs.registry import registry
from audienceos.platform.settings import Settings
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.doomed import doomed_worker
from tests.clients.importing.importer import Json, table, who
from tests.platform.jobs.crew import until, worker
from tests.support.crm_export import company_export, company_rows

assert import_jobs  # registers the jobs
HEADER = "Record ID|Name|Stage|Owner"


def many(count: int, first: int = 1) -> bytes:
    """So many clients."""
    return table(HEADER, *(f"{n}|Client {n}|Audit|" for n in range(first, first + count)))


async def events(database: Database, player: Player, *names: str) -> list[Event]:
    """What happened, in order."""
    async with database.acting(player.claims) as db:
        query = select(Event).where(Event.agency_id == player.agency_id, Event.name.in_(names))
        return list(await db.scalars(query.order_by(Event.seq)))


class Cut(Exception):
    """The worker is gone."""


async def test_it_is_brought_in_by_the_worker(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(3))
    async with worker(database, registry):
        await importer.start(ines, view)
        await until(lambda: _is(ines, view, "done"))
    assert len(await importer.clients(ines)) == 3


async def test_a_killed_workers_import_is_gone_on_with_by_the_next(
    ines: Player, database: Database, ways: Addresses, settings: Settings
) -> None:
    view = await importer.upload(ines, many(6000))
    await importer.start(ines, view)

    async def has_begun() -> bool:
        return (await importer.show(ines, view))["done"] > 0

    with doomed_worker(ways, settings.data_dir) as process:
        await until(has_begun)
        process.kill()
        process.wait()
    cut = await importer.show(ines, view)
    assert cut["status"] == "running"
    assert 0 < cut["done"] < 6000
    async with worker(database, registry):
        await until(lambda: _is(ines, view, "done"))
    assert (await importer.show(ines, view))["counts"] == {"created": 6000}
    rows = await importer.rows(ines, view)
    assert len({row["client_id"] for row in rows}) == len(rows) == 6000


async def _is(player: Player, view: Json, status: str) -> bool:
    return (await importer.show(player, view))["status"] == status


async def test_one_event_a_batch_and_one_stage_event_a_client(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, many(1201))
    told = await events(database, ines, "client.imported")
    assert [event.data["counts"] for event in told] == [{"created": 500}, {"created": 500}, {"created": 201}]
    assert {(event.topic, event.actor_id, event.client_id) for event in told} == {
        ("client", ines.user_id, None)
    }
    assert await events(database, ines, "client.created", "client.moved", "client.health_changed") == []
    client = await importer.client_of(ines, "Client 77")
    (first,) = await importer.history(ines, client)
    assert (first["from_stage"], first["to_stage"], first["mover"]) == (None, "Audit", "Ines Aalto")


async def test_a_new_client_is_as_if_made_by_hand(ines: Player, tom: Player, database: Database) -> None:
    content = table(
        "Name|Contact name|Contact e-mail|Phone|Owner|Tags|Notes|LTV|Stage|In stage since|Last activity",
        "Oxbow|Ada Quist|ada@oxbow.example|+41 44|Tom Baker|vip; new|Long ago|1250.5|Audit|2026-01-02|2026-01-03",
    )
    await importer.brought_in(database, ines, content)
    oxbow = await importer.client_of(ines, "Oxbow")
    assert {name: oxbow[name] for name in ("stage", "tags", "notes", "lifetime_value", "contact_name")} == {
        "stage": "Audit", "tags": ["vip", "new"], "notes": "Long ago", "lifetime_value": "1250.50",
        "contact_name": "Ada Quist",
    }  # fmt: skip
    assert oxbow["stage_entered_at"].startswith("2026-01-02")
    assert oxbow["last_activity_at"].startswith("2026-01-03")
    assert oxbow["created_by"] == str(ines.user_id)
    assert (oxbow["health_status"], [reason["key"] for reason in oxbow["health_reasons"]]) == (
        "red",
        ["stage"],
    )
    (contact,) = (await ines.get(f"/v1/clients/{oxbow['id']}/contacts")).json()["items"]
    assert (contact["name"], contact["phone"], contact["is_primary"]) == ("Ada Quist", "+41 44", True)
    (assigned,) = (await ines.get(f"/v1/clients/{oxbow['id']}/assignments")).json()["items"]
    assert (assigned["user_id"], assigned["role"]) == (str(tom.user_id), "owner")


async def test_days_count_from_the_import_unless_the_file_says(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, table("Name|Created at", "Oxbow|2020-01-01"))
    oxbow = await importer.client_of(ines, "Oxbow")
    assert (oxbow["days_in_stage"], oxbow["health_status"]) == (0, "green")


async def test_health_is_judged_alike_by_hand_and_in_bulk(ines: Player, database: Database) -> None:
    """Of an imported client and one made by hand in the same stage the sweep finds nothing to correct."""
    await importer.brought_in(database, ines, many(2))
    async with database.acting(ines.claims) as db:
        due = list(await db.scalars(select(Client.health_due_at).where(Client.agency_id == ines.agency_id)))
    made = (await ines.post("/v1/clients", json={"name": "By hand", "stage": "Audit"})).json()
    async with database.acting(ines.claims) as db:
        own = await db.scalar(select(Client.health_due_at).where(Client.id == UUID(made["id"])))
    assert set(due) == {own}


async def cut_after(database: Database, player: Player, view: Json, rows: int) -> None:
    """A worker that is gone once so many rows are in."""

    def watch(done: int, total: int) -> None:
        if done >= rows:
            raise Cut

    with pytest.raises(Cut):
        await run_import(database, who(player), UUID(view["id"]), watch)


async def test_a_cut_off_worker_is_gone_on_from_where_it_was(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(1300))
    await importer.start(ines, view)
    await cut_after(database, ines, view, 500)
    half = await importer.show(ines, view)
    assert (half["status"], half["done"], half["counts"]) == ("running", 500, {"created": 500})
    assert len(await importer.clients(ines)) == 500
    await importer.work(database, ines, view)
    done = await importer.show(ines, view)
    assert (done["status"], done["done"], done["counts"]) == ("done", 1300, {"created": 1300})
    assert len({one["name"] for one in await importer.clients(ines)}) == 1300
    assert [row["line"] for row in await importer.rows(ines, view)] == list(range(2, 1302))


async def test_a_duplicate_far_below_is_known_after_a_restart(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(700) + b"\n3|Client 3 again|Audit|")
    await importer.start(ines, view)
    await cut_after(database, ines, view, 500)
    await importer.work(database, ines, view)
    failed = await importer.rows(ines, view, "failed")
    assert importer.reasons(failed) == {"Client 3 again": "The same client is in row 4: it has the same id."}


async def test_a_worker_killed_within_a_batch_leaves_nothing_of_it(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(400))
    await importer.start(ines, view)
    for pause in (0.05, 0.1, 0.15, 0.2, 0.3):
        task = asyncio.create_task(importer.work(database, ines, view))
        await asyncio.sleep(pause)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert len(await importer.clients(ines)) in (0, 400)
    await importer.work(database, ines, view)
    assert len(await importer.clients(ines)) == 400
    assert (await importer.show(ines, view))["counts"] == {"created": 400}


async def test_run_twice_nothing_happens_twice(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, many(20))
    assert (await ines.post(f"{importer.IMPORTS}/{view['id']}/run")).status_code == 202
    await importer.work(database, ines, view)
    assert await importer.show(ines, view) == view
    assert len(await importer.clients(ines)) == 20


async def test_who_is_demoted_meanwhile_brings_no_more_in(
    ines: Player, tom: Player, database: Database
) -> None:
    view = await importer.upload(ines, many(1100))
    await importer.start(ines, view)
    await cut_after(database, ines, view, 500)
    await _set(database, ines, role="user")
    await importer.work(database, ines, view)
    await _set(database, ines, role="admin")
    stopped = await importer.show(ines, view)
    assert (stopped["status"], stopped["done"]) == ("failed", 500)
    assert stopped["error"] == "Only an admin may import clients."
    assert (await importer.run(database, ines, view))["counts"] == {"created": 1100}


async def test_who_is_gone_meanwhile_brings_nothing_in(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(3))
    await importer.start(ines, view)
    await _set(database, ines, is_active=False)
    await importer.work(database, ines, view)
    await _set(database, ines, is_active=True)
    stopped = await importer.show(ines, view)
    assert (stopped["status"], stopped["done"]) == ("failed", 0)
    assert "no longer active here" in stopped["error"]


async def _set(database: Database, player: Player, **values: Any) -> None:
    """Straight in the table: a last admin could not be demoted by the product's doors."""
    async with database.serving() as db:
        await db.execute(
            update(User).where(User.agency_id == player.agency_id, User.id == player.user_id).values(**values)
        )


async def test_a_file_that_is_gone_is_told(ines: Player, database: Database, settings: Settings) -> None:
    view = await importer.upload(ines, many(3))
    for kept in (settings.data_dir / "files/imports" / str(ines.agency_id)).iterdir():
        kept.unlink()
    assert (await ines.get(f"{importer.IMPORTS}/{view['id']}/preview")).status_code == 404
    view = await importer.run(database, ines, view)
    assert view["status"] == "failed"
    assert view["error"] == "The file is no longer here: files are kept for 7 days. Upload it again."


async def test_a_stage_removed_meanwhile_becomes_the_first_one(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, many(600))
    await importer.start(ines, view)
    await cut_after(database, ines, view, 500)
    answer = await ines.delete("/v1/stages/Audit", params={"target": "Installation"})
    assert answer.status_code == 204, answer.text
    await importer.work(database, ines, view)
    clients = await importer.clients(ines)
    assert Counter(one["stage"] for one in clients) == {"Installation": 500, "Onboarding": 100}
    late = (await importer.rows(ines, view))[-1]
    assert late["reasons"] == [
        {"field": "Stage", "message": "“Audit” is no stage of yours; a new client starts at Onboarding."}
    ]


async def test_ids_are_unique_whatever_else_goes_wrong(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, company_export(company_rows(50)))
    async with database.acting(ines.claims) as db:
        ids = await db.scalars(
            select(ClientExternalId.external_id).where(ClientExternalId.agency_id == ines.agency_id)
        )
        assert sorted(ids) == sorted(row["Record ID"] for row in company_rows(50))


async def test_the_clock_of_a_changed_client_is_looked_at_soon(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, many(1))
    moved = table(HEADER, "1|Client 1|Live|")
    await importer.brought_in(database, ines, moved, move_stages=True)
    async with database.acting(ines.claims) as db:
        due = await db.scalar(select(Client.health_due_at).where(Client.agency_id == ines.agency_id))
    assert due is not None
    assert due <= clock.now() + timedelta(minutes=1)
