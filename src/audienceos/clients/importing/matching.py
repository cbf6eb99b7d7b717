"""Which client who is here already a row means: by id in the other tool, else by domain, else by exact name.

As with two rows of one file (`duplicates.py`), the surest thing that both have decides. A row with an id is never
a client who has another id from the same tool, and a domain on both sides leaves nothing for the name to say. Where
several fit equally well nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, any_, bindparam, exists, select

from audienceos.clients.importing.deciding import Known
from audienceos.clients.importing.own_export import OWN_SOURCE
from audienceos.clients.importing.shapes import ImportedClient, Ready
from audienceos.clients.models import Client, ClientAssignment, ClientContact, ClientExternalId
from audienceos.clients.words import name_key
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import FieldFault

By = Literal["id", "domain", "name"]

SOURCE = bindparam("source", type_=Text())


class Match(NamedTuple):
    """Whom a row means: nobody here, somebody (by what), or a reason why it can't be said."""

    known: Known | None = None
    by: By | None = None
    fault: FieldFault | None = None


class _IdOf(msgspec.Struct, frozen=True):
    external_id: str
    client_id: UUID


def _ids(sight: Sight) -> Question:
    wanted = ClientExternalId.external_id == any_(bindparam("values", type_=ARRAY(Text())))
    return select(ClientExternalId.external_id, ClientExternalId.client_id).where(
        ClientExternalId.agency_id == AGENCY, ClientExternalId.source == SOURCE, wanted
    )


def _known(sight: Sight, *, by: By) -> Question:
    """Clients whom some rows may mean. By id also deleted ones: they are known, and stay deleted."""
    of_client = (ClientExternalId.agency_id == AGENCY, ClientExternalId.client_id == Client.id)
    computed: dict[str, Any] = {
        "has_id": exists().where(*of_client, ClientExternalId.source == SOURCE).label("has_id"),
        "contact_phone": _primary(ClientContact.phone).label("contact_phone"),
        "owner_id": _owner().label("owner_id"),
    }
    columns = [
        computed[name] if name in computed else getattr(Client, name) for name in Known.__struct_fields__
    ]
    return select(*columns).where(Client.agency_id == AGENCY, _WANTED[by]())


def _primary(column: Any) -> Any:
    row = ClientContact
    return (
        select(column)
        .where(row.agency_id == AGENCY, row.client_id == Client.id, row.is_primary)
        .scalar_subquery()
    )


def _owner() -> Any:
    row = ClientAssignment
    return (
        select(row.user_id)
        .where(row.agency_id == AGENCY, row.client_id == Client.id, row.role == "owner")
        .scalar_subquery()
    )


def _texts() -> Any:
    return any_(bindparam("values", type_=ARRAY(Text())))


def _by_id() -> ColumnElement[bool]:
    return Client.id == any_(bindparam("values", type_=ARRAY(Uuid())))


def _by_domain() -> ColumnElement[bool]:
    return (Client.domain == _texts()) & Client.deleted_at.is_(None)


def _by_name() -> ColumnElement[bool]:
    return (Client.name_key == _texts()) & Client.deleted_at.is_(None)


_WANTED = {"id": _by_id, "domain": _by_domain, "name": _by_name}

IDS = Read(_IdOf, _ids)
KNOWN = Read(Known, _known)


async def known_by_id(lane: Lane, source: str, ids: Sequence[UUID]) -> dict[UUID, Known]:
    """These clients as they are now, deleted ones too."""
    rows = await KNOWN.all(lane, {"values": list(ids), "source": source}, by="id") if ids else []
    return {row.id: row for row in rows}


class Matcher:
    """Finds whom rows mean, and remembers who was meant: no client is two rows of one file."""

    def __init__(self, source: str, claimed: dict[UUID, int] | None = None) -> None:
        self._source = source
        self._claimed: dict[UUID, int] = dict(claimed or {})

    async def matched(self, lane: Lane, rows: Sequence[Ready]) -> list[Match]:
        """For each row whom it means. Four statements at most, however many rows."""
        by_id = await self._by_ids(lane, [row.client.external_id for row in rows if row.client.external_id])
        others = [row.client for row in rows if row.client.external_id not in by_id]
        by_domain = _grouped(
            await self._known(lane, "domain", {c.domain for c in others if c.domain}), "domain"
        )
        by_name = _grouped(await self._known(lane, "name", {name_key(c.name) for c in others}), "name")
        matches = [_match(row.client, by_id, by_domain, by_name) for row in rows]
        return [self._claim(row.line, match) for row, match in zip(rows, matches, strict=True)]

    def claim(self, client_id: UUID, line: int) -> None:
        """This row made that client."""
        self._claimed[client_id] = line

    def release(self, client_id: UUID) -> None:
        """The row that meant this client can't come in, so another may."""
        self._claimed.pop(client_id, None)

    async def _by_ids(self, lane: Lane, ids: list[str]) -> dict[str, Known]:
        if not ids:
            return {}
        found = await IDS.all(lane, {"values": ids, "source": self._source})
        wanted = {one.external_id: one.client_id for one in found}
        own = {text: UUID(text) for text in ids if is_own_id(text)} if self._source == OWN_SOURCE else {}
        known = await known_by_id(lane, self._source, [*wanted.values(), *own.values()])
        here = {text: known[client_id] for text, client_id in wanted.items()}
        return here | {text: known[client_id] for text, client_id in own.items() if client_id in known}

    async def _known(self, lane: Lane, by: By, values: set[str]) -> list[Known]:
        if not values:
            return []
        return await KNOWN.all(lane, {"values": sorted(values), "source": self._source}, by=by)

    def _claim(self, line: int, match: Match) -> Match:
        if match.known is None:
            return match
        first = self._claimed.setdefault(match.known.id, line)
        if first == line:
            return match
        return Match(fault=FieldFault("row", f"The same client is in row {first}."))


def is_own_id(text: str) -> bool:
    """Whether the text could be the id of a client of ours, as our own file tells it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _match(
    client: ImportedClient,
    by_id: dict[str, Known],
    by_domain: dict[str, list[Known]],
    by_name: dict[str, list[Known]],
) -> Match:
    there = by_id.get(client.external_id or "")
    if there is not None and there.deleted_at is not None:
        return Match(
            fault=FieldFault("row", f"{there.name} was deleted here. Restore it, or leave this row out.")
        )
    if there is not None:
        return Match(there, "id")
    alike = [one for one in by_domain.get(client.domain or "", []) if not (client.external_id and one.has_id)]
    named = [one for one in by_name.get(client.name, []) if not (client.external_id and one.has_id)]
    if alike:
        best = alike if len(alike) == 1 else [one for one in alike if one.name == client.name]
        return _only(best, "domain", f"{len(alike)} clients have the domain {client.domain}.")
    open_ones = [one for one in named if not (client.domain and one.domain)]
    return _only(open_ones, "name", f"{len(open_ones)} clients are called {client.name}.")


def _only(found: list[Known], by: By, doubt: str) -> Match:
    if not found and by == "name":
        return Match()
    if len(found) == 1:
        return Match(found[0], by)
    return Match(fault=FieldFault("row", f"{doubt} It can't be told which of them is meant."))


def _grouped(known: Iterable[Known], field: Literal["domain", "name"]) -> dict[str, list[Known]]:
    groups: dict[str, list[Known]] = {}
    for one in known:
        groups.setdefault(getattr(one, field), []).append(one)
    return groups
