"""Clients by their names alone, for choosing one of them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Uuid, any_, bindparam

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read


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


def named(clients: Iterable[ClientName], ids: Iterable[UUID]) -> list[ClientName]:
    """Those of the clients whose ids are given."""
    wanted = set(ids)
    return [client for client in clients if client.id in wanted]
