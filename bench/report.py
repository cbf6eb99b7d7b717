"""Tables for the terminal and for `docs/performance.md`, where the figures of each part stand between two marks."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import msgspec

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
LAST = "<!-- figures: end -->"  # what a part's first figures are written before
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


def figures(server: str, load: Sequence[float], goals: Sequence[Goal], tables: Sequence[Table]) -> list[str]:
    """What one part found: where and when, what it says of our goals, and its tables.

    `load` is how many processes wanted the processors, before and after.
    """
    aims = [f"- {goal.what}: {goal.found}, {'met' if goal.met else '**missed**'}" for goal in goals]
    lines = [*machine(server, load), *aims, *([""] if aims else [])]
    return [*lines, *(line for table in tables for line in table.lines())]


def machine(server: str, load: Sequence[float]) -> list[str]:
    """Where and with what this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    programs = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    return [
        f"Measured on {date.today().isoformat()}: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()}; Python {platform.python_version()}, PostgreSQL {server}, {programs}. "
        f"Load meanwhile: {min(load):.1f} to {max(load):.1f} processes for {os.cpu_count()} cores.",
        "",
    ]


def between(page: str, part: str, lines: Sequence[str]) -> str:
    """The page with these lines as that part's, and every other part's as they were. Raises `ValueError` if it has no
    place for them."""
    begin, end = (f"<!-- {part}: {what} -->" for what in ("begin", "end"))
    section = "\n".join([begin, "", *lines, end])
    head, found, rest = page.partition(begin)
    if found:
        _, found, tail = rest.partition(end)
    else:
        head, found, tail = page.partition(LAST)
        section, tail = section + "\n\n", found + tail
    if not found:
        raise ValueError(f"the page has no end of its figures, or of those of {part}")
    return head + section + tail


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
