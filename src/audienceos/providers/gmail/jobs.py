"""Accounts at Gmail are read when they are connected, when Gmail says that something came, when somebody asks, and
every few minutes or every hour; and Gmail is asked each day to go on watching them.
"""

from __future__ import annotations

from uuid import UUID

from audienceos.connections.actions.mail_accounts import agencies_with_mail, mail_accounts
from audienceos.connections.ports import Permanent, Transient
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import Unavailable
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each
from audienceos.platform.settings import Settings
from audienceos.providers.gmail.sweeping import queue_due, sweep
from audienceos.providers.gmail.watching import watch
from audienceos.providers.gmail.wire import Service, line_to, service_of

READ = "gmail.read"
LOOK = "gmail.look_at_due"
RENEW = "gmail.watch"
_service: list[Service] = []
_settings: list[Settings] = []


def speak_with(settings: Settings) -> None:
    """Where Gmail is, and how it reaches us."""
    _service[:], _settings[:] = [service_of(settings)], [settings]


def settings_kept() -> Settings:
    """The settings by which Gmail is spoken with."""
    return _settings[0]


@every("*/5 * * * *", "gmail.due")
async def begin_reading(database: Database) -> None:
    """Queue a job for each agency that has mail at Gmail."""
    await queue_for_each(database, agencies_with_mail, LOOK)


@every("37 4 * * *", "gmail.watches")
async def begin_watching(database: Database) -> None:
    """Queue a job for each agency that has mail at Gmail, where Gmail can tell of it."""
    if _service[0].topic:
        await queue_for_each(database, agencies_with_mail, RENEW)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Queue a reading for each of the agency's accounts that is due."""
    await queue_due(database, actor, _service[0])


@job(READ)
async def read(database: Database, actor: Actor, payload: Json) -> None:
    """Read an account from where the last reading ended."""
    account_id = UUID(payload.get("integration_id") or payload["mailbox_id"])
    await sweep(database, actor, _service[0], account_id)


@job(RENEW)
async def go_on_watching(database: Database, actor: Actor, payload: Json) -> None:
    """Have Gmail watch the agency's accounts for another week. Raises `Unavailable` to try again."""
    async with database.acting(Claims(actor)) as db:
        accounts = await mail_accounts(db)
    away = 0
    for account in accounts:
        try:
            async with line_to(_service[0], database, account) as line:
                await watch(database, line)
        except Transient:
            away += 1
        except Permanent:
            continue
    if away:
        raise Unavailable("Gmail doesn't take a wish to watch an account just now.")
