"""Who quotes conversations, in rooms that this one doesn't know: they are told when the words are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from audienceos.platform.db.sessions import Db


class WordsGone(Protocol):
    """Whoever quotes conversations: leaves nothing of what these said. In the transaction that deletes them."""

    async def __call__(self, db: Db, conversations: Sequence[UUID], /) -> None: ...


_QUOTING: list[WordsGone] = []


def on_words_gone(answer: WordsGone) -> None:
    """Say who quotes conversations, once a process."""
    if answer not in _QUOTING:
        _QUOTING.append(answer)


async def words_gone(db: Db, conversations: Sequence[UUID]) -> None:
    """Messages of these are deleted: nobody is to quote them any more."""
    for answer in _QUOTING:
        await answer(db, conversations)
