"""The record of an agency's rules over some days: what was raised, what came of it, and what people said first."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import DateTime, Float, Integer, bindparam, cast, func, select

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here
from audienceos.alerts.access import doubts_seen
from audienceos.alerts.models import Alert, AlertDoubt
from audienceos.alerts.ports import rules_known
from audienceos.alerts.receipts import Raised, Receipt, Trouble, receipts
from audienceos.clients.queries.watched import MOVES_INTO
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read

SINCE = bindparam("since", type_=DateTime(timezone=True))


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Over how many of the last days."""

    days: Annotated[int, Meta(ge=1, le=366)] = 90


class Doubts(msgspec.Struct, frozen=True):
    """How many findings of a rule weren't sure enough to be told."""

    rule: str
    count: int


def _raised(sight: Sight) -> Question:
    columns = (
        Alert.rule,
        Alert.client_id,
        Alert.created_at,
        cast(Alert.confidence, Float).label("confidence"),
        Alert.closed_at.is_not(None).label("is_closed"),
        Alert.verdict,
    )
    return select(*columns).where(Alert.agency_id == AGENCY, Alert.created_at > SINCE)


def _doubts(sight: Sight) -> Question:
    count = func.count().cast(Integer).label("count")
    kept = doubts_seen(sight).where(AlertDoubt.seen_at > SINCE).with_only_columns(AlertDoubt.rule, count)
    return kept.group_by(AlertDoubt.rule)


RAISED = Read(Raised, _raised)
DOUBTS = Read(Doubts, _doubts)


async def receipts_of(lane: Lane, period: Period) -> list[Receipt]:
    """The record of each rule. Raises `Forbidden` for who is no admin."""
    require_admin(lane.actor, "see how rules of alerts have fared")
    since = clock.now() - timedelta(days=period.days)
    alerts = await RAISED.all(lane, {"since": since})
    return receipts([rule.name for rule in rules_known()], alerts, await troubles_of(lane, period))


async def troubles_of(lane: Lane, period: Period) -> list[Trouble]:
    """What people said first: clients that they moved to where help is given, or to the end."""
    pipeline = (await here(lane)).pipeline
    stages = [stage for stage in pipeline.stages if pipeline.is_guarded(stage)]
    since = clock.now() - timedelta(days=period.days)
    rows = await MOVES_INTO.all(lane, {"stages": stages, "since": since})
    return [Trouble(row.client_id, row.at) for row in rows]


async def doubts_of(lane: Lane, period: Period) -> dict[str, int]:
    """How many findings of each rule are kept in doubt."""
    since = clock.now() - timedelta(days=period.days)
    return {row.rule: row.count for row in await DOUBTS.all(lane, {"since": since})}
