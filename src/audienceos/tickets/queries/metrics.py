"""How soon tickets are answered and resolved, in the agency's business hours: by category, and by who sees to them.

A first response counts on the day on which it came, a resolution on the day of the last one. The median and the 90th
percentile interpolate between neighbours (`percentile_cont`). A ticket that was reopened has its time up to the last
resolution, and counts as reopened.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import person_name
from audienceos.platform.actor import Sight
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.tickets.access import tickets_beside
from audienceos.tickets.models import Ticket

USUAL_DAYS = 30
DAY = timedelta(days=1)
FIRST, LAST = date(1970, 1, 1), date(2999, 12, 31)
"""Days beyond which nothing is looked for, so that a day more or another zone's is always one."""
BEGIN, END = (bindparam(name, type_=DateTime(timezone=True)) for name in ("begin", "end"))


class MetricQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Of which days of the agency's, both included: the last thirty unless others are named."""

    since: date | None = None
    until: date | None = None

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last of them."""
        until = _within(self.until or today)
        return _within(self.since or until - (USUAL_DAYS - 1) * DAY), until


class TicketMetric(msgspec.Struct, frozen=True):
    """Of some tickets: how many were first answered and how many resolved in these days, and in how many business
    minutes: half of them, and nine out of ten, within. `reopened` are those resolved ones that had been reopened."""

    kind: Literal["all", "category", "assignee"]
    key: str | None
    name: str | None
    """Of a person; nobody's have none."""
    responded: int
    response_median: int | None
    response_p90: int | None
    resolved: int
    resolution_median: int | None
    resolution_p90: int | None
    reopened: int


class TicketMetrics(msgspec.Struct, frozen=True):
    """All of them, for the days from `since` to `until`."""

    since: date
    until: date
    all: TicketMetric
    categories: list[TicketMetric]
    assignees: list[TicketMetric]


def _minutes(column: Any, counts: ColumnElement[bool], share: float, label: str) -> ColumnElement[Any]:
    """A percentile of the minutes of tickets that count; empty values are left out by it."""
    ranked = func.percentile_cont(literal(share)).within_group(case((counts, column)))
    return cast(func.round(ranked), Integer).label(label)


def _metrics(sight: Sight) -> Question:
    answered = (Ticket.responded_at >= BEGIN) & (Ticket.responded_at < END)
    done = (Ticket.resolved_at >= BEGIN) & (Ticket.resolved_at < END)
    inner = tickets_beside(clients_beside(sight)).where(or_(answered, done))
    of_category, of_person = func.grouping(Ticket.category) == 0, func.grouping(Ticket.assignee_id) == 0
    rows = inner.with_only_columns(
        case((of_category, "category"), (of_person, "assignee"), else_="all").label("kind"),
        case((of_category, Ticket.category), else_=cast(Ticket.assignee_id, Text)).label("key"),
        Ticket.assignee_id.label("person"),
        _count(answered, "responded"),
        _minutes(Ticket.response_minutes, answered, 0.5, "response_median"),
        _minutes(Ticket.response_minutes, answered, 0.9, "response_p90"),
        _count(done, "resolved"),
        _minutes(Ticket.resolution_minutes, done, 0.5, "resolution_median"),
        _minutes(Ticket.resolution_minutes, done, 0.9, "resolution_p90"),
        _count(done & (Ticket.reopened_count > 0), "reopened"),
    ).group_by(func.grouping_sets(tuple_(), tuple_(Ticket.category), tuple_(Ticket.assignee_id)))
    found = rows.subquery("found")
    name = person_name(cast(found.c.person, Uuid())).label("name")
    columns = [name if field == "name" else found.c[field] for field in TicketMetric.__struct_fields__]
    return select(*columns).order_by(
        found.c.kind, found.c.resolved.desc(), found.c.responded.desc(), found.c.key
    )


def _count(which: ColumnElement[bool], label: str) -> ColumnElement[Any]:
    return func.count().filter(which).cast(Integer).label(label)


METRICS = Read(TicketMetric, _metrics)
NONE = TicketMetric("all", None, None, 0, None, None, 0, None, None, 0)


async def metrics(lane: Lane, asked: MetricQuery) -> TicketMetrics:
    """All figures, over the tickets that the reader may see. One statement."""
    since, until = asked.days(today_in(lane.actor.tz))
    binds = {"begin": _begins(since, lane.actor.tz), "end": _begins(until + DAY, lane.actor.tz)}
    rows = await METRICS.all(lane, binds)
    of = {kind: [row for row in rows if row.kind == kind] for kind in ("all", "category", "assignee")}
    return TicketMetrics(since, until, of["all"][0] if of["all"] else NONE, of["category"], of["assignee"])


def _within(day: date) -> date:
    return min(max(day, FIRST), LAST)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
