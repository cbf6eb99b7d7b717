"""Figures as they were kept, day by day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Date, Text, bindparam

from audienceos.dashboard.access import snapshots_seen
from audienceos.dashboard.kpis import Metric
from audienceos.dashboard.models import KpiSnapshot
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged


class SnapshotView(msgspec.Struct, frozen=True):
    """A figure of the whole agency on one of its days, and the one that it was compared with."""

    id: UUID
    metric_name: str
    snapshot_date: date
    value: Decimal
    previous_value: Decimal | None
    details: dict[str, Any] | None
    created_at: datetime


class Kept(msgspec.Struct, frozen=True):
    """What a figure was on a day."""

    metric_name: str
    snapshot_date: date
    value: Decimal


class SnapshotQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the list of snapshots can be asked."""

    metric: Metric | None = None
    limit: Limit = PAGE
    cursor: From | None = None


def _listed(sight: Sight, *, one: bool) -> Question:
    columns = [getattr(KpiSnapshot, name).expression for name in SnapshotView.__struct_fields__]
    columns = [
        column.label(name) for column, name in zip(columns, SnapshotView.__struct_fields__, strict=True)
    ]
    query = snapshots_seen(sight).with_only_columns(*columns)
    return query.where(KpiSnapshot.metric_name == bindparam("metric", type_=Text())) if one else query


def _since(sight: Sight) -> Question:
    return (
        snapshots_seen(sight)
        .with_only_columns(KpiSnapshot.metric_name, KpiSnapshot.snapshot_date, KpiSnapshot.value)
        .where(KpiSnapshot.snapshot_date >= bindparam("since", type_=Date()))
        .order_by(KpiSnapshot.snapshot_date)
    )


NEWEST = {"newest": (Key(KpiSnapshot.snapshot_date, descending=True),)}
SNAPSHOTS = Paged("snapshots", SnapshotView, _listed, NEWEST, unique=KpiSnapshot.id)
KEPT_SINCE = Read(Kept, _since)
