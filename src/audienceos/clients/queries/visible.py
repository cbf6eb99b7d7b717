"""Which of some clients a reader may be told of."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from audienceos.clients.access import is_seen
from audienceos.clients.models import Client
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read


class Seen(msgspec.Struct, frozen=True):
    """A client that the reader may be told of."""

    id: UUID


def _seen(sight: Sight) -> Question:
    # Deleted ones count: the page that still shows one must learn that it is gone.
    among = Client.id == any_(bindparam("among", type_=ARRAY(Uuid())))
    return select(Client.id).where(Client.agency_id == AGENCY, among, is_seen(Client.id, sight))


SEEN = Read(Seen, _seen)


async def visible_among(lane: Lane, client_ids: list[UUID]) -> set[UUID]:
    """Those of the ids that the lane's actor may see."""
    return {row.id for row in await SEEN.all(lane, {"among": client_ids})}
