"""Mailboxes are read when they are added, when somebody asks, and every few minutes."""

from __future__ import annotations

from uuid import UUID

from audienceos.connections.actions.syncing import mailboxes_due, queue_due_mailboxes
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each
from audienceos.platform.settings import Settings
from audienceos.providers.mailbox.sweeping import READ, sweep

LOOK = "imap.look_at_due"
_private: list[bool] = [False]


def allow(settings: Settings) -> None:
    """Whether mail servers of the installation's own network may be read from."""
    _private[:] = [settings.private_mail_hosts]


@every("*/5 * * * *", "imap.due")
async def begin_reading(database: Database) -> None:
    """Queue a job for each agency that has a mailbox to read."""
    await queue_for_each(database, mailboxes_due, LOOK)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Queue a reading for each of the agency's mailboxes."""
    await queue_due_mailboxes(database, actor)


@job(READ)
async def read(database: Database, actor: Actor, payload: Json) -> None:
    """Read a mailbox from where the last reading ended."""
    await sweep(database, actor, UUID(payload["mailbox_id"]), private=_private[0])
