"""Work that failed for good: an admin has it tried again or gives it up, and the log tells."""

from __future__ import annotations

from functools import partial

from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.held import drop, requeue

LARGEST = 2**63 - 1


async def run_again(database: Database, actor: Actor, number: str) -> None:
    """Have it tried again. Raises as `held.requeue` does."""
    job_id = _number(number)
    await requeue(database, actor, job_id, partial(_note, actor, "job.requeued", job_id))


async def give_up(database: Database, actor: Actor, number: str) -> None:
    """Drop it. Raises as `held.requeue` does."""
    job_id = _number(number)
    await drop(database, actor, job_id, partial(_note, actor, "job.dropped", job_id))


async def _note(actor: Actor, event: str, job_id: int, db: Db, name: str) -> None:
    await record(db, event, "job", None, actor=actor, name=name, number=job_id)


def _number(text: str) -> int:
    """The number in an address. One that can't be any is nobody's, as one that never was."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20) or int(text) > LARGEST:
        return 0
    return int(text)
