"""What `docs/quality.md` says is what the code gives, and it is worth having."""

from __future__ import annotations

import pytest

from tests.inbox.quality.measuring import marks, ours, plain_rule
from tests.inbox.quality.page import LANGUAGES, PAGE, replaced
from tests.inbox.quality.threads import Half, labelled

HALVES: tuple[Half, ...] = ("tuning", "held_out", "hard")
LEAST, LEAST_HELD_OUT, LEAST_A_LANGUAGE = 400, 150, 35


def test_the_figures_are_those_that_the_code_gives() -> None:
    """`make quality` writes them anew."""
    page = PAGE.read_text()
    assert replaced(page) == page


@pytest.mark.parametrize("half", HALVES)
def test_the_judgement_is_not_below_the_plain_rule(half: Half) -> None:
    found, plain = marks(labelled(half), ours), marks(labelled(half), plain_rule)
    assert found.f1 > plain.f1
    assert found.precision > plain.precision


@pytest.mark.parametrize("language", LANGUAGES)
def test_nor_is_it_in_any_language(language: str) -> None:
    threads = [thread for half in HALVES for thread in labelled(half) if thread.language == language]
    assert marks(threads, ours).f1 > marks(threads, plain_rule).f1


def test_there_are_enough_threads_of_every_kind() -> None:
    threads = [thread for half in HALVES for thread in labelled(half)]
    assert len({thread.name for thread in threads}) == len(threads) >= LEAST
    assert len(labelled("held_out")) >= LEAST_HELD_OUT
    for language in LANGUAGES:
        assert sum(thread.language == language for thread in threads) >= LEAST_A_LANGUAGE
    waiting = sum(thread.needs_reply for thread in threads)
    assert 0.4 < waiting / len(threads) < 0.6


def test_no_thread_is_written_twice() -> None:
    said = [
        tuple((turn.inbound, turn.text) for turn in thread.turns)
        for half in HALVES
        for thread in labelled(half)
    ]
    assert len(set(said)) == len(said)
