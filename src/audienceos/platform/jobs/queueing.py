"""`later()`: queue work in the transaction that makes it necessary."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import msgspec
from sqlalchemy.orm import Session

from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Work for later. `key` makes it one: while a job of this agency with the same key waits, another is skipped."""

    name: str
    payload: Json = {}
    key: str | None = None
    after: timedelta = timedelta(0)
    priority: int = 0


def later(db: Db, job: Job) -> None:
    """Queue it with this transaction's commit, for the transaction's agency and acting person."""
    jobs_of(db.sync_session).append(job)


def jobs_of(session: Session) -> list[Job]:
    """What this transaction has queued so far."""
    return cast("list[Job]", session.info.setdefault("jobs", []))
