"""The list of clients as a file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from litestar import Litestar, Request
from sqlalchemy import select

from audienceos.agency.team import deactivate
from audienceos.agency.tokens import make_token
from audienceos.clients.exporting import AT_ONCE, cells, header_of, parts
from audienceos.clients.queries.export import ExportRow
from audienceos.clients.queries.fields import FieldView
from audienceos.clients.queries.listing import Sorted
from audienceos.platform.db.database import Database
from audienceos.platform.errors import NotFound
from audienceos.platform.events.models import Event
from tests.cast import HOST, Player
from tests.clients.given import Row, a_client


async def table(player: Player, **params: Any) -> list[dict[str, str]]:
    """The file's rows, by its header."""
    answer = await player.post("/v1/client-exports", params=params)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_file_tells_all_of_a_client(ines: Player) -> None:
    field = (await ines.post("/v1/custom-fields", json={"name": "Seats", "kind": "number"})).json()
    client = await a_client(
        ines,
        "Oxbow",
        stage="Live",
        contact_name="Maya Okoro",
        contact_email="maya@oxbow.example",
        domain="oxbow.example",
        tags=["Dental", "tier: core"],
        lifetime_value="1250.50",
        notes="Shy\nbut kind",
        custom={field["id"]: "12.50"},
    )
    (row,) = await table(ines)
    told = {
        name: text for name, text in row.items() if name not in ("In stage since", "Last activity", "Created")
    }
    assert told == {
        "Id": client["id"],
        "Name": "Oxbow",
        "Stage": "Live",
        "Days in stage": "0",
        "Health": "green",
        "Owner": row["Owner"],
        "Contact name": "Maya Okoro",
        "Contact e-mail": "maya@oxbow.example",
        "Domain": "oxbow.example",
        "Tags": "Dental; tier: core",
        "Install date": client["install_date"],
        "Lifetime value": "1250.50",
        "Total spend": "",
        "Notes": "Shy\nbut kind",
        "Archived": "FALSE",
        "Seats": "12.50",
    }
    assert row["Owner"].startswith("Ines Aalto <ines-")


async def test_a_file_is_filtered_and_sorted_as_the_list_is(ines: Player) -> None:
    for name, stage in (("Oxbow", "Live"), ("Brae", "Live"), ("Cairn", "Audit")):
        await a_client(ines, name, stage=stage)
    assert [row["Name"] for row in await table(ines, stage="Live", sort="-name")] == ["Oxbow", "Brae"]


async def test_nothing_in_a_file_calculates(ines: Player) -> None:
    await a_client(ines, "=1+1", contact_name="@SUM(A1)", notes="-2")
    (row,) = await table(ines)
    assert (row["Name"], row["Contact name"], row["Notes"]) == ("'=1+1", "'@SUM(A1)", "'-2")


async def test_a_file_is_sent_as_one(ines: Player, oxbow: Row) -> None:
    answer = await ines.post("/v1/client-exports")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="clients-')


@pytest.mark.parametrize("query", ["stage=Limbo", "sort=shoe", "limit=5", "colour=red"])
async def test_what_a_filter_cant_be_is_a_400(ines: Player, query: str) -> None:
    assert (await ines.post(f"/v1/client-exports?{query}")).status_code == 400


async def test_more_clients_than_are_read_at_once(database: Database, ines: Player) -> None:
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute(
            """insert into client (agency_id, id, name, name_key, stage_entered_at, last_activity_at)
               select $1, gen_random_uuid(), 'C' || n, 'c', now(), now() from generate_series(1, $2::int) n""",
            ines.agency_id,
            AT_ONCE + 1,
        )
    rows = await table(ines)
    assert (len(rows), len({row["Name"] for row in rows})) == (AT_ONCE + 1, AT_ONCE + 1)


async def test_permission_is_asked_for_again_with_each_part(
    app: Litestar, database: Database, ines: Player, tom: Player
) -> None:
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute(
            """insert into client (agency_id, id, name, name_key, stage_entered_at, last_activity_at)
               select $1, gen_random_uuid(), 'C', 'c', now(), now() from generate_series(1, $2::int)""",
            ines.agency_id,
            AT_ONCE + 1,
        )
    sending = parts(as_asked(app, tom), Sorted(stages=["Onboarding"]), [], ZoneInfo("UTC"))
    first = await anext(sending)
    assert first.count(b"\r\n") > 1
    async with database.acting(ines.claims) as db:
        await deactivate(db, tom.user_id)
    with pytest.raises(NotFound):
        async for _ in sending:
            pass


async def test_a_file_is_for_people(app: Litestar, database: Database, ines: Player) -> None:
    async with database.acting(ines.claims) as db:
        made = await make_token(db, "robot", ["write"])
    robot = httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url=HOST)
    bearer = {"Authorization": f"Bearer {made.token}"}
    answer = await robot.post("/v1/client-exports", headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")


async def test_that_a_file_was_taken_is_recorded(database: Database, ines: Player, oxbow: Row) -> None:
    await table(ines, q="ox")
    async with database.acting(ines.claims) as db:
        (event,) = (await db.scalars(select(Event).where(Event.name == "export.made"))).all()
    assert (event.actor_id, event.data) == (ines.user_id, {"what": "clients", "filters": {"q": "ox"}})


async def test_files_are_limited_to_ten_an_hour(ines: Player, oxbow: Row) -> None:
    path = "/v1/client-exports"
    assert {(await ines.post(path)).status_code for _ in range(10)} == {200}
    refused = await ines.post(path)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)


def test_every_column_has_a_name_of_its_own() -> None:
    fields = [a_field(name) for name in ("name", "Seats", "SEATS", "Seats (2)")]
    names = header_of(fields)
    assert names[-4:] == ["name (2)", "Seats", "SEATS (2)", "Seats (2) (2)"]
    assert len({name.casefold() for name in names}) == len(names)


def test_moments_are_told_on_the_agencys_wall() -> None:
    moment = datetime(2026, 7, 1, 22, 30, 15, 123, tzinfo=UTC)
    given: dict[str, Any] = dict.fromkeys(ExportRow.__struct_fields__)
    given |= {"id": uuid4(), "tags": [], "custom": {}, "is_active": True}
    given |= dict.fromkeys(("stage_entered_at", "last_activity_at", "created_at"), moment)
    row = ExportRow(**given)
    told = dict(zip(header_of([]), cells(row, [], ZoneInfo("Europe/Berlin")), strict=True))
    assert str(told["Created"]) == "2026-07-02 00:30:15+02:00"


def a_field(name: str) -> FieldView:
    """A field of the agency's own."""
    return FieldView(uuid4(), name, "text", [], 0, 1)


def as_asked(app: Litestar, player: Player) -> Request[Any, Any, Any]:
    """A request of the player's, as a handler has it."""
    cookies = "; ".join(f"{name}={value}" for name, value in player.browser.cookies.items())
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())],
        "path_params": {"slug": player.slug},
        "litestar_app": app,
        "state": {},
    }
    return Request(cast("Any", scope))
