"""The figures of `docs/quality.md`, drawn from what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.inbox.quality.drafts import BODIES, HAZARDS
from tests.inbox.quality.measuring import Marks, firewall, marks, ours, plain_rule, promises, since
from tests.inbox.quality.threads import Half, Labelled, labelled

PAGE = Path(__file__).parents[3] / "docs" / "quality.md"
BEGIN, END = "<!-- figures: make quality -->", "<!-- figures: end -->"
HALVES: dict[Half, str] = {"tuning": "tuned on", "held_out": "held out", "hard": "hard, held out"}
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch"}


def replaced(page: str) -> str:
    """The page with its figures made anew. Raises `ValueError` if a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE}: the marks {BEGIN} and {END} are missing")
    return f"{before}{BEGIN}\n\n" + "\n".join(_drawn()) + f"\n\n{END}{after}"


def _drawn() -> Iterator[str]:
    threads: dict[Half, list[Labelled]] = {half: labelled(half) for half in HALVES}
    yield from _halves(threads)
    yield ""
    yield from _languages(threads)
    yield ""
    yield from _further(threads)
    yield ""
    yield from _firewall()


def _halves(threads: dict[Half, list[Labelled]]) -> Iterator[str]:
    yield "### Whether somebody waits for us"
    yield ""
    yield "| Threads | | Precision | Recall | F1 | said to wait, wrongly | missed |"
    yield "|---|---|---|---|---|---|---|"
    for half, title in HALVES.items():
        yield f"| {title}, {len(threads[half])} | ours | {_row(marks(threads[half], ours))} |"
        yield f"| | last message is inbound | {_row(marks(threads[half], plain_rule))} |"


def _row(found: Marks) -> str:
    figures = (found.precision, found.recall, found.f1)
    return " | ".join([*(f"{figure:.3f}" for figure in figures), str(found.wrong_yes), str(found.wrong_no)])


def _languages(threads: dict[Half, list[Labelled]]) -> Iterator[str]:
    yield "### By language"
    yield ""
    yield "| Language | Threads | Precision | Recall | F1 | of the plain rule: Precision | Recall | F1 |"
    yield "|---|---|---|---|---|---|---|---|"
    for half, title in HALVES.items():
        for code, language in LANGUAGES.items():
            mine = [thread for thread in threads[half] if thread.language == code]
            found, plain = marks(mine, ours), marks(mine, plain_rule)
            figures = (found.precision, found.recall, found.f1, plain.precision, plain.recall, plain.f1)
            told = " | ".join(f"{one:.3f}" for one in figures)
            yield f"| {language} | {title}, {len(mine)} | {told} |"


def _further(threads: dict[Half, list[Labelled]]) -> Iterator[str]:
    yield "### Since when, and what was promised"
    yield ""
    yield "| Threads | First open message found | All promises right: whose, day, kept or not |"
    yield "|---|---|---|"
    for half, title in HALVES.items():
        begun, promised = since(threads[half]), promises(threads[half])
        yield f"| {title} | {begun[0]} of {begun[1]} | {promised[0]} of {promised[1]} |"


def _firewall() -> Iterator[str]:
    found = firewall()
    yield "### The client firewall"
    yield ""
    yield "| Mistake | Drafts | Stopped | Warned of only | Passed |"
    yield "|---|---|---|---|---|"
    for mistake, caught in found.mistakes.items():
        yield f"| {mistake} | {_shares(caught.drafts, caught.stopped, caught.warned)} |"
    yield f"| none | {_shares(found.clean, found.stopped, found.warned)} |"
    yield ""
    yield f"{len(HAZARDS)} of the {len(BODIES)} texts of clean drafts are written to mislead."


def _shares(drafts: int, stopped: int, warned: int) -> str:
    passed = drafts - stopped - warned
    return " | ".join(
        [f"{drafts:,}", *(f"{100 * count / drafts:.1f} %" for count in (stopped, warned, passed))]
    )
