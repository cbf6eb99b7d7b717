"""What a message does to a thread: it opens it, closes it, leaves it, or answers."""

from __future__ import annotations

from collections.abc import Sequence, Set

from audienceos.inbox.waiting.reading import OPENING, REMARKS, YES, Does, Read
from audienceos.inbox.waiting.shapes import Code

OPENS: dict[Does, Code] = {"asks": "asks_question", "orders": "requests_action", "complains": "complaint"}
STRONG: frozenset[Code] = frozenset(OPENS.values())
CONTENT: frozenset[Code] = frozenset({"new_thread", "new_content"})
BRIEF = 10
"""Words, with the marks between clauses, of what is brief."""
CLOSING = 4
"""Words, with the marks between clauses, of thanks that close a message."""
UNDECIDED: frozenset[Does] = frozenset({"tells", "plans", "holding", "done"})
"""What is news unless it stands beside thanks."""
AGREES: frozenset[Does] = frozenset({"thanks", "praises", "resolves"})
ALSO_DONE: frozenset[Does] = AGREES | frozenset[Does]({"done"})
"""What closes a thread that has begun; that something is done is news at its beginning."""
FIRM: frozenset[Does] = frozenset({"promises", "plans"})
"""A promise; a plan is one only in answer to something."""
SUBSTANCE: frozenset[Does] = frozenset(
    {"asks", "orders", "worries", "hands", "done", "resolves", "informs", "tells", "complains", "withdraws"}
)
"""What makes our message more than manners."""


def from_them(reads: Sequence[Read], aside: bool, begun: bool, answered: bool) -> tuple[Code, str]:
    """What a message from outside does to the thread, and the sentence that does it.

    A few words behind an answer of ours, with nothing in them that asks or worries, are taken for thanks.
    """
    for does in OPENING:
        if quote := sentence_that(reads, {does}):
            return OPENS[does], quote
    content: Code = "new_content" if begun else "new_thread"
    worries = sentence_that(reads, {"worries"})
    if quote := sentence_that(reads, {"withdraws"}):
        return (content, worries) if worries else ("withdrawn", quote)
    if worries and (answered or not begun):  # their trouble is ours, though they will do something too
        return content, worries
    if quote := sentence_that(
        reads, {"promises", "holding", "accepts", "plans"} if begun else {"promises", "accepts"}
    ):
        return "they_promised", quote
    if worries:
        return content, worries
    if quote := sentence_that(reads, {"informs"}):
        return "for_information", quote
    told = [one.sentence.said for one in reads if one.does in UNDECIDED]
    hands = next((one.sentence.said for one in reads if one.hands), None)
    thanks = sentence_that(_before_the_end(reads), ALSO_DONE if begun else AGREES)
    if thanks is not None and len(told) <= REMARKS and hands is None:
        return "acknowledgement_only", thanks
    if aside and not told:
        return "among_themselves", ""
    if answered and told and hands is None and sum(len(one.sentence.words) for one in reads) <= BRIEF:
        return "acknowledgement_only", told[0]
    if told or hands:
        return content, told[0] if told else hands or ""
    return "acknowledgement_only", reads[0].sentence.said if reads else ""


def _before_the_end(reads: Sequence[Read]) -> Sequence[Read]:
    """Without the thanks that only close a message which has told something."""
    last = max((at for at, one in enumerate(reads) if one.does in UNDECIDED), default=-1)
    if last < 0:
        return reads
    return [
        *reads[:last],
        *(one for one in reads[last:] if one.does != "thanks" or len(one.sentence.words) > CLOSING),
    ]


def answers(reads: Sequence[Read]) -> bool:
    """Whether our message says more than thanks, greetings and promises."""
    if any(one.does in FIRM or one.does == "holding" for one in reads):
        return gives(reads) or bool(sentence_that(reads, {"asks", "orders"}))
    begins = next((one.sentence.words[0] for one in reads if one.sentence.words), "")
    return bool(sentence_that(reads, SUBSTANCE)) or begins in YES or gives(reads)


def gives(reads: Sequence[Read]) -> bool:
    """Whether our message gives something or says that something is done."""
    return any(one.hands or one.done for one in reads)


def hands_over(reads: Sequence[Read]) -> bool:
    """Whether it gives something."""
    return any(one.hands for one in reads)


def sentence_that(reads: Sequence[Read], kinds: Set[Does]) -> str | None:
    """The first sentence that does one of these."""
    return next((one.sentence.said for one in reads if one.does in kinds), None)
