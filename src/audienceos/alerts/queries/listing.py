"""The list of alerts, filtered and in order, a page at a time; one of them; and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Float, Integer, Text, Uuid, any_, bindparam, case, cast, func

from audienceos.agency.ports import Waiting
from audienceos.alerts.access import alerts_beside
from audienceos.alerts.models import Alert
from audienceos.alerts.ports import AlertType
from audienceos.alerts.rules import Section, Status, Verdict
from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import ROW, person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.findings import Severity
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged

Sort = Literal["severity", "newest", "closed"]

RANK = case(
    (Alert.severity == "critical", 0),
    (Alert.severity == "high", 1),
    (Alert.severity == "medium", 2),
    else_=3,
)


class AlertRow(msgspec.Struct, frozen=True):
    """An alert in a list."""

    id: UUID
    client_id: UUID | None
    client_name: str | None
    rule: str
    type: AlertType
    section: Section
    severity: Severity
    title: str
    confidence: float
    status: Status
    snoozed_until: datetime | None
    created_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    resolved_by: UUID | None
    verdict: Verdict | None


class AlertView(msgspec.Struct, frozen=True):
    """All of an alert. `metadata` holds its evidence, its numbers, its suggestions with what was decided, and why it
    was dismissed."""

    id: UUID
    client_id: UUID | None
    client_name: str | None
    rule: str
    type: AlertType
    section: Section
    severity: Severity
    title: str
    description: str
    suggested_action: str | None
    confidence: float
    status: Status
    snoozed_until: datetime | None
    created_at: datetime
    updated_at: datetime
    seen_at: datetime
    acted_at: datetime | None
    closed_at: datetime | None
    resolved_by: UUID | None
    resolver: str | None
    resolved_at: datetime | None
    verdict: Verdict | None
    metadata: dict[str, Any]


class AlertFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for. Conditions of different kinds all hold; values of one kind are alternatives."""

    client: list[UUID] = []
    type: list[AlertType] = []
    rule: list[str] = []
    severity: list[Severity] = []
    status: list[Status] = []
    section: list[Section] = []

    @property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        return frozenset(name for name in FILTERS if getattr(self, name))

    @property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        return {name: list(getattr(self, name)) for name in FILTERS}

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters."""
        return {
            name: [str(value) for value in getattr(self, name)] for name in FILTERS if getattr(self, name)
        }


class AlertQuery(AlertFilters, frozen=True, kw_only=True):
    """What a list of alerts can be asked: filters, order, page."""

    sort: Sort = "severity"
    """The gravest first and of those the newest; the newest first; or those closed last."""
    limit: Limit = PAGE
    cursor: From | None = None


class AlertCount(msgspec.Struct, frozen=True):
    """How many alerts match, and of those how many are active, by section, and how many rest or are closed."""

    count: int
    active: int
    critical: int
    approvals: int
    signals: int
    snoozed: int
    closed: int


def _condition(name: str, kind: Any) -> Callable[[], ColumnElement[bool]]:
    return lambda: getattr(Alert, name) == any_(bindparam(name, type_=ARRAY(kind)))


FILTERS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "client": lambda: Alert.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
    **{name: _condition(name, Text()) for name in ("type", "rule", "severity", "status", "section")},
}


def _columns(shape: type[msgspec.Struct], client_name: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    made: dict[str, ColumnElement[Any]] = {
        "client_name": client_name.label("client_name"),
        "confidence": cast(Alert.confidence, Float).label("confidence"),
        "resolver": person_name(Alert.resolved_by).label("resolver"),
        "metadata": func.coalesce(Alert.context, cast("{}", Alert.context.type)).label("metadata"),
    }
    fields = shape.__struct_fields__
    return [made[name] if name in made else getattr(Alert, name).expression for name in fields]


def _rows(sight: Sight, *, form: frozenset[str], is_admin: bool) -> Question:
    client = clients_beside(sight)
    conditions = [FILTERS[name]() for name in sorted(form)]
    rows = alerts_beside(client, is_admin=is_admin).where(*conditions)
    return rows.with_only_columns(*_columns(AlertRow, client.c.name))


def _one(sight: Sight, *, is_admin: bool) -> Question:
    client = clients_beside(sight)
    one = alerts_beside(client, is_admin=is_admin).where(Alert.id == ROW)
    return one.with_only_columns(*_columns(AlertView, client.c.name))


def _count(sight: Sight, *, form: frozenset[str], is_admin: bool) -> Question:
    active = Alert.status == "active"
    conditions = [FILTERS[name]() for name in sorted(form)]

    def counted(name: str, *which: ColumnElement[bool]) -> ColumnElement[Any]:
        number = func.count().filter(*which) if which else func.count()
        return number.cast(Integer).label(name)

    matching = alerts_beside(clients_beside(sight), is_admin=is_admin).where(*conditions)
    return matching.with_only_columns(
        counted("count"),
        counted("active", active),
        *(counted(name, active, Alert.section == name) for name in ("critical", "approvals", "signals")),
        counted("snoozed", Alert.status == "snoozed"),
        counted("closed", Alert.closed_at.is_not(None)),
    )


ALERT = Read(AlertView, _one)
ALERTS = Paged(
    "alerts",
    AlertRow,
    _rows,
    {
        "severity": (Key(RANK), Key(Alert.created_at, descending=True)),
        "newest": (Key(Alert.created_at, descending=True),),
        "closed": (Key(Alert.closed_at, descending=True, nullable=True),),
    },
    unique=Alert.id,
)
COUNT = Read(AlertCount, _count)


async def alert_view(lane: Lane, alert_id: UUID) -> AlertView:
    """One alert. Raises `NotFound`, for a stranger's too."""
    found = await ALERT.one(lane, {"row_id": alert_id}, is_admin=lane.actor.is_admin)
    if found is None:
        raise NotFound("alert")
    return found


async def alert_count(lane: Lane, asked: AlertFilters) -> AlertCount:
    """How many match."""
    form = {"form": asked.form, "is_admin": lane.actor.is_admin}
    return (await COUNT.all(lane, asked.binds, **form))[0]


async def active_alerts(lane: Lane) -> Waiting:
    """How many are active, of those that the reader may see, and whether a critical risk is: the badge."""
    found = await alert_count(lane, AlertFilters(status=["active"]))
    return Waiting(found.active, is_grave=found.critical > 0)
