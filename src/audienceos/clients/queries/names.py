"""Clients by their names alone, for choosing one of them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Integer, Text, Uuid, all_, any_, bindparam, func

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.clients.queries.filters import escaped
from audienceos.clients.words import name_key
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read

OFFERED = 50  # names that a menu shows at once; who wants another types


class ClientName(msgspec.Struct, frozen=True):
    """A client as a picker shows it."""

    id: UUID
    name: str


def _names(sight: Sight) -> Question:
    active = clients_seen(sight).where(Client.is_active.is_(True))
    return active.with_only_columns(Client.id, Client.name).order_by(Client.name_key, Client.id)


NAMES = Read(ClientName, _names)
"""Every active client that the reader may see, by name."""


def _among(sight: Sight) -> Question:
    among = Client.id == any_(bindparam("among", type_=ARRAY(Uuid())))
    return clients_seen(sight).where(among).with_only_columns(Client.id, Client.name)


AMONG = Read(ClientName, _among)
"""Those of the clients with such ids that the reader may see, archived ones too. Binds :among."""


class Called(msgspec.Struct, frozen=True):
    """A client that is called so, and how many are."""

    id: UUID
    name: str
    count: int


def _called(sight: Sight) -> Question:
    like, begins = bindparam("like", type_=Text()), bindparam("begins", type_=Text())
    others = Client.id != all_(bindparam("but", type_=ARRAY(Uuid())))
    count = func.count().over().cast(Integer).label("count")
    return (
        clients_seen(sight)
        .where(Client.is_active.is_(True), others, Client.name_key.like(like, escape="\\"))
        .with_only_columns(Client.id, Client.name, count)
        .order_by(Client.name_key.like(begins, escape="\\").desc(), Client.name_key, Client.id)
        .limit(OFFERED)
    )


CALLED = Read(Called, _called)


async def names_like(lane: Lane, text: str, but: Iterable[UUID] = ()) -> list[Called]:
    """The first active clients whose name has this in it, those that begin so before the others; some left out."""
    like = escaped(name_key(text))
    return await CALLED.all(lane, {"like": f"%{like}%", "begins": f"{like}%", "but": list(but)})


async def chosen_of(lane: Lane, ids: Iterable[UUID]) -> list[ClientName]:
    """Those of the clients that the reader may see, archived ones too. No statement where there are none."""
    wanted = list(ids)
    return await AMONG.all(lane, {"among": wanted}) if wanted else []
