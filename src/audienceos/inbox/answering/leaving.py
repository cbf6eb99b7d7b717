"""An answer leaves: once for each click, whatever dies or comes twice on the way.

Each step is a transaction of its own. A worker claims the answer, for so long that nobody else can have it while a
platform is spoken with; hands it over, outside any transaction; and records what became of it. Whoever finds a claim
whose time is over asks the platform first whether the answer is there.

waiting → sending → sent
              ├──→ waiting    for certain it hasn't left: tried again later, for some hours
              ├──→ failed     it hasn't, and trying again is of no use
              └──→ unsure     nobody can tell: its author decides
waiting → held                the door stops it, or it can't leave as things are: its author decides
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from audienceos.inbox.answering.claiming import Claim, claim, take_over
from audienceos.inbox.answering.recording import record_left, record_not_left, record_unsure, wait_again
from audienceos.inbox.ports import Left, NotLeft, Unsure, courier_to
from audienceos.platform.db.database import Database

SENDING = timedelta(minutes=3)
"""So long a platform may take. Much shorter than a claim, so that nobody sends what another took over."""
ASK_AGAIN = timedelta(seconds=30)
"""After this a platform is asked whether an answer that may have left is there."""


async def leave(database: Database, agency_id: UUID, answer_id: UUID) -> datetime | None:
    """Let it leave if it is due. Gives when to look at it again, None where there is nothing more to do.

    Run twice, or by two at once, the second finds nothing to do.
    """
    found = await claim(database, agency_id, answer_id)
    if not isinstance(found, Claim):
        return found
    if not found.is_taken_over:
        return await _send(database, found)
    left = await _asked(database, found)
    if left is not None:
        return left.look_again
    if await wait_again(database, found) is None:
        return None
    again = await claim(database, agency_id, answer_id)
    return await _send(database, again) if isinstance(again, Claim) else again


class Settled(msgspec.Struct, frozen=True):
    """What became of it is known, or will be asked again."""

    look_again: datetime | None


async def _send(database: Database, claimed: Claim) -> datetime | None:
    courier = courier_to(claimed.kind)
    assert courier is not None
    try:
        async with asyncio.timeout(SENDING.total_seconds()):
            left = await courier.send(database, claimed.agency_id, claimed.leaving)
    except NotLeft as problem:
        return await record_not_left(database, claimed, problem)
    except (Unsure, TimeoutError):
        return await take_over(database, claimed, ASK_AGAIN)
    await record_left(database, claimed, left)
    return None


async def _asked(database: Database, claimed: Claim) -> Settled | None:
    """Ask the platform about an answer that may have left; None where it surely hasn't."""
    courier = courier_to(claimed.kind)
    assert courier is not None
    left: Left | None = None
    try:
        async with asyncio.timeout(SENDING.total_seconds()):
            left = await courier.seek(database, claimed.agency_id, claimed.leaving)
    except NotLeft as problem:
        if problem.for_good or claimed.is_given_up:
            await record_unsure(database, claimed)
            return Settled(None)
        return Settled(await take_over(database, claimed, claimed.pause(problem.retry_after)))
    except (Unsure, TimeoutError):
        await record_unsure(database, claimed)
        return Settled(None)
    if left is None:
        return None
    await record_left(database, claimed, left)
    return Settled(None)
