"""What something costs: processor time of the client and of the server, and time on the wall, by taking turns.

The machine is shared and noisy, so nothing is compared across time: in every round each contender does the same
work once, in a shuffled order, and what is told is the median over the rounds of one contender's cost through
another's of the same round.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

NANO = 1e-9

Work = Callable[[Sequence[int]], Awaitable[None]]
"""Does its operation once for each number of the sequence: numbers of agencies, mostly."""


class Cost(msgspec.Struct, frozen=True):
    """Seconds for one round of one contender."""

    client: float
    server: float
    wall: float

    @property
    def cpu(self) -> float:
        """Processor time of both sides."""
        return self.client + self.server


Part = Callable[[Cost], float]
CLIENT: Part = attrgetter("client")
SERVER: Part = attrgetter("server")
CPU: Part = attrgetter("cpu")
WALL: Part = attrgetter("wall")


class Contender(msgspec.Struct, frozen=True):
    """Something to measure. `client` and `server` are the processes that work for it; 0 is this one."""

    name: str
    work: Work
    order: Sequence[int]
    client: int = 0
    server: tuple[int, ...] = ()


Rounds = Mapping[str, list[Cost]]


async def take_turns(
    contenders: Sequence[Contender], rounds: int, *, warm: int = 2, shuffled: bool = True
) -> Rounds:
    """Every contender once a round, in an order that changes; the first `warm` rounds aren't counted."""
    chance = random.Random(1)  # the same order each run
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    for number in range(-warm, rounds):
        order = list(contenders)
        if shuffled:
            chance.shuffle(order)
        for contender in order:
            cost = await _cost(contender)
            if number >= 0:
                costs[contender.name].append(cost)
    return costs


def ratio(rounds: Rounds, mine: str, floor: str, of: Part) -> float:
    """The median over the rounds of what `mine` costs through what `floor` costs in the same round."""
    pairs = zip(rounds[mine], rounds[floor], strict=True)
    return statistics.median(of(one) / of(other) for one, other in pairs)


def median(costs: Sequence[Cost], of: Part) -> float:
    """The median over the rounds of one contender's cost by itself, in seconds."""
    return statistics.median(map(of, costs))


def cpu_seconds(process: int) -> float:
    """Processor time that a process, with all its threads, has used so far (Linux)."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) * NANO


async def _cost(contender: Contender) -> Cost:
    gc.collect()
    client, server, wall = _clocks(contender)
    await contender.work(contender.order)
    after = _clocks(contender)
    return Cost(after[0] - client, after[1] - server, after[2] - wall)


def _clocks(contender: Contender) -> tuple[float, float, float]:
    client = cpu_seconds(contender.client) if contender.client else time.process_time()
    return client, sum(map(cpu_seconds, contender.server)), time.perf_counter()
