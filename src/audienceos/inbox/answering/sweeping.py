"""Answers that are due: queued for when they leave, and found again where whoever had them is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from audienceos.inbox.models.answers import Outgoing
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.jobs.queueing import Job, later

LEAVE, SWEEP = "answers.leave", "answers.sweep"
SOON = timedelta(hours=1)
"""What is due later than this is left to the sweep."""
AT_ONCE = 500
"""Answers of an agency that one sweep queues."""


def queue_again(db: Db, answer_id: UUID, due: datetime) -> None:
    """Have it looked at when it is due. What is far off is left to the sweep, which looks for what is due anyhow."""
    wait = max(timedelta(0), due - clock.now())
    if wait <= SOON:
        later(db, Job(name=LEAVE, payload={"answer_id": str(answer_id)}, after=wait, for_agency=True))


async def queue_due(db: Db) -> int:
    """Queue the agency's answers that are due, each once while it waits in line. Gives their number."""
    query = select(Outgoing.id).where(Outgoing.agency_id == db.actor.agency_id, _is_due())
    due = list(await db.scalars(query.order_by(Outgoing.leaves_at).limit(AT_ONCE)))
    for answer_id in due:
        key = f"{LEAVE}:{answer_id}"
        later(db, Job(name=LEAVE, payload={"answer_id": str(answer_id)}, key=key, for_agency=True))
    return len(due)


async def agencies_with_answers(db: Db) -> list[UUID]:
    """Agencies with an answer that is due. The service login's, which may see no more of them than this."""
    return list(await db.scalars(select(Outgoing.agency_id).where(_is_due()).distinct()))


def _is_due() -> ColumnElement[bool]:
    """It is to leave by now, or whoever had it has had it for too long."""
    now = clock.now()
    return or_(
        (Outgoing.status == "waiting") & (Outgoing.leaves_at <= now),
        (Outgoing.status == "sending") & (Outgoing.lease_until <= now),
    )
