"""Facts about all clients at once, for the rooms that watch over them: one statement a kind, whatever their number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)

from audienceos.clients.access import clients_seen, hanging_seen
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.models import Client, StageEvent, Task
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import AGENCY, TODAY, Question, Read
from audienceos.platform.events.models import Event


class WatchedClient(msgspec.Struct, frozen=True):
    """What time does to a client that is worked for.

    `move_id` is its last stage event, `last_event_id` the last thing that a person did; both are looked for only
    where the client entered its stage, or was last active, before `:quiet_since`. So are the numbers of tasks.
    """

    id: UUID
    name: str
    stage: str
    stage_entered_at: datetime
    last_activity_at: datetime
    created_at: datetime
    open_in_stage: int
    done_in_stage: int
    move_id: UUID | None
    last_event_id: UUID | None


class OverdueTask(msgspec.Struct, frozen=True):
    """An open task of a client that is worked for, due before today."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    due_date: date


class FailedImport(msgspec.Struct, frozen=True):
    """An import that ended since `:since`: early, or with `failed` of its `total` lines refused."""

    id: UUID
    file_name: str
    status: str
    error: str | None
    total: int
    failed: int


class MovedInto(msgspec.Struct, frozen=True):
    """A person moved the client into one of `:stages`."""

    client_id: UUID
    at: datetime


def _watched(sight: Sight) -> Question:
    quiet = bindparam("quiet_since", type_=DateTime(timezone=True))
    stays = Client.stage_entered_at < quiet
    silent = Client.last_activity_at < quiet
    done = Task.is_completed.is_(True)
    columns = (
        Client.id,
        Client.name,
        Client.stage,
        Client.stage_entered_at,
        Client.last_activity_at,
        Client.created_at,
        case((stays, _tasks(~done)), else_=0).label("open_in_stage"),
        case((stays, _tasks(done)), else_=0).label("done_in_stage"),
        case((stays, _last_move())).label("move_id"),
        case((silent, _last_act())).label("last_event_id"),
    )
    return clients_seen(sight).where(Client.is_active.is_(True)).with_only_columns(*columns)


def _tasks(which: ColumnElement[bool]) -> Any:
    mine = (Task.agency_id == AGENCY, Task.client_id == Client.id, Task.stage == Client.stage)
    return select(func.count()).where(*mine, which).correlate(Client).scalar_subquery()


def _last_move() -> Any:
    mine = (StageEvent.agency_id == AGENCY, StageEvent.client_id == Client.id)
    last = select(StageEvent.id).where(*mine).order_by(StageEvent.moved_at.desc()).limit(1)
    return last.correlate(Client).scalar_subquery()


def _last_act() -> Any:
    mine = (Event.agency_id == AGENCY, Event.client_id == Client.id, Event.actor_kind != "system")
    return (
        select(Event.id).where(*mine).order_by(Event.at.desc()).limit(1).correlate(Client).scalar_subquery()
    )


def _overdue(sight: Sight) -> Question:
    columns = (Task.id, Task.client_id, Client.name.label("client_name"), Task.name, Task.due_date)
    late = (Client.is_active.is_(True), Task.is_completed.is_(False), Task.due_date < TODAY)
    return hanging_seen(Task, sight).where(*late).with_only_columns(*columns)


def _failed(sight: Sight) -> Question:
    row = ClientImport
    failed = func.coalesce(cast(row.counts["failed"].astext, Integer), 0)
    since = bindparam("since", type_=DateTime(timezone=True))
    ended = (row.agency_id == AGENCY, row.finished_at > since)
    columns = (row.id, row.file_name, row.status, row.error, row.total, failed.label("failed"))
    return select(*columns).where(*ended, or_(row.status == "failed", (row.status == "done") & (failed > 0)))


def _moves_into(sight: Sight) -> Question:
    into = StageEvent.to_stage == any_(bindparam("stages", type_=ARRAY(Text())))
    since = StageEvent.moved_at > bindparam("since", type_=DateTime(timezone=True))
    moved = hanging_seen(StageEvent, sight).where(into, since, StageEvent.from_stage.is_not(None))
    return moved.with_only_columns(StageEvent.client_id, StageEvent.moved_at.label("at"))


WATCHED = Read(WatchedClient, _watched)
OVERDUE = Read(OverdueTask, _overdue)
FAILED_IMPORTS = Read(FailedImport, _failed)
MOVES_INTO = Read(MovedInto, _moves_into)
