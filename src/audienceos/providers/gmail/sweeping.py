"""One reading of one account, written down, and the next one queued where there is more or Gmail wants a pause."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from audienceos.connections.actions.mail_accounts import GMAIL, MailAccount, mail_account, mail_accounts
from audienceos.connections.actions.syncing import Outcome, Tally, begin_run, end_run, queue_sync
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.sources import source_of
from audienceos.inbox.ports import Taken
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.providers.gmail.reading import MOST, Reading, named, places
from audienceos.providers.gmail.watching import is_new, is_watched, watch
from audienceos.providers.gmail.wire import Line, Service, line_to

OFTEN, HOURLY = timedelta(minutes=4), timedelta(minutes=55)
"""How long an account rests between two readings: where nothing tells that something came, and where something does."""
DOUBLED = 4
"""So often the rest of one that fails is doubled."""
DEAD = timedelta(minutes=10)
"""After which a reading that never ended is taken for dead: it takes no more than some hundred mails."""
AGAIN = timedelta(seconds=30)
ON = timedelta(minutes=1)
"""Before what one reading left is read."""
BROKEN = "The reading broke off"


async def sweep(
    database: Database, actor: Actor, service: Service, account_id: UUID, *, most: int = MOST
) -> Taken | None:
    """Take in what came since; None where another reading of it runs, after which comes this one, or where it isn't
    connected any more.

    A lost grant and an account that can't be read just now end the reading with words for people.
    """
    try:
        account = await mail_account(database, actor.agency_id, account_id)
    except Permanent:
        return None
    async with database.acting(Claims(actor)) as db:
        run_id = await begin_run(db, **account.named, dead=DEAD)
        if run_id is None:
            queue_sync(db, GMAIL, _payload(account), after=AGAIN)
            return None
    ending = _Ending(taken=Taken())
    try:
        async with line_to(service, database, account) as line:
            await _read(database, line, ending, most)
    finally:
        await ending.told(database, actor, account, run_id)
    return ending.taken


class _Ending:
    """What a reading came to."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.outcome: Outcome = "failed"
        self.words: str | None = BROKEN
        self.after: timedelta | None = None
        """When to read on; None where all is read, or where it is of no use."""

    async def told(self, database: Database, actor: Actor, account: MailAccount, run_id: UUID) -> None:
        """Write it down, and queue what is left with it."""
        names = ("fetched", "created", "updated", "skipped", "failed")
        tally = Tally(**{name: getattr(self.taken, name) for name in names})
        async with database.acting(Claims(actor)) as db:
            await end_run(db, run_id, self.outcome, tally, self.words)
            if self.after is not None:
                queue_sync(db, GMAIL, _payload(account), after=self.after)


async def _read(database: Database, line: Line, ending: _Ending, most: int) -> None:
    try:
        await _see_to_watching(database, line)
        done = await Reading(database, line, ending.taken, most=most).run()
    except Permanent as refused:
        ending.words = str(refused)
    except Transient as away:
        ending.words = str(away)
        pause = AGAIN * 2 ** min(line.account.failures, DOUBLED)
        ending.after = timedelta(seconds=away.retry_after) if away.retry_after else pause
    else:
        ending.outcome = "partial" if ending.taken.failed else "done"
        ending.words = None
        ending.after = None if done else ON


async def _see_to_watching(database: Database, line: Line) -> None:
    async with database.acting(Claims(system_of(line.account.agency_id))) as db:
        place = places(await source_of(db, *named(line.account)))
    if is_new(line.service, line.account, place):
        await watch(database, line)


async def queue_due(database: Database, actor: Actor, service: Service) -> None:
    """Queue a reading for each of the agency's accounts that has rested for long enough."""
    now = clock.now()
    async with database.acting(Claims(actor)) as db:
        for account in await mail_accounts(db):
            place = places(await source_of(db, *named(account)))
            rest = HOURLY if is_watched(service, place, now) else OFTEN
            rest *= 2 ** min(account.failures, DOUBLED)
            if account.read_at is None or account.read_at <= now - rest:
                queue_sync(db, GMAIL, _payload(account))


def _payload(account: MailAccount) -> Json:
    return {name: str(value) for name, value in account.named.items()}
