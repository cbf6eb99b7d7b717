"""When clients went live for the first time, and how long it took to bring them there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    Text,
    any_,
    bindparam,
    cast,
    func,
    not_,
    select,
    union_all,
)

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client, StageEvent
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, TODAY, ZONE, Question, Read

INSTALLED_DAYS = 30
"""Over how many days installs are averaged, today among them."""


class Installs(msgspec.Struct, frozen=True):
    """Mean whole days from a client's first stage to its first day live, and of how many clients: those first live
    within `INSTALLED_DAYS` days, and within as many before. None without any."""

    days: float | None
    count: int
    days_before: float | None
    count_before: int


class InstallDay(msgspec.Struct, frozen=True):
    """Clients that came in on one of the agency's days, and those that went live for the first time."""

    day: date
    new: int
    completed: int


class _Counted(msgspec.Struct, frozen=True):
    day: date
    new: int
    completed: int


def installed_here() -> ColumnElement[bool]:
    """Whether the client was brought live here: it has a first day live, came in a stage that runs a clock, and was
    moved by that day. One that was entered as live already wasn't. Binds :resting and :zone.
    """
    first, moved = _events(), _events()
    came = select(first.c.to_stage).where(*_mine(first)).order_by(first.c.moved_at, first.c.id).limit(1)
    resting = bindparam("resting", type_=ARRAY(Text()))
    moves = select(moved.c.id).where(
        *_mine(moved), moved.c.from_stage.is_not(None), _local(moved.c.moved_at) <= Client.install_date
    )
    began = not_(came.scalar_subquery() == any_(resting))
    return Client.install_date.is_not(None) & began & moves.exists()


def install_days() -> ColumnElement[int]:
    """Days from the day on which the client came to its first day live. Binds :zone."""
    first = _events()
    came = select(func.min(first.c.moved_at)).where(*_mine(first)).scalar_subquery()
    return Client.install_date - _local(came)


def _installs(sight: Sight) -> Question:
    lately = (Client.install_date > TODAY - 2 * INSTALLED_DAYS, Client.install_date <= TODAY)
    rows = (
        clients_seen(sight)
        .where(Client.is_active.is_(True), *lately, installed_here())
        .with_only_columns(Client.install_date.label("day"), install_days().label("days"))
        .subquery("installed")
    )
    late = rows.c.day > TODAY - INSTALLED_DAYS
    return select(
        func.avg(rows.c.days).filter(late).cast(Float).label("days"),
        func.count().filter(late).cast(Integer).label("count"),
        func.avg(rows.c.days).filter(not_(late)).cast(Float).label("days_before"),
        func.count().filter(not_(late)).cast(Integer).label("count_before"),
    )


def _by_day(sight: Sight) -> Question:
    """Only days on which something was. Archived clients count on the days that were theirs."""
    since = bindparam("since", type_=Date())
    moment = bindparam("since_moment", type_=DateTime(timezone=True))
    none = cast(0, Integer)
    one = cast(1, Integer)
    came = (
        clients_seen(sight)
        .where(Client.created_at >= moment)
        .with_only_columns(_local(Client.created_at).label("day"), one.label("new"), none.label("completed"))
    )
    live = (
        clients_seen(sight)
        .where(Client.install_date >= since, Client.install_date <= TODAY, installed_here())
        .with_only_columns(Client.install_date.label("day"), none.label("new"), one.label("completed"))
    )
    both = union_all(came, live).subquery("both")
    return (
        select(
            both.c.day,
            func.sum(both.c.new).cast(Integer).label("new"),
            func.sum(both.c.completed).cast(Integer).label("completed"),
        )
        .group_by(both.c.day)
        .order_by(both.c.day)
    )


INSTALLS = Read(Installs, _installs)
BY_DAY = Read(_Counted, _by_day)


async def installs_by_day(lane: Lane, binds: dict[str, Any], days: list[date]) -> list[InstallDay]:
    """One for each of these days, in order; noughts where nothing was. One statement."""
    found = {row.day: row for row in await BY_DAY.all(lane, binds)}
    none = _Counted(days[0] - timedelta(days=1), 0, 0)
    return [InstallDay(day, found.get(day, none).new, found.get(day, none).completed) for day in days]


def _events() -> Any:
    return StageEvent.__table__.alias()


def _mine(event: Any) -> tuple[ColumnElement[bool], ...]:
    return (event.c.agency_id == AGENCY, event.c.client_id == Client.id)


def _local(moment: Any) -> ColumnElement[date]:
    return cast(func.timezone(ZONE, moment), Date)
