"""Which messages answer one another, by the ids that they name. Pure.

A mail names what it answers (RFC 5322, 3.6.4), a platform its thread. Whoever shares an id with a conversation belongs
to it, in whatever order they come; one that shares ids with two shows that the two were one all along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from audienceos.inbox.ports import Incoming

REFERENCES = 50  # of one message: the first, which is the root, and the latest


class Thread(msgspec.Struct, kw_only=True):
    """Messages of one batch that belong together, and the conversations there were for them."""

    messages: list[Incoming]
    known: list[UUID]
    """The oldest first, as its id tells; empty for a new conversation, more than one where they turn out to be one."""
    keys: set[str]
    """Every id by which its messages name it."""


def keys_of(message: Incoming) -> list[str]:
    """The ids that tie a message to others: its own, the thread's, those that it answers."""
    references = message.references
    if len(references) > REFERENCES:
        references = (references[0], *references[1 - REFERENCES :])
    named = (message.message_id, message.thread_key, message.place, *references)
    return list(dict.fromkeys(key for key in named if key))


def threads_of(messages: Sequence[Incoming], known: Mapping[str, UUID]) -> list[Thread]:
    """The batch's messages by conversation; `known` says to which conversation an id belongs already."""
    leader: dict[str, str] = {}
    for message in messages:
        keys = [*keys_of(message)]
        keys += [_place(known[key]) for key in keys if key in known]
        for key in keys:
            _join(leader, keys[0], key)
    threads: dict[str, Thread] = {}
    for message in messages:
        keys = keys_of(message)
        thread = threads.setdefault(_first(leader, keys[0]), Thread(messages=[], known=[], keys=set()))
        thread.messages.append(message)
        thread.keys.update(keys)
    for thread in threads.values():
        thread.known = sorted({known[key] for key in thread.keys if key in known})
        thread.messages.sort(key=lambda message: message.received_at)
    return list(threads.values())


def asked_keys(messages: Iterable[Incoming]) -> list[str]:
    """Every id that the messages name, to be looked up."""
    return list(dict.fromkeys(key for message in messages for key in keys_of(message)))


def _place(conversation_id: UUID) -> str:
    """A conversation as one more id; no message is called so, since a message's id never holds a null."""
    return f"\0{conversation_id}"


def _first(leader: dict[str, str], key: str) -> str:
    while (above := leader.setdefault(key, key)) != key:
        leader[key] = leader[above]
        key = above
    return key


def _join(leader: dict[str, str], one: str, other: str) -> None:
    leader[_first(leader, other)] = _first(leader, one)
