"""Whole requests over a socket, each beside the bare driver sending the statements of its answer.

The API's list stands besides beside the same stack with nothing of the product around it (`bench.standin`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audienceos.platform.settings import Settings
from bench.counting import counter
from bench.ground import Town
from bench.measuring import CLIENT, WALL, Contender, ratio, take_turns
from bench.reads import Floor, bare_pool
from bench.site import product, stand_in

AGENCIES = range(1, 11)
REQUESTS = 60  # of each kind in a round
LIST = "API: list"
NAMES = ("list", "board", "client", LIST)
STAND_IN = "stand-in"


class PageCost(msgspec.Struct, frozen=True):
    """A request through its floor: processor time of the web process, and time until the answer is there."""

    name: str
    statements: int
    cpu: float
    wall: float
    floor: str


async def measure(
    place: Town,
    settings: Settings,
    rounds: int,
    *,
    names: Sequence[str] = NAMES,
    agencies: Sequence[int] = AGENCIES,
    requests: int = REQUESTS,
) -> list[PageCost]:
    """Every page in turns with its floor, so many requests of each in a round; the API's list with the bare stack's."""
    order = [agencies[n % len(agencies)] for n in range(requests)]
    counts: dict[str, int] = {}
    async with bare_pool(place.ways.app) as pool, counter(place, settings) as asked:
        contenders: list[Contender] = []
        for name in names:
            found = {agency: (await asked.statements(name, agency))[1:] for agency in agencies}
            counts[name] = len(found[agencies[0]])
            contenders.append(Contender(f"{name} floor", Floor(pool, found).read, order))
        with product(place, settings) as site, stand_in(place) as bare:
            contenders += [Contender(name, site.work(name), order, client=site.process) for name in names]
            if LIST in names:
                contenders.append(Contender(STAND_IN, bare.work(STAND_IN), order, client=bare.process))
            costs = await take_turns(contenders, rounds)
    floors = [(name, f"{name} floor", "its statements on the bare driver") for name in names]
    floors += [(LIST, STAND_IN, "Litestar with a bare select")] if LIST in names else []
    return [
        PageCost(
            name,
            counts[name],
            ratio(costs, name, floor, CLIENT),
            ratio(costs, name, floor, WALL),
            words,
        )
        for name, floor, words in floors
    ]
