"""Something done for thousands of agencies, slice by slice, and for a part of each slice by the bare floor.

What is told is the median over the slices of what an agency costs through what the floor's costs.
"""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec

from bench.measuring import Contender, Cost, Part, take_turns

SLICE = 100  # agencies of a turn
OF_FLOOR = 20  # of each slice that are the floor's, too


class Turn(msgspec.Struct, frozen=True):
    """What both cost, and how many agencies ours had for each of the floor's."""

    ours: Cost
    floor: Cost
    share: float


def slices(agencies: int, slice_of: int = SLICE) -> Iterator[range]:
    """All of them from 1 on, so many at once."""
    for start in range(1, agencies + 1, slice_of):
        yield range(start, min(start + slice_of, agencies + 1))


def of_floor(agencies: Sequence[int]) -> Sequence[int]:
    """The floor's part of a slice."""
    return agencies[:OF_FLOOR]


async def turn(
    ours: Contender,
    floor: Contender,
    *,
    floor_first: bool,
    before: Callable[[], Awaitable[None]] | None = None,
) -> Turn:
    """Both once. `before` is done ahead of each and isn't counted."""
    costs: dict[str, Cost] = {}
    for contender in (floor, ours) if floor_first else (ours, floor):
        if before is not None:
            await before()
        found = await take_turns([contender], 1, warm=0)
        costs[contender.name] = found[contender.name][0]
    share = len(ours.order) / len(floor.order)
    return Turn(costs[ours.name], costs[floor.name], share)


def ratio_of(turns: Sequence[Turn], of: Part) -> float:
    """An agency of ours through one of the floor's."""
    return statistics.median(of(turn.ours) / of(turn.floor) / turn.share for turn in turns)
