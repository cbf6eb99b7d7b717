"""What a sentence does, and what a message does: asks, orders, complains, promises, thanks, or tells something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Literal

import msgspec

from audienceos.inbox.waiting.dates import names_a_day
from audienceos.inbox.waiting.folding import MARKS, Sentence, fold, listed, sentences
from audienceos.inbox.waiting.tables import LEXICON

Does = Literal[
    "asks",
    "orders",
    "complains",
    "withdraws",
    "promises",
    "plans",
    "holding",
    "accepts",
    "worries",
    "hands",
    "done",
    "resolves",
    "informs",
    "praises",
    "thanks",
    "nothing",
    "tells",
]
OPENING: tuple[Does, ...] = ("asks", "orders", "complains")
"""What waits for an answer whatever else is said."""
_ENDS: dict[str, Does] = {"resolved": "resolves", "hands": "hands", "done": "done"}
REMARKS = 2
"""Sentences beside thanks that don't yet make them more than thanks."""
HELLO = 5
"""Words of a greeting at most, with the names in it."""
HELLOS = listed("""
hi hey heya hiya hello dear hallo hoi hola bonjour bonsoir salut liebe lieber guten good gm morning morgen moin sehr geehrte
geehrter beste geachte buenas buenos estimado estimada querido querida cher chere madame monsieur dag yo team werter werte
""")
MANNERS = frozenset({"social", "good", "idle", "but"})
"""What a greeting may mean besides."""
AGREEMENT = 6
"""Words of a sentence that only agrees, at most."""
_IT = frozenset({"it", "that", "this", "them", "these"})
YES = listed("yes no done correct ja nein oui non si sí nee yep nope sent klar fixed")
"""A word that answers by itself."""
GREETINGS = listed("""
hi hey hello dear hallo hoi hola bonjour salut liebe lieber sehr geehrte geehrter beste thanks thank
danke merci gracias bedankt yes no ja oui si ok okay sorry good morning thx cheers best wonderful
lovely great right you
""")
"""Words before a name by which somebody is spoken to."""


PERSONS = listed("""
you you'll you'd sie ihnen ihr euch dir dich du vous te t toi os tienes tendras teneis tendreis recibes je jij jou jullie u
""")
"""Words for whom something comes to."""
FUTURE = listed("will shall should it'll they'll wird werden sera seront aurez auras seran zal zullen wordt")


class Read(msgspec.Struct, frozen=True):
    """A sentence and what it does."""

    does: Does
    sentence: Sentence
    hands: bool = False
    """Whether it gives something, whatever else it does."""
    done: bool = False
    """Whether it says that something is done or right again, whatever else it does."""
    begins: int = -1
    """The word with which a promise begins; -1 where no word does."""


def read(text: str, ours: Set[str], theirs: Set[str], own: Set[str]) -> tuple[list[Read], bool]:
    """What each sentence of a message does, and whether some are spoken to the author's own side only.

    `ours` are the names that the author's side goes by, `theirs` those of the other side, `own` the author's.
    """
    found: list[Read] = []
    among = aside = False
    for sentence in sentences(text):
        spoken_to = called(sentence, ours - own, theirs | own)
        if spoken_to is not None:
            among = spoken_to
        if among:
            aside = True
        else:
            found.append(_read(sentence, own))
    return found, aside


def called(sentence: Sentence, ours: Set[str], others: Set[str]) -> bool | None:
    """Whether the sentence begins by calling somebody of the author's side; None where it calls nobody."""
    for at, word in enumerate(sentence.words[:4]):
        name = word.removeprefix("@")
        follows = sentence.words[at + 1 : at + 2]
        calls = word.startswith("@") or not follows or follows[0] in MARKS
        if calls and name in ours and name not in others:
            return True
        if word.startswith("@") or (name in others and calls):
            return False
        if word not in GREETINGS and word not in MARKS:
            first = at == 0 and bool(follows) and follows[0] == "," and sentence.said[:1].isupper()
            return False if first else None
    return None


def names(author: str) -> frozenset[str]:
    """The words by which somebody is called."""
    words = [part.strip(".,@'\"()") for part in fold(author).split()[:6]]
    return frozenset(word for word in words if len(word) > 1)


def _read(sentence: Sentence, own: Set[str]) -> Read:
    words = [word for word in sentence.words if word not in MARKS]
    if not words and not sentence.asks:
        return Read("nothing", sentence)
    means = LEXICON.read(sentence.words)
    if not sentence.asks and (own >= set(words) or (_is_hello(words) and not means.keys() - MANNERS)):
        return Read("nothing", sentence)
    does = next(_weighed(means.keys(), sentence, len(words)))
    done = "done" in means or "resolved" in means
    return Read(does, sentence, "hands" in means, done, means.get("promises", means.get("plans", -1)))


def _is_hello(words: Sequence[str]) -> bool:
    return len(words) <= HELLO and words[0] in HELLOS


def _weighed(means: Set[str], sentence: Sentence, count: int) -> Iterator[Does]:
    """What it does, the heaviest first: the first is meant."""
    if "withdraws" in means:
        yield "withdraws"
    small_talk = "rhetorical" in means
    if sentence.asks and not small_talk and not _only_manner(means):
        yield "asks"
    if "complains" in means and "resolved" not in means:
        yield "complains"
    if small_talk:
        yield "nothing"
    yield from _promised(means)
    if "asks" in means and "polite" not in means and "informs" not in means:
        yield "asks"
    if "demands" in means or ("wants" in means and "polite" not in means):
        yield "orders"
    if _is_at_it(sentence.words):
        yield "holding"
    if "holding" in means and "unless" not in means:
        yield "holding"
    if "accepts" in means and count <= AGREEMENT:
        yield "accepts"
    if ("problem" in means or "but" in means) and "resolved" not in means and "polite" not in means:
        yield "worries"
    if "informs" in means:
        yield "informs"
    if "good" in means:
        yield "praises"
    if "thanks" in means:
        yield "thanks"
    if "doubts" in means and not means & {"resolved", "polite", "social"}:
        yield "worries"
    for does in _ENDS:
        if does in means:
            yield _ENDS[does]
    if not means & {"unless", "idle"} and _is_dated(sentence.words):
        yield "plans"
    if means & {"social", "polite"}:
        yield "nothing"
    yield "tells"


def _promised(means: Set[str]) -> Iterator[Does]:
    if "promises" in means and "unless" not in means:
        yield "promises"
    if "plans" in means and not means & {"unless", "idle", "informs"}:
        yield "plans"


def _is_dated(words: Sequence[str]) -> bool:
    """Whether something will come to somebody on a day that is named."""
    return names_a_day(words) and any(word in PERSONS or word in FUTURE for word in words)


def _is_at_it(words: Sequence[str]) -> bool:
    """`swapping it now`, `doing that right after`."""
    begun = any(word.endswith("ing") and after in _IT for word, after in pairwise(words))
    return begun and ("now" in words or "right" in words)


def _only_manner(means: Set[str]) -> bool:
    return "social" in means and not means & {"asks", "wants", "problem"}
