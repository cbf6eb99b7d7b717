"""The figures of a card and of the chart as shapes. Pure; templates draw them. Lengths are of the drawing's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count

import msgspec

from audienceos.clients.queries.installs import InstallDay

LEFT, RIGHT, TOP, BOTTOM = 28, 408, 24, 144
MIDDLE = (TOP + BOTTOM) / 2
STEPS = 2  # lines on each side of the axis
LINE_WIDTH, LINE_HEIGHT = 88, 24
MARKS = 4  # days named below


class Slot(msgspec.Struct, frozen=True):
    """One day's place across."""

    x: float
    width: float
    day: InstallDay


class Drawn(msgspec.Struct, frozen=True):
    """Days as two stepped areas, one above the axis and one below it."""

    above: str
    below: str
    above_line: str
    below_line: str
    ticks: list[tuple[float, int]]
    """The lines behind: how far down, and what they stand for."""
    names: list[tuple[float, date]]
    """Days that are named, and where."""
    slots: list[Slot]
    new: int
    completed: int


def drawn(days: Sequence[InstallDay]) -> Drawn:
    """Place every day; there is one at least. The scale is the same on both sides."""
    width = (RIGHT - LEFT) / len(days)
    step = _step(max(max(day.new, day.completed) for day in days))
    unit = (MIDDLE - TOP) / (step * STEPS)
    slots = [Slot(round(LEFT + at * width, 2), round(width, 2), day) for at, day in enumerate(days)]
    new = [(slot.x, round(MIDDLE - slot.day.new * unit, 2)) for slot in slots]
    completed = [(slot.x, round(MIDDLE + slot.day.completed * unit, 2)) for slot in slots]
    lines = [" ".join(_stepped(points, width)) for points in (new, completed)]
    return Drawn(
        above=f"{lines[0]}V{MIDDLE:g}H{LEFT}Z",
        below=f"{lines[1]}V{MIDDLE:g}H{LEFT}Z",
        above_line=lines[0],
        below_line=lines[1],
        ticks=[(round(MIDDLE - at * step * unit, 2), abs(at * step)) for at in range(STEPS, -STEPS - 1, -1)],
        names=[(slots[at].x, days[at].day) for at in range(0, len(days), -(-len(days) // MARKS))],
        slots=slots,
        new=sum(day.new for day in days),
        completed=sum(day.completed for day in days),
    )


def weeks(days: Sequence[InstallDay]) -> list[InstallDay]:
    """The same by week, each named by its first day here: Monday, or the first of them."""
    found: dict[date, InstallDay] = {}
    for one in days:
        monday = max(one.day - timedelta(days=one.day.weekday()), days[0].day)
        there = found.get(monday, InstallDay(monday, 0, 0))
        found[monday] = InstallDay(monday, there.new + one.new, there.completed + one.completed)
    return list(found.values())


def sparkline(history: Sequence[float]) -> str:
    """The points of a line through these figures; nothing for fewer than three, which show no course."""
    if len(history) < 3:
        return ""
    least, most = min(history), max(history)
    across = LINE_WIDTH / (len(history) - 1)
    span = (most - least) or 1
    points = (
        (at * across, 2 + (LINE_HEIGHT - 4) * (most - value) / span) for at, value in enumerate(history)
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _stepped(points: Sequence[tuple[float, float]], width: float) -> Iterator[str]:
    for at, (x, y) in enumerate(points):
        yield f"{'L' if at else 'M'}{x:g} {y:g}H{x + width:g}"


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 and so on of which `STEPS` reach that high."""
    return next(
        nice * 10**power for power in count() for nice in (1, 2, 5) if nice * 10**power * STEPS >= most
    )
