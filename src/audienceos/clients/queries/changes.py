"""Changes of many clients: the latest, one, and what came of each client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, Text, any_, bindparam, case, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from audienceos.clients.access import clients_seen
from audienceos.clients.access.bulk import changes_seen
from audienceos.clients.forms.bulk import CLIENTS_AT_MOST, ManyRowView, ManyView, Outcome
from audienceos.clients.models import Client
from audienceos.clients.models.bulk import ClientChange, ClientChangeRow
from audienceos.clients.queries.columns import ROW, person_name
from audienceos.clients.queries.filters import Filters, filtered
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import Invalid, NotFound
from audienceos.platform.web.paging import Key, Listed, Page, Paged


class ChangeRowQuery(Listed, frozen=True, kw_only=True):
    """Which rows of a change."""

    outcome: list[Outcome] = []


class _Id(msgspec.Struct, frozen=True):
    id: UUID


def _counts() -> ColumnElement[Any]:
    each = (
        select(ClientChangeRow.outcome, func.count().cast(Integer).label("clients"))
        .where(ClientChangeRow.agency_id == AGENCY, ClientChangeRow.change_id == ClientChange.id)
        .group_by(ClientChangeRow.outcome)
        .correlate(ClientChange)
        .subquery("each_outcome")
    )
    summed = func.jsonb_object_agg(each.c.outcome, each.c.clients, type_=JSONB())
    none = func.jsonb_build_object(type_=JSONB())
    return func.coalesce(select(summed).scalar_subquery(), none, type_=JSONB()).label("counts")


def _changes(sight: Sight, *, everyones: bool, one: bool = False) -> Question:
    computed: dict[str, ColumnElement[Any]] = {
        "counts": _counts(),
        "author": person_name(ClientChange.created_by).label("author"),
    }
    columns = [
        computed[name] if name in computed else getattr(ClientChange, name).expression
        for name in ManyView.__struct_fields__
    ]
    query = changes_seen(sight, everyones=everyones).with_only_columns(*columns)
    return query.where(ClientChange.id == ROW) if one else query


def _rows(sight: Sight, *, narrowed: bool) -> Question:
    row = ClientChangeRow
    client = clients_seen(sight).with_only_columns(Client.id, Client.name).subquery("client_seen")
    shown = client.c.id.is_not(None)
    query = (
        select(
            row.place,
            client.c.id.label("client_id"),
            client.c.name,
            row.outcome,
            case((shown, row.reason)).label("reason"),
            row.before,
        )
        .select_from(row)
        .outerjoin(client, client.c.id == row.client_id)
        .where(row.agency_id == AGENCY, row.change_id == ROW)
    )
    return query.where(row.outcome == any_(bindparam("outcome", type_=ARRAY(Text())))) if narrowed else query


def _ids(sight: Sight, *, form: frozenset[str]) -> Question:
    return (
        filtered(clients_seen(sight), form)
        .with_only_columns(Client.id)
        .order_by(Client.name_key, Client.id)
        .limit(literal(CLIENTS_AT_MOST + 1))
    )


CHANGES = Paged(
    "client changes",
    ManyView,
    _changes,
    {"newest": (Key(ClientChange.created_at, descending=True),)},
    unique=ClientChange.id,
)
ONE = Read(ManyView, _changes)
ROWS = Paged(
    "client change rows",
    ManyRowView,
    _rows,
    {"place": (Key(ClientChangeRow.place),)},
    unique=ClientChangeRow.id,
)
MATCHING = Read(_Id, _ids)


async def changes_page(lane: Lane, asked: Listed) -> Page[ManyView]:
    """One's own changes of many clients, the latest first; an admin reads everyone's."""
    return await CHANGES.page(lane, asked, sort="newest", everyones=lane.actor.is_admin)


async def change_view(lane: Lane, change_id: UUID) -> ManyView:
    """One of them. Raises `NotFound`."""
    found = await ONE.one(lane, {"row_id": change_id}, everyones=lane.actor.is_admin, one=True)
    if found is None:
        raise NotFound("change")
    return found


async def change_rows(lane: Lane, change_id: UUID, asked: ChangeRowQuery) -> Page[ManyRowView]:
    """What came of its clients, in the order in which they were chosen. The caller has looked at the change."""
    binds = {"row_id": change_id, "outcome": list(asked.outcome)}
    return await ROWS.page(lane, asked, sort="place", binds=binds, narrowed=bool(asked.outcome))


async def matching_ids(lane: Lane, filters: Filters) -> list[UUID]:
    """Every client that matches, by name. Raises `Invalid` for more than one change takes."""
    found = [row.id for row in await MATCHING.all(lane, filters.binds, form=filters.form)]
    if len(found) > CLIENTS_AT_MOST:
        raise Invalid.at("client_ids", f"At most {CLIENTS_AT_MOST:,} clients at once: narrow the filters")
    return found
