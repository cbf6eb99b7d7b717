"""The bench of digests: both ways write everybody's, and what it found is told."""

from __future__ import annotations

import pytest
from bench.digests import Digests, measure
from bench.ground import ground
from bench.telling import told_digests

PEOPLE, ROUNDS = 25, 2


@pytest.mark.slow
async def test_both_ways_write_one_mail_a_person() -> None:
    async with ground() as on:
        found = await measure(await on.database("digests"), people=PEOPLE, rounds=ROUNDS)
    assert (found.people, found.mails) == (PEOPLE, PEOPLE * 2 * ROUNDS)


def test_it_tells_how_many_times_the_floor_it_takes() -> None:
    (table,), (goal,) = told_digests(Digests(5_000, 5_000, ours=30.0, floor=10.0))
    assert (goal.found, goal.met) == ("3.00", True)
    assert "| 5,000  | 30.0 s | 6.0 ms   | 3.00              |" in table.lines()
