"""What an inbox must say of a flood: one pass over the truth in its order, by the same judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from audienceos.inbox.actions.judging import TURNS, Heard, branches, together
from audienceos.inbox.waiting import Turn, Verdict, judge
from tests.proof.flood import Fact

SPACE = UUID(int=7)
NOW = datetime(2027, 1, 1, tzinfo=UTC)


class Thread(msgspec.Struct, frozen=True):
    """A conversation, as far as it is compared."""

    client_id: UUID | None
    messages: dict[str, tuple[str, bool]]
    """Text and whether it was taken back, by message."""
    needs_reply: bool
    waiting_since: datetime | None
    marked: frozenset[str]
    """The messages that wait."""


def threads_in(facts: dict[str, Fact], zone: ZoneInfo) -> dict[frozenset[str], Thread]:
    """Every conversation of an agency, by its messages."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.values():
        found[fact.thread].append(fact)
    threads = [
        _thread(sorted(mine, key=lambda fact: fact.message.received_at), zone) for mine in found.values()
    ]
    return {frozenset(thread.messages): thread for thread in threads}


def _thread(facts: Sequence[Fact], zone: ZoneInfo) -> Thread:
    begun = {fact.message.branch for fact in facts}
    heard = [_heard(fact, begun) for fact in facts if not fact.is_removed][-TURNS:]
    verdict = together([_judged(branch, zone) for branch in branches(heard)])
    theirs = [one for one in heard if one.inbound and one.automatic is None]
    marked = theirs[-1:] if verdict.needs_reply else []
    return Thread(
        client_id=facts[0].client_id,
        messages={
            fact.message.message_id: ("" if fact.is_removed else fact.message.text, fact.is_removed)
            for fact in facts
        },
        needs_reply=verdict.needs_reply,
        waiting_since=verdict.since,
        marked=frozenset(one.message_id for one in marked),
    )


def _judged(branch: Sequence[Heard], zone: ZoneInfo) -> Verdict:
    turns = [
        Turn(
            id=str(one.id),
            at=one.at,
            inbound=one.inbound,
            author=one.author,
            person=None,
            text=one.content,
            automatic=one.automatic,
            addressed=True,
        )
        for one in branch
    ]
    return judge(turns, now=NOW, zone=zone)


def _heard(fact: Fact, begun: set[str]) -> Heard:
    one = fact.message
    return Heard(
        id=uuid5(SPACE, one.message_id),
        conversation_id=SPACE,
        at=one.received_at,
        inbound=not fact.is_ours,
        name=one.sender.name,
        address=one.sender.address,
        user_id=None,
        content=one.text,
        automatic=one.automatic,
        in_copy=False,
        platform="slack" if one.place else "gmail",
        thread_id=one.branch or (one.message_id if one.message_id in begun else None),
        message_id=one.message_id,
        needs_reply=False,
        replied_at=None,
        replied_by=None,
    )


def differences(kept: dict[frozenset[str], Thread], right: dict[frozenset[str], Thread]) -> list[str]:
    """In which conversations what is kept isn't what is right, and in what; empty where all is well."""
    told = [
        f"{len(ids)} messages that are no thread: {sorted(ids)[:3]}" for ids in kept.keys() - right.keys()
    ]
    told += [f"a thread that isn't there: {sorted(ids)[:3]}" for ids in right.keys() - kept.keys()]
    for ids in right.keys() & kept.keys():
        one, other = kept[ids], right[ids]
        if one.messages != other.messages:
            wrong = (key for key in ids if one.messages[key] != other.messages[key])
            told += [f"{key} is {one.messages[key]}, not {other.messages[key]}" for key in wrong]
        elif one != other:
            told.append(f"{sorted(ids)[:3]}: {_verdict(one)}, not {_verdict(other)}")
    return told


def _verdict(thread: Thread) -> tuple[object, ...]:
    return thread.client_id, thread.needs_reply, thread.waiting_since, sorted(thread.marked)
