"""How many conversations there are with one client."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Integer, cast, func

from audienceos.clients.queries.columns import CLIENT
from audienceos.inbox.access import conversations_seen
from audienceos.inbox.models import Conversation
from audienceos.inbox.queries.filters import waits
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read


class OfClient(msgspec.Struct, frozen=True):
    """Conversations with a client, in all and of each kind."""

    all: int
    slack: int
    gmail: int
    needs_reply: int


def _counts(sight: Sight) -> Question:
    def of(name: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
        return cast(func.count().filter(condition), Integer).label(name)

    mine = conversations_seen(sight).where(Conversation.client_id == CLIENT)
    return mine.with_only_columns(
        cast(func.count(), Integer).label("all"),
        of("slack", Conversation.platform == "slack"),
        of("gmail", Conversation.platform == "gmail"),
        of("needs_reply", waits()),
    )


OF_CLIENT = Read(OfClient, _counts)
"""Binds :client_id."""
