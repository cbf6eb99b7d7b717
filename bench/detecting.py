"""Alerts' rules over a whole installation: what judging a million clients costs, and reading the facts for it.

Judging is pure, so its floor is one pass over the same facts that only takes both differences of days. The facts' floor
is the very statements on the bare driver, its rows left as they come.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
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
from bench.measuring import CPU, WALL, Contender, median, ratio, take_turns
from bench.reads import BACKEND, FLOOR, Floor, Product, bare_pool, known
from bench.recording import asked_by
from bench.report import Goal, Table
from bench.telling import Told

AGENCIES, CLIENTS = 10_000, 100
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
STAGES = ("Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding")
GROUND = Ground(
    NOW,
    ZoneInfo("Europe/Berlin"),
    Pipeline(STAGES, {"Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"}),
)
ROUNDS, TURNS = 5, 3
MOST = 2.0


class Judged(msgspec.Struct, frozen=True):
    """Judging a million clients: how many were told of, and seconds, ours and the floor's."""

    told: int
    ours: float
    floor: float


class Read(msgspec.Struct, frozen=True):
    """Reading and judging every agency of a town: ratios to the bare driver, and seconds for all of it."""

    agencies: int
    cpu: float
    wall: float
    seconds: float


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


async def read(place: Town) -> Read:
    """What a look reads and sees in every agency, beside the same statements on the bare driver."""
    order = list(range(1, place.agencies + 1))
    async with AsyncExitStack() as stack:
        database = Database(place.ways, pool_size=1)
        stack.push_async_callback(database.close)
        asked = {agency: await asked_by(database, known(agency), ask) for agency in order}
        pool = await stack.enter_async_context(bare_pool(place.ways.app))
        async with database.reading(known(1)) as lane:
            ours = (int(await lane.raw.fetchval(BACKEND)),)
        theirs = (int(await pool.fetchval(BACKEND)),)
        look = Contender("look", Product(database).work(ask, enters=False), order, server=ours)
        floor = Contender(FLOOR, Floor(pool, asked).read, order, server=theirs)
        found = await take_turns([look, floor], ROUNDS, warm=1)
    cpu, wall = (ratio(found, "look", FLOOR, of) for of in (CPU, WALL))
    return Read(place.agencies, cpu, wall, median(found["look"], WALL))


async def ask(lane: Lane) -> None:
    """All that a look asks and sees, without what it changes."""
    await seen_in(lane)


def told(judged: Judged, found: Read) -> Told:
    """Both as a table, and the goal."""
    through = judged.ours / judged.floor
    rows = [
        (
            "judging",
            f"{AGENCIES:,}",
            f"{AGENCIES * CLIENTS:,} clients",
            f"{through:.1f}",
            f"{judged.ours:.0f} s",
        ),
        ("a look's reads", f"{found.agencies:,}", "processor", f"{found.cpu:.2f}", ""),
        ("a look's reads", f"{found.agencies:,}", "time", f"{found.wall:.2f}", f"{found.seconds:.1f} s"),
    ]
    table = Table(
        "Alerts' rules over a whole installation",
        "Judging: the pure rules about clients through one pass that takes the same differences of days. Reads: all "
        "that a look at every agency asks and sees, through the same statements on the bare driver.",
        ("what", "agencies", "of", "ratio", "for all"),
        rows,
    )
    met = found.cpu <= MOST
    return [table], [Goal(f"A look reads at most {MOST} times the bare driver", f"{found.cpu:.2f}", met)]


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
