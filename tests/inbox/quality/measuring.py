"""What is right and what is missed, counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

import msgspec

from audienceos.inbox.firewall import Directory, inspect
from audienceos.inbox.waiting import Promise, Verdict, judge
from tests.inbox.quality.agency import an_agency
from tests.inbox.quality.drafts import MISTAKES, SEED, made
from tests.inbox.quality.threads import ZONE, Labelled

Judge = Callable[[Labelled], bool]


class Marks(msgspec.Struct):
    """How often a yes or no was right."""

    right_yes: int = 0
    wrong_yes: int = 0
    wrong_no: int = 0
    right_no: int = 0

    @property
    def precision(self) -> float:
        """Of those said to wait, how many do."""
        return self.right_yes / max(1, self.right_yes + self.wrong_yes)

    @property
    def recall(self) -> float:
        """Of those that wait, how many were said to."""
        return self.right_yes / max(1, self.right_yes + self.wrong_no)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.right_yes / max(1, 2 * self.right_yes + self.wrong_yes + self.wrong_no)


@cache
def judged(thread: Labelled) -> Verdict:
    """The judgement at the thread's end."""
    return judge(thread.turns, now=thread.ends, zone=ZONE)


def ours(thread: Labelled) -> bool:
    """What the judgement says."""
    return judged(thread).needs_reply


def plain_rule(thread: Labelled) -> bool:
    """The last message that a human wrote to us or from us came from outside."""
    heard = [turn for turn in thread.turns if turn.automatic is None and turn.addressed]
    return bool(heard) and heard[-1].inbound


def marks(threads: Iterable[Labelled], says: Judge) -> Marks:
    """How often it agrees with the labels."""
    found = Marks()
    for thread in threads:
        said = says(thread)
        if thread.needs_reply:
            found.right_yes += said
            found.wrong_no += not said
        else:
            found.wrong_yes += said
            found.right_no += not said
    return found


def since(threads: Iterable[Labelled]) -> tuple[int, int]:
    """Of the threads that wait and whose first open message is labelled: how often it was found, and of how many."""
    asked = [thread for thread in threads if thread.since]
    found = [judged(thread).turn_id == thread.turns[(thread.since or 0) - 1].id for thread in asked]
    return sum(found), len(asked)


def promises(threads: Iterable[Labelled]) -> tuple[int, int]:
    """Of the threads whose promises are labelled: how often all were found with their days and ends, and of how many."""
    asked = [thread for thread in threads if thread.promises is not None]
    found = [tuple(told(one) for one in judged(thread).promises) == thread.promises for thread in asked]
    return sum(found), len(asked)


def told(promise: Promise) -> str:
    """A promise as labels write it."""
    end = "!" if promise.kept else "x" if promise.replaced else ""
    return f"{promise.by}:{promise.due or '?'}{end}"


class Caught(msgspec.Struct):
    """What the firewall made of drafts with one kind of mistake."""

    drafts: int = 0
    stopped: int = 0
    warned: int = 0
    """Not stopped, but something of this kind was doubted."""


class Firewall(msgspec.Struct):
    """What the firewall made of all drafts."""

    mistakes: dict[str, Caught]
    clean: int = 0
    stopped: int = 0
    warned: int = 0
    """Not stopped, but something was doubted."""


def firewall() -> Firewall:
    """Every made draft, looked at once."""
    rng = random.Random(SEED)
    agency = an_agency(rng)
    directory = Directory(agency.clients, agency.team)
    found = Firewall({mistake: Caught() for mistake in MISTAKES})
    for one in made(agency, rng):
        seen = Counter(
            stop.severity for stop in inspect(one.draft, directory) if one.kind in (None, stop.kind)
        )
        into = found.mistakes[one.mistake] if one.mistake else found
        into.stopped += seen["stop"] > 0
        into.warned += seen["stop"] == 0 and seen["warn"] > 0
        if isinstance(into, Caught):
            into.drafts += 1
        else:
            into.clean += 1
    return found
