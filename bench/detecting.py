"""Alerts' rules over a whole installation: what judging a million clients costs, and reading the facts for it.

Judging is pure, so its floor is one pass over the same facts that only takes both differences of days. The facts' floor
is the very statements on the bare driver, its rows left as they come.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.alerts.answers import answer_ports
from audienceos.alerts.detectors.clients import inactive, stuck
from audienceos.alerts.looking import seen_in
from audienceos.alerts.ports import Ground
from audienceos.between import introduce
from audienceos.clients.queries.watched import WatchedClient
from audienceos.platform.db.database import Database, Lane
from bench.ground import Town
from bench.measuring import CPU, WALL, Contender
from bench.reads import BACKEND, FLOOR, Floor, Product, bare_pool, known
from bench.recording import asked_by
from bench.report import Goal, Table
from bench.slices import SLICE, Turn, of_floor, ratio_of, slices, turn
from bench.telling import Told

AGENCIES, CLIENTS = 10_000, 100
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
STAGES = ("Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding")
GROUND = Ground(
    NOW,
    ZoneInfo("Europe/Berlin"),
    Pipeline(STAGES, {"Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"}),
)
TURNS = 3
MOST, GROWS_MOST = 2.0, 1.5
LOOKED_AT = (
    "agency",
    "account",
    "user",
    "client",
    "stage_event",
    "task",
    "event",
    "ticket",
    "alert",
    "alert_rule",
)
"""Tables that a look reads; the others needn't be filled for it."""


class Judged(msgspec.Struct, frozen=True):
    """Judging a million clients: how many were told of, and seconds, ours and the floor's."""

    told: int
    ours: float
    floor: float


class Read(msgspec.Struct, frozen=True):
    """Reading and judging every agency of a town: ratios to the bare driver an agency, and seconds for all of it.

    Megabytes are those that this process held: after the first slice of agencies, and at most after any.
    """

    agencies: int
    cpu: float
    wall: float
    seconds: float
    first_mb: float
    most_mb: float


async def measure(place: Town) -> Told:
    """Both, and what they say."""
    answer_ports()
    introduce()
    return told(judge(AGENCIES), await read(place))


def judge(agencies: int) -> Judged:
    """Judge a hundred clients of each of so many agencies: stuck and inactive, as a look does."""
    clients = some_clients()
    ours, floors, found = list[float](), list[float](), 0
    for _ in range(TURNS):
        began = time.process_time()
        found = sum(len(stuck(clients, GROUND)) + len(inactive(clients, GROUND)) for _ in range(agencies))
        ours.append(time.process_time() - began)
        began = time.process_time()
        for _ in range(agencies):
            days_of(clients)
        floors.append(time.process_time() - began)
    return Judged(found, statistics.median(ours), statistics.median(floors))


def some_clients() -> list[WatchedClient]:
    """A hundred, of whom some stand still and some are silent."""
    return [_client(number) for number in range(CLIENTS)]


def days_of(clients: Sequence[WatchedClient]) -> list[tuple[int, int]]:
    """What nobody can judge without: days in stage and days of silence."""
    since = GROUND.days_since
    return [(since(client.stage_entered_at), since(client.last_activity_at)) for client in clients]


async def read(place: Town, slice_of: int = SLICE) -> Read:
    """What a look reads and sees in every agency, beside the same statements on the bare driver."""
    async with AsyncExitStack() as stack:
        database = Database(place.ways, pool_size=1)
        stack.push_async_callback(database.close)
        pool = await stack.enter_async_context(bare_pool(place.ways.app))
        async with database.reading(known(1)) as lane:
            ours = (int(await lane.raw.fetchval(BACKEND)),)
        theirs = (int(await pool.fetchval(BACKEND)),)
        look = Product(database).work(ask, enters=False)
        taken, held = list[Turn](), list[float]()
        for agencies in slices(place.agencies, slice_of):
            few = of_floor(agencies)
            asked = {agency: await asked_by(database, known(agency), ask) for agency in few}
            both = (
                Contender("look", look, agencies, server=ours),
                Contender(FLOOR, Floor(pool, asked).read, few, server=theirs),
            )
            taken.append(await turn(*both, floor_first=bool(len(taken) % 2)))
            held.append(megabytes())
    seconds = sum(one.ours.wall for one in taken)
    return Read(place.agencies, ratio_of(taken, CPU), ratio_of(taken, WALL), seconds, held[0], max(held))


def megabytes() -> float:
    """What this process holds of the memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def ask(lane: Lane) -> None:
    """All that a look asks and sees, without what it changes."""
    await seen_in(lane)


def told(judged: Judged, found: Read) -> Told:
    """Both as a table, and the goals."""
    grown = found.most_mb / found.first_mb
    table = Table(
        "Alerts' rules over a whole installation",
        "Judging: the pure rules about clients through one pass that takes the same differences of days. Reads: all "
        f"that a look at every agency of {CLIENTS} clients asks and sees, through the same statements on the bare driver. "
        f"Memory: what the looking process holds, after any {SLICE} agencies and after the first.",
        ("what", "agencies", "of", "ratio", "for all"),
        _rows(judged, found, grown),
    )
    reads = f"a look's reads at most {MOST:.0f} times the bare driver's processor time"
    memory = f"memory at the last agency at most {GROWS_MOST} times that at the first"
    return [table], [
        Goal(reads, f"{found.cpu:.2f}", found.cpu <= MOST),
        Goal(memory, f"{grown:.2f}", grown <= GROWS_MOST),
    ]


def _rows(judged: Judged, found: Read, grown: float) -> list[tuple[str, ...]]:
    agencies, clients = f"{found.agencies:,}", f"{AGENCIES * CLIENTS:,} clients"
    judging = (f"{judged.ours / judged.floor:.1f}", f"{judged.ours:.0f} s")
    return [
        ("judging", f"{AGENCIES:,}", clients, *judging),
        ("a look's reads", agencies, "processor", f"{found.cpu:.2f}", ""),
        ("a look's reads", agencies, "time", f"{found.wall:.2f}", f"{found.seconds:.1f} s"),
        ("memory", agencies, "that of the first slice", f"{grown:.2f}", f"{found.most_mb:.0f} MB"),
    ]


def _client(number: int) -> WatchedClient:
    """One of a hundred: every tenth has stood still for long, every seventh is silent."""
    still = 20 if number % 10 == 0 else number % 6
    silent = 16 if number % 7 == 0 else number % 5
    return WatchedClient(
        id=UUID(int=number),
        name=f"Client {number}",
        stage=STAGES[number % len(STAGES)],
        stage_entered_at=NOW - timedelta(days=still),
        last_activity_at=NOW - timedelta(days=silent),
        created_at=NOW - timedelta(days=400),
        open_in_stage=number % 3,
        done_in_stage=number % 2,
        move_id=None,
        last_event_id=None,
    )
