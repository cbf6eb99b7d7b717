"""Reading the channels that are clients': in legs, each a job of its own, so that no worker waits for Slack.

A leg that is cut off is done again from its last commit, and what was read twice is kept once. Apps outside of Slack's
marketplace may ask once a minute for fifteen messages, unless they are the agency's own; a leg of theirs is one request.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from audienceos.connections.actions.syncing import Outcome, Tally, begin_run, end_run, running_since
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.ports import Taken
from audienceos.inbox.queries.channels import Linked, linked_channels
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.jobs.queueing import Job, later
from audienceos.providers.slack.calling import Refused
from audienceos.providers.slack.knowing import acquainted, places_kept
from audienceos.providers.slack.reading import Place, Step, begin, next_step, place_of
from audienceos.providers.slack.shapes import Room
from audienceos.providers.slack.stepping import Sweep, page, thread, unreadable
from audienceos.providers.slack.workspace import workspace_of

SWEEP, LEG = "slack.sweep", "slack.sweep_leg"
AT_ONCE = 40
"""Requests of a kind in one leg: Slack allows fifty a minute, and others ask too."""
MINUTE = timedelta(seconds=61)
SOON = timedelta(seconds=30)
TRIES = 5
"""Legs that came to nothing, after which the reading is given up until the next hour."""
LONGEST = timedelta(minutes=90)
"""Of one reading; a longer one goes on as the next, so that it isn't taken for dead."""
DAYS = 30
GOES_ON = "It goes on: Slack lets us read one page a minute"
NAMED = 3


class Going(msgspec.Struct, omit_defaults=True):
    """What one leg hands to the next."""

    integration_id: UUID
    run_id: UUID
    begun: list[str] = []
    done: list[str] = []
    """Channels that this reading has begun with, and those that are through."""
    trouble: dict[str, str] = {}
    """Channels that can't be read, and why."""
    counts: Taken = msgspec.field(default_factory=Taken)
    tries: int = 0


async def begin_sweep(database: Database, actor: Actor, integration_id: UUID) -> None:
    """Begin to read; nothing happens while another reading runs, which meets what is new by itself."""
    async with database.acting(Claims(actor)) as db:
        run_id = await begin_run(db, integration_id=integration_id)
        if run_id is not None:
            _queue(db, Going(integration_id, run_id))


async def go_on(database: Database, actor: Actor, payload: Json) -> None:
    """One leg. Run twice, it reads twice and keeps once."""
    going = msgspec.convert(payload, Going)
    async with database.acting(Claims(actor)) as db:
        if not await _is_ours(db, going):
            return
    try:
        pause = await _leg(database, actor, going)
    except Permanent as ended:
        await _end(database, actor, going, "failed", str(ended))
        return
    except Transient as away:
        going.tries += away.retry_after is None
        pause = timedelta(seconds=away.retry_after) if away.retry_after else MINUTE * 2**going.tries
        if going.tries >= TRIES:
            await _end(database, actor, going, "failed", str(away))
            return
    async with database.acting(Claims(actor)) as db:
        left = await _left(db, going)
        if left:
            _queue(db, going, pause)
            return
    words = _words(going)
    await _end(database, actor, going, "partial" if words or going.counts.failed else "done", words)


async def _leg(database: Database, actor: Actor, going: Going) -> timedelta:
    """Read what one leg may; gives how long to wait before the next. Raises `Transient` and `Permanent`."""
    workspace = await workspace_of(database, actor)
    sweep = Sweep(database, actor, workspace, await acquainted(database, actor, workspace))
    places = await places_kept(database, actor, workspace)
    left: dict[Step, int] = dict.fromkeys(("page", "thread"), AT_ONCE if workspace.is_fast else 1)
    async with database.reading(Claims(actor)) as lane:
        links = await linked_channels(lane)
    for link in [one for one in links if one.place not in going.done]:
        place = place_of(places.get(link.place), str(link.id))
        if await _channel(sweep, link, place, left, going):
            going.done.append(link.place)
    return SOON if workspace.is_fast else MINUTE


async def _channel(sweep: Sweep, link: Linked, place: Place, left: dict[Step, int], going: Going) -> bool:
    """Read one channel as far as the leg may; whether it is through."""
    days = int(sweep.workspace.grant.config.get("history_days", DAYS))
    room = Room(id=link.place, name=link.name)
    if link.place not in going.begun:
        begin(place, now=clock.now(), days=days, is_fast=sweep.workspace.is_fast)
    while (step := next_step(place)) != "none":
        if not left[step]:
            return False
        left[step] -= 1
        try:
            taken = await (page if step == "page" else thread)(sweep, room, place)
        except Refused as problem:
            going.trouble[link.name] = await unreadable(sweep, room, place, problem)
            return True
        going.begun += [link.place] if link.place not in going.begun else []
        going.counts.add(taken)
        going.tries = 0
    return True


async def _is_ours(db: Db, going: Going) -> bool:
    """Whether this reading still runs; one that takes long ends, and goes on as the next."""
    since = await running_since(db, going.run_id)
    if since is None:
        return False
    if since > LONGEST:
        await end_run(db, going.run_id, "partial", _tally(going), GOES_ON)
        run_id = await begin_run(db, integration_id=going.integration_id)
        assert run_id is not None  # the one before has ended in this very transaction
        going.run_id, going.counts = run_id, Taken()
    return True


async def _left(db: Db, going: Going) -> bool:
    """Whether a channel isn't through; one that was linked meanwhile isn't."""
    links = await linked_channels(Lane(await db.raw(), db.actor))
    return any(link.place not in going.done for link in links)


async def _end(database: Database, actor: Actor, going: Going, outcome: Outcome, words: str | None) -> None:
    async with database.acting(Claims(actor)) as db:
        await end_run(db, going.run_id, outcome, _tally(going), words)


def _queue(db: Db, going: Going, pause: timedelta = timedelta(0)) -> None:
    payload: Json = msgspec.to_builtins(going)
    later(db, Job(name=LEG, payload=payload, after=pause, for_agency=True))


def _tally(going: Going) -> Tally:
    one = going.counts
    return Tally(
        fetched=one.fetched,
        created=one.created,
        updated=one.updated,
        skipped=one.skipped,
        failed=one.failed,
    )


def _words(going: Going) -> str | None:
    """Which channels can't be read, and why."""
    told = [f"#{name}: {why}" for name, why in sorted(going.trouble.items())]
    if len(told) > NAMED:
        told = [*told[:NAMED], f"and {len(told) - NAMED} more"]
    return ". ".join(told) or None
