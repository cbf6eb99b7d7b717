"""What the bench of alerts' rules compares is the same work."""

from __future__ import annotations

import pytest
from bench.detecting import CLIENTS, GROUND, ask, days_of, judge, read, some_clients
from bench.ground import Town
from bench.reads import known
from bench.recording import asked_by
from bench.slices import slices

from audienceos.alerts.answers import answer_ports
from audienceos.alerts.detectors.clients import inactive, stuck
from audienceos.between import introduce
from audienceos.platform.db.database import Database


def test_both_passes_see_the_same_hundred_clients() -> None:
    clients = some_clients()
    days = days_of(clients)
    assert len(days) == len(clients) == CLIENTS
    silent = {client.id for client, (_, quiet) in zip(clients, days, strict=True) if quiet > 7}
    assert {one.client_id for one in inactive(clients, GROUND)} == silent
    assert stuck(clients, GROUND)


def test_every_agency_is_judged_anew() -> None:
    clients = some_clients()
    once = len(stuck(clients, GROUND)) + len(inactive(clients, GROUND))
    assert judge(3).told == 3 * once


@pytest.mark.slow
async def test_a_look_asks_as_much_of_an_agency_however_many_clients_it_has(place: Town) -> None:
    answer_ports()
    introduce()
    database = Database(place.ways, pool_size=1)
    asked = [len(await asked_by(database, known(agency), ask)) for agency in (0, 3)]
    await database.close()
    assert asked[0] == asked[1] <= 11


@pytest.mark.slow
async def test_every_agency_of_a_town_is_looked_at_and_memory_is_told(place: Town) -> None:
    answer_ports()
    introduce()
    found = await read(place, slice_of=3)
    assert found.agencies == place.agencies
    assert 0 < found.first_mb <= found.most_mb


def test_slices_hold_every_agency_once() -> None:
    assert [list(one) for one in slices(5, 2)] == [[1, 2], [3, 4], [5]]
