"""Clients brought in from a file, by the product's own way, beside the bare statements that put such rows in place.

The floor is given ready values: it reads no file, judges nothing, looks for no client that is there already, and
keeps nothing to undo by. It writes each client with its first stage event and its id in the other tool, by three
statements for as many rows as the product takes in one transaction, inside the wall.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from audienceos.clients.actions.imports import start_import
from audienceos.clients.importing.receiving import receive
from audienceos.clients.importing.running import Who, run_import
from audienceos.clients.importing.walking import BATCH
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.storage.store import keep_files, storage_of
from bench.filling import agency_id, person_id
from bench.ground import Ground, town
from bench.measuring import CLIENT, WALL, Contender, median, ratio, take_turns
from bench.reads import bare_pool, begins, known

ROWS = 4_000
AGENCIES = 16
HEADERS = ("Record ID", "Company name", "Company Domain Name", "Contact name", "Contact e-mail", "Stage",
           "Lifetime value", "City")  # fmt: skip
STAGES = ("Onboarding", "Live", "Live", "Needs Support")

BARE = (
    """
insert into client (agency_id, id, name, name_key, domain, contact_name, contact_email, stage, stage_entered_at,
                    last_activity_at, lifetime_value, created_by)
select $1, id, name, lower(name), domain, contact, email, stage, now(), now(), value, $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[])
       as given (id, name, domain, contact, email, stage, value)""",
    """
insert into stage_event (agency_id, id, client_id, to_stage, moved_by, moved_at)
select $1, id, client_id, stage, $2, now() from unnest($3::uuid[], $4::uuid[], $5::text[]) as given (id, client_id, stage)""",
    """
insert into client_external_id (agency_id, id, client_id, source, external_id)
select $1, id, client_id, 'bench', outside from unnest($2::uuid[], $3::uuid[], $4::text[]) as given (id, client_id, outside)""",
)


class Imported(msgspec.Struct, frozen=True):
    """What came of it."""

    rows_a_second: float
    again_a_second: float
    """The same file once more, when nothing in it is new."""
    wall: float
    """Time through the floor's."""
    cpu: float


async def measure(on: Ground, rounds: int) -> Imported:
    """Import the same file into one agency after the other, in turns with the floor."""
    keep_files(storage_of(on.settings))
    file = on.settings.data_dir / "clients.csv"
    rows = write_file(file)
    place = await town(on, AGENCIES, name="imports")
    database = Database(place.ways, pool_size=2)
    importer = _Importer(database, file)
    try:
        async with bare_pool(place.ways.app) as pool:
            floor = _Floor(pool, rows)
            # Each import goes into an agency that had none; the floor always into its own.
            found = await take_turns(
                [
                    Contender("floor", floor.write, (AGENCIES,)),
                    Contender("first", importer.first, (0,)),
                    Contender("again", importer.again, (0,)),
                ],
                rounds,
                warm=1,
                shuffled=False,
            )
    finally:
        await database.close()
    return Imported(
        ROWS / median(found["first"], WALL),
        ROWS / median(found["again"], WALL),
        ratio(found, "first", "floor", WALL),
        ratio(found, "first", "floor", CLIENT),
    )


def write_file(file: Path) -> list[tuple[str, ...]]:
    """A plain file of clients; gives its rows."""
    rows = [
        (
            str(1000 + n), f"Company {n}", f"company-{n}.example", f"Contact {n}", f"c{n}@company-{n}.example",
            STAGES[n % len(STAGES)], str(100 * (n % 90)), f"City {n % 30}",
        )
        for n in range(ROWS)
    ]  # fmt: skip
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([HEADERS, *rows])
    return rows


class _Importer:
    def __init__(self, database: Database, file: Path) -> None:
        self._database = database
        self._file = file
        self._agency = 0

    async def first(self, _: Sequence[int]) -> None:
        self._agency += 1
        await self._bring_in()

    async def again(self, _: Sequence[int]) -> None:
        await self._bring_in()

    async def _bring_in(self) -> None:
        """From the file on the disk to the last commit."""
        database, claims = self._database, known(self._agency)
        import_id = await receive(
            lambda: database.reading(claims), lambda: database.acting(claims), self._file, self._file.name
        )
        async with database.acting(claims) as db:
            await start_import(db, import_id, by_worker=False)
        await run_import(database, Who(agency_id(self._agency), person_id(self._agency)), import_id)


class _Floor:
    def __init__(self, pool: Any, rows: Sequence[tuple[str, ...]]) -> None:
        self._pool = pool
        self._rows = rows

    async def write(self, agencies: Sequence[int]) -> None:
        (agency,) = agencies
        async with self._pool.acquire() as connection:
            for start in range(0, len(self._rows), BATCH):
                await connection.execute(begins(agency, "begin"))
                await self._chunk(connection, agency, self._rows[start : start + BATCH])
                await connection.execute("commit")

    async def _chunk(self, connection: Any, agency: int, rows: Sequence[tuple[str, ...]]) -> None:
        outside, names, domains, contacts, emails, stages, values, _ = map(list, zip(*rows, strict=True))
        ids, marks = _ids(rows), [f"{uuid7()}" for _ in outside]
        tenant, person = agency_id(agency), person_id(agency)
        client, event, external = BARE
        numbers = [int(value) for value in values]
        await connection.execute(
            client, tenant, person, ids, names, domains, contacts, emails, stages, numbers
        )
        await connection.execute(event, tenant, person, _ids(rows), ids, stages)
        await connection.execute(external, tenant, _ids(rows), ids, marks)


def _ids(rows: Sequence[object]) -> list[UUID]:
    return [uuid7() for _ in rows]
