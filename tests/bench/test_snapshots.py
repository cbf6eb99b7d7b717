"""The bench of key figures: both ways write an agency's rows of today, and what it found is told."""

from __future__ import annotations

import pytest
from bench.filling import agency_id
from bench.ground import Town
from bench.snapshots import Snapshots, measure, told_snapshots

from audienceos.platform.db.connect import connected
from tests.bench.conftest import AGENCIES

TODAY = "select count(*) from kpi_snapshot where snapshot_date >= current_date and agency_id = $1"


@pytest.mark.slow
async def test_every_agency_has_the_rows_of_today_whoever_wrote_them_last(place: Town) -> None:
    found = await measure(place, slice_of=AGENCIES // 2)
    async with connected(place.ways.owner) as connection:
        counts = {await connection.fetchval(TODAY, agency_id(agency)) for agency in range(1, AGENCIES + 1)}
    assert counts == {found.rows}
    assert found.rows >= 5


@pytest.mark.slow
async def test_an_agency_takes_a_dozen_statements_at_most(place: Town) -> None:
    assert 4 < (await measure(place)).statements <= 12


def test_it_tells_how_many_agencies_a_second_and_times_the_floor_it_takes() -> None:
    found = Snapshots(
        agencies=10_000, seconds=100.0, queued_seconds=2.5, cpu=3.5, wall=2.0, rows=6, statements=9
    )
    (table,), (goal,) = told_snapshots(found)
    assert table.rows == [("10,000", "100", "9", "6", "3.50", "2.00", "2.5 s")]
    assert (goal.found, goal.met) == ("3.50", False)
