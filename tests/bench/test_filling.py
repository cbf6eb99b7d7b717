"""The bench's rows are made without the server's checks, so they are checked here."""

from __future__ import annotations

import pytest
from bench.filling import CLIENTS, LARGE_CLIENTS
from bench.ground import Town

from audienceos.platform.db.connect import connected
from audienceos.tables import metadata
from tests.bench.conftest import AGENCIES

pytestmark = pytest.mark.slow

KEYS = [
    (
        table.name,
        list(key.column_keys),
        [element.column.name for element in key.elements],
        key.referred_table.name,
    )
    for table in metadata.sorted_tables
    for key in table.foreign_key_constraints
]


async def test_every_agency_has_its_clients(place: Town) -> None:
    async with connected(place.ways.owner) as connection:
        counts = await connection.fetch("select count(*) from client group by agency_id order by agency_id")
    assert [row[0] for row in counts] == [LARGE_CLIENTS, *[CLIENTS] * AGENCIES]


async def test_every_reference_leads_somewhere(place: Town) -> None:
    assert len(KEYS) > 20
    async with connected(place.ways.owner) as connection:
        for table, mine, theirs, target in KEYS:
            same = " and ".join(f't."{your}" = m."{my}"' for my, your in zip(mine, theirs, strict=True))
            given = " and ".join(f'm."{column}" is not null' for column in mine)
            orphans = await connection.fetchval(
                f'select count(*) from "{table}" m where {given} and not exists (select from "{target}" t where {same})'
            )
            assert orphans == 0, (table, mine)
