"""Tables for the terminal and for `docs/performance.md`, whose figures stand between two marks."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import msgspec

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin (written by make bench) -->", "<!-- figures: end -->"
SHOWN = ("asyncpg", "SQLAlchemy", "litestar", "uvicorn", "msgspec", "pgqueuer")


class Table(msgspec.Struct, frozen=True):
    """Some figures, and what they are."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def lines(self) -> Iterator[str]:
        """The table as Markdown, which a terminal shows well too."""
        yield from (f"### {self.title}", "", self.about, "")
        widths = [max(len(row[at]) for row in (self.columns, *self.rows)) for at in range(len(self.columns))]
        yield _line(self.columns, widths)
        yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        yield from (_line(row, widths) for row in self.rows)
        yield ""


class Goal(msgspec.Struct, frozen=True):
    """What we aim at, what this run found, and whether that meets it."""

    what: str
    found: str
    met: bool


def goals(found: Sequence[Goal]) -> Table:
    """All goals in one table."""
    rows = [(goal.what, goal.found, "met" if goal.met else "**missed**") for goal in found]
    return Table("Goals", "What this run found of what we aim at.", ("Goal", "Found", ""), rows)


def machine(server: str, load: Sequence[float]) -> list[str]:
    """Where and with what this was measured. `load` is how many processes wanted the processors, at each part."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    programs = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    return [
        f"Measured on {date.today().isoformat()}: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()}; Python {platform.python_version()}, PostgreSQL {server}, {programs}.",
        "",
        f"Load while it ran: {min(load):.1f} to {max(load):.1f} processes for {os.cpu_count()} cores.",
        "",
    ]


def between(page: str, lines: Sequence[str]) -> str:
    """The page with these lines between its marks. Raises `ValueError` if it has none."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no marks to write between")
    return "\n".join([head + begin, "", *lines, end + tail])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
