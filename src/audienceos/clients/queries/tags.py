"""The tags that clients have, for choosing among them."""

from __future__ import annotations

import msgspec
from sqlalchemy import Integer, func, true

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.clients.queries.filters import tags_of
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read

OFFERED_AT_MOST = 100


class TagUsed(msgspec.Struct, frozen=True):
    """A tag, and how many active clients have it, however they write it."""

    tag: str
    count: int

    @property
    def folded(self) -> str:
        """The tag as it is compared."""
        return self.tag.lower()


def _used(sight: Sight) -> Question:
    one = tags_of()
    folded = func.lower(one.c.tag)
    count = func.count().cast(Integer).label("count")
    return (
        clients_seen(sight)
        .where(Client.is_active.is_(True))
        .join(one, true())
        .with_only_columns(func.min(one.c.tag).label("tag"), count)
        .group_by(folded)
        .order_by(count.desc(), folded)
        .limit(OFFERED_AT_MOST)
    )


TAGS = Read(TagUsed, _used)
"""Those of the clients that the reader sees, the most used first. One statement."""
