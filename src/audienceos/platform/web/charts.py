"""A series of figures as shapes: where bars, lines and the lines behind them stand. Templates draw them.

Nothing here knows a pixel: across, each figure has a slot ten wide; down, the drawing is a hundred high. The drawing is
stretched to its place, and words stand beside it, since they mustn't be stretched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

Figure = int | float | Decimal
Point = tuple[str, Figure | None]
"""What a figure is of, and the figure; None where there is none, which is no nought."""

SLOT, HEIGHT = 10, 100
STEPS = 4  # about so many lines behind the figures
NICE = (1, 2, 5, 10)
WIDEST = 0.6  # of a slot; few bars are thinner, or they would be blocks
FEW = 4  # bars


class Bar(msgspec.Struct, frozen=True):
    """One figure as a bar, up or down from nought."""

    x: float
    y: float
    width: float
    height: float
    label: str
    figure: Figure


class Plot(msgspec.Struct, frozen=True):
    """A series, drawn. Without any figure everything is empty."""

    width: int
    bars: list[Bar]
    line: str
    """The path of a line through the figures, broken where one is missing."""
    dots: list[tuple[float, float]]
    ticks: list[tuple[float, Figure]]
    """The lines behind, from the top: where, and what they stand for."""
    highest: Point | None
    lowest: Point | None


def plot(points: Sequence[Point]) -> Plot:
    """Place every figure. The lines behind begin at nought and end at a round figure beyond the last."""
    told = [(at, label, figure) for at, (label, figure) in enumerate(points) if figure is not None]
    if not told:
        return Plot(SLOT, [], "", [], [], None, None)
    figures = [figure for _, _, figure in told]
    marks = _marks(min(0, *figures), max(0, *figures))
    top, bottom = float(marks[0]), float(marks[-1])

    def down(figure: Figure) -> float:
        return round(HEIGHT * (top - float(figure)) / (top - bottom), 2)

    share = SLOT * min(WIDEST, WIDEST * len(points) / FEW)
    bars = [
        Bar(
            round(at * SLOT + (SLOT - share) / 2, 2),
            min(down(figure), down(0)),
            round(share, 2),
            round(abs(down(figure) - down(0)), 2),
            label,
            figure,
        )
        for at, label, figure in told
    ]
    places = {at: (at * SLOT + SLOT / 2, down(figure)) for at, _, figure in told}
    return Plot(
        width=len(points) * SLOT,
        bars=bars,
        line=" ".join(_path(places)),
        dots=list(places.values()),
        ticks=[(down(mark), mark) for mark in marks],
        highest=max(((label, figure) for _, label, figure in told), key=lambda point: point[1]),
        lowest=min(((label, figure) for _, label, figure in told), key=lambda point: point[1]),
    )


def _path(places: dict[int, tuple[float, float]]) -> Iterator[str]:
    for at, (x, y) in places.items():
        yield f"{'L' if at - 1 in places else 'M'}{x:g} {y:g}"


def _marks(least: Figure, most: Figure) -> list[Figure]:
    """Round figures from above `most` down to below `least`; two at least."""
    span = float(most) - float(least)
    rough = span / STEPS or 1
    power = 10 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in NICE if nice * power >= rough * 0.999)
    first, last = math.ceil(round(float(most) / step, 6)), math.floor(round(float(least) / step, 6))
    return [_round(step * count) for count in range(first or (0 if last else 1), last - 1, -1)]


def _round(figure: float) -> Figure:
    """Without what binary fractions add, and whole where it is."""
    figure = round(figure, 10)
    return int(figure) if figure == int(figure) else figure
