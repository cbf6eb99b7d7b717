"""How many tickets are open, and how much time was spent this week: each by the condition of the list's own filters."""

from __future__ import annotations

import msgspec
from sqlalchemy import Date, Integer, bindparam, func, select

from audienceos.platform.actor import Sight
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import TODAY, Question, Read
from audienceos.tickets.access import hanging_seen, tickets_seen
from audienceos.tickets.models import TicketTime
from audienceos.tickets.queries.filters import conditions, is_in_week, week_of


class TicketFigures(msgspec.Struct, frozen=True):
    """Tickets that aren't resolved."""

    open: int


class WeekFigures(msgspec.Struct, frozen=True):
    """Minutes that were spent in this week, and in the last one up to the same day of the week."""

    minutes: int
    minutes_before: int


def _open(sight: Sight) -> Question:
    matches = conditions(frozenset({"open"}), sight)
    return tickets_seen(sight).where(*matches).with_only_columns(func.count().cast(Integer).label("open"))


def _week(sight: Sight) -> Question:
    first = bindparam("week_from", type_=Date())
    spent = (
        hanging_seen(TicketTime, sight)
        .where(TicketTime.day >= first - 7, TicketTime.day < first + 7)
        .with_only_columns(TicketTime.day, TicketTime.minutes, is_in_week().label("is_now"))
        .subquery("spent")
    )
    before = ~spent.c.is_now & (spent.c.day <= TODAY - 7)
    minutes = func.coalesce(func.sum(spent.c.minutes).filter(spent.c.is_now), 0)
    minutes_before = func.coalesce(func.sum(spent.c.minutes).filter(before), 0)
    return select(
        minutes.cast(Integer).label("minutes"), minutes_before.cast(Integer).label("minutes_before")
    )


TICKET_FIGURES = Read(TicketFigures, _open)
_WEEK = Read(WeekFigures, _week)


async def week_figures(lane: Lane) -> WeekFigures:
    """This week's minutes, by the agency's zone. One statement."""
    first = week_of(today_in(lane.actor.tz))
    return (await _WEEK.all(lane, {"week_from": first}))[0]
