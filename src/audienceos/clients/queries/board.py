"""What the board asks: how many clients stand in each stage, and the first cards of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Integer,
    Subquery,
    Uuid,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientCard
from audienceos.clients.models import Client
from audienceos.clients.queries.columns import days_in_stage, latest_note, owner
from audienceos.clients.queries.filters import Filters, filtered
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read

CARDS_A_COLUMN = 50

SEVERITY = case((Client.health_status == "red", 0), (Client.health_status == "yellow", 1), else_=2)


class StageCount(msgspec.Struct, frozen=True):
    """How many clients stand in a stage, and how many of them are at risk."""

    stage: str
    count: int
    at_risk: int


class ClientCounts(msgspec.Struct, frozen=True):
    """How many clients match, in all and in each stage."""

    count: int
    at_risk: int
    stages: list[StageCount]


class Column(msgspec.Struct, frozen=True):
    """One stage of the board with its first cards."""

    stage: str
    count: int
    at_risk: int
    cards: list[ClientCard]


def _columns(held: Subquery) -> list[ColumnElement[Any]]:
    """The columns of a card, in the order of its struct."""
    return [
        Client.id.expression,
        Client.name.expression,
        Client.stage.expression,
        Client.health_status.expression,
        Client.health_reasons.expression,
        days_in_stage(),
        Client.tags.expression,
        held.c.owner_id,
        held.c.owner_name,
        latest_note().label("latest_note"),
        Client.is_active.expression,
    ]


def _counts(sight: Sight, *, form: frozenset[str]) -> Question:
    return (
        filtered(clients_seen(sight), form)
        .with_only_columns(
            Client.stage,
            func.count().cast(Integer).label("count"),
            func.count().filter(Client.health_status == "red").cast(Integer).label("at_risk"),
        )
        .group_by(Client.stage)
    )


def _cards(sight: Sight, *, form: frozenset[str]) -> Question:
    """The first cards of every stage: worst health first, then longest in the stage, then by name."""
    rank = func.row_number().over(
        partition_by=Client.stage, order_by=(SEVERITY, Client.stage_entered_at, Client.name_key, Client.id)
    )
    first = (
        filtered(clients_seen(sight), form)
        .with_only_columns(Client.id, rank.label("place"))
        .subquery("first")
    )
    held = owner()
    return (
        select(*_columns(held))
        .select_from(Client)
        .join(first, first.c.id == Client.id)
        .outerjoin(held, held.c.client_id == Client.id)
        .where(Client.agency_id == AGENCY, first.c.place <= literal_column(str(CARDS_A_COLUMN)))
        .order_by(first.c.place)
    )


def _card(sight: Sight) -> Question:
    held = owner()
    return (
        clients_seen(sight)
        .outerjoin(held, held.c.client_id == Client.id)
        .with_only_columns(*_columns(held))
        .where(Client.id == bindparam("client_id", type_=Uuid()))
    )


COUNTS = Read(StageCount, _counts)
CARD = Read(ClientCard, _card)
CARDS = Read(ClientCard, _cards)


async def board(lane: Lane, pipeline: Pipeline, filters: Filters) -> list[Column]:
    """Every stage in order, with its count and first cards. Two statements, whatever the size."""
    found = {row.stage: row for row in await COUNTS.all(lane, filters.binds, form=filters.form)}
    cards: dict[str, list[ClientCard]] = {}
    for card in await CARDS.all(lane, filters.binds, form=filters.form):
        cards.setdefault(card.stage, []).append(card)
    none = StageCount("", 0, 0)
    return [
        Column(stage, found.get(stage, none).count, found.get(stage, none).at_risk, cards.get(stage, []))
        for stage in _in_order(pipeline, found)
    ]


async def counts(lane: Lane, pipeline: Pipeline, filters: Filters) -> ClientCounts:
    """How many clients match. One statement."""
    found = {row.stage: row for row in await COUNTS.all(lane, filters.binds, form=filters.form)}
    stages = [found.get(stage, StageCount(stage, 0, 0)) for stage in _in_order(pipeline, found)]
    return ClientCounts(sum(row.count for row in stages), sum(row.at_risk for row in stages), stages)


async def card(lane: Lane, client_id: UUID) -> ClientCard | None:
    """One client's card, as the board draws it now."""
    return await CARD.one(lane, {"client_id": client_id})


def _in_order(pipeline: Pipeline, found: Iterable[str]) -> list[str]:
    """The agency's stages, then any that it has given up and a client still stands in."""
    return [*pipeline.stages, *sorted(set(found) - set(pipeline.stages))]
