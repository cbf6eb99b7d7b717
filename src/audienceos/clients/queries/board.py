"""What the board asks: how many clients stand in each stage, and the first cards of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, Integer, Subquery, Uuid, and_, bindparam, case, func, select, true

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientCard
from audienceos.clients.models import Client
from audienceos.clients.queries.chips import Chips, chip_columns, summed
from audienceos.clients.queries.columns import days_in_stage, latest_note, open_tickets, owner
from audienceos.clients.queries.filters import Filters, conditions, filtered
from audienceos.clients.queries.priority import priority
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read

CARDS_A_COLUMN = 50
DEEPEST = 1000  # cards of one stage that a screen draws; beyond it the list is the better place

SEVERITY = case((Client.health_status == "red", 0), (Client.health_status == "yellow", 1), else_=2)


Arrangement = Literal["health", "days_in_stage", "priority", "name"]
"""Worst health first, then longest in the stage; longest in the stage; most pressing first; by name."""


class StageCount(msgspec.Struct, frozen=True):
    """How many clients stand in a stage, and how many of them are at risk."""

    stage: str
    count: int
    at_risk: int


class LaneCount(Chips, frozen=True):
    """The same, and how many of the stage's clients each chip would find, whatever is asked for now."""

    stage: str = ""
    count: int = 0
    at_risk: int = 0


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


class Arranged(Filters, frozen=True, kw_only=True):
    """Which clients, and in which order they stand in each stage."""

    sort: Arrangement = "health"

    @property
    def keep(self) -> dict[str, object]:
        """The order, unless it is the usual one: what stays in the address when a filter changes."""
        return {} if self.sort == "health" else {"sort": self.sort}

    @property
    def address(self) -> dict[str, object]:
        """Filters and order."""
        return self.in_address | self.keep


class BoardQuery(Arranged, frozen=True, kw_only=True):
    """What a board can be asked: filters, order, how many cards of each stage, and whether one's own stand first."""

    deep: Annotated[int, Meta(ge=CARDS_A_COLUMN, le=DEEPEST)] = CARDS_A_COLUMN
    mine_first: bool | None = None
    """Not said: as the reader prefers."""


class Board(NamedTuple):
    """All of a board: its stages in order, and how many clients each chip would find."""

    columns: list[Column]
    chips: Chips


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
        held.c.owner_avatar,
        open_tickets().label("open_tickets"),
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


def _lane_counts(sight: Sight, *, form: frozenset[str]) -> Question:
    matches = and_(true(), *conditions(form))
    return (
        clients_seen(sight)
        .with_only_columns(
            *chip_columns(),
            Client.stage,
            func.count().filter(matches).cast(Integer).label("count"),
            func.count().filter(matches, Client.health_status == "red").cast(Integer).label("at_risk"),
        )
        .group_by(Client.stage)
    )


def _order(sort: Arrangement) -> tuple[ColumnElement[Any], ...]:
    """The columns that a stage's cards stand by, however they are arranged: those that are alike by name."""
    longest, name = Client.stage_entered_at.expression, Client.name_key.expression
    first: dict[Arrangement, tuple[ColumnElement[Any], ...]] = {
        "health": (SEVERITY, longest),
        "days_in_stage": (longest,),
        "priority": (priority().desc(), longest),
        "name": (),
    }
    return (*first[sort], name, Client.id.expression)


def _cards(
    sight: Sight, *, form: frozenset[str], sort: Arrangement = "health", mine_first: bool = False
) -> Question:
    """The first cards of every stage."""
    order = _order(sort)
    if mine_first:
        order = (case((conditions(frozenset({"mine"}))[0], 0), else_=1), *order)
    rank = func.row_number().over(partition_by=Client.stage, order_by=order)
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
        .where(Client.agency_id == AGENCY, first.c.place <= bindparam("deep", type_=Integer()))
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
LANES = Read(LaneCount, _lane_counts)


async def board(lane: Lane, pipeline: Pipeline, asked: BoardQuery) -> Board:
    """Every stage in order, with its count and first cards, and the chips' counts. Two statements, whatever the size."""
    lanes = await LANES.all(lane, asked.binds, form=asked.form)
    found = {row.stage: row for row in lanes if row.count}
    cards: dict[str, list[ClientCard]] = {}
    binds, first = asked.binds | {"deep": asked.deep}, bool(asked.mine_first)
    for card in await CARDS.all(lane, binds, form=asked.form, sort=asked.sort, mine_first=first):
        cards.setdefault(card.stage, []).append(card)
    none = StageCount("", 0, 0)
    columns = [
        Column(stage, found.get(stage, none).count, found.get(stage, none).at_risk, cards.get(stage, []))
        for stage in _in_order(pipeline, found)
    ]
    return Board(columns, summed(lanes))


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
