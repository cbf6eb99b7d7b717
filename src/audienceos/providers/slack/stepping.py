"""One request of a sweep and what comes of it, in one transaction: a page of a channel, or of a thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from audienceos.inbox.actions.sources import place_read
from audienceos.inbox.ports import Taken
from audienceos.inbox.queries.channels import said_there
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.providers.slack.calling import Refused
from audienceos.providers.slack.knowing import Acquaintances, source
from audienceos.providers.slack.reading import Place, after_page, after_replies, gone, kept
from audienceos.providers.slack.shapes import Room, Said, moment_of
from audienceos.providers.slack.taking import take
from audienceos.providers.slack.values import as_object, as_text
from audienceos.providers.slack.wire import said_of_item
from audienceos.providers.slack.workspace import Items, Workspace

WORDS = {
    "not_in_channel": "our app isn't in it; invite it there",
    "channel_not_found": "it isn't there any more, or it is private and our app isn't in it",
    "missing_scope": "our app wasn't allowed to read such channels; connect Slack again",
    "is_archived": "it is archived",
}
INSTANT = timedelta(microseconds=1)
SKEW = timedelta(minutes=1)
"""By so much Slack's clock may differ from ours: what came since then may not have been there to be seen."""
EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Sweep(msgspec.Struct):
    """What one leg of a sweep works with."""

    database: Database
    actor: Actor
    workspace: Workspace
    known: Acquaintances


async def page(sweep: Sweep, room: Room, place: Place) -> Taken:
    """Read the next page of the channel. Raises `Refused` where it can't be read."""
    asked_at = clock.now()
    items = await _history(sweep.workspace, room.id, place)
    stamps = [ts for ts in (as_text(as_object(one).get("ts"), 40) for one in items.items) if moment_of(ts)]
    lowest = min(stamps, default="")
    upto = moment_of(place.at)
    since = moment_of(lowest if items.more and lowest else place.since)
    assert since is not None
    # Both ends are outside of what was asked for, but for the oldest of a page that isn't the last.
    begin = since if items.more and lowest else since + INSTANT
    newest = moment_of(max(stamps, default="")) or since
    end = upto - INSTANT if upto else max(newest, asked_at - SKEW)
    said = _read(items, room.id)
    is_first = not place.to
    said += await _gone(sweep, room, begin, end, stamps, thread="")
    after_page(place, said, lowest=lowest, more=items.more, now=clock.now())
    return await _take(sweep, room, said, place, items, quietly=is_first)


async def thread(sweep: Sweep, room: Room, place: Place) -> Taken:
    """Read the next page of the first thread that is due."""
    root, due = next(iter(place.due.items()))
    try:
        items = await sweep.workspace.replies(room.id, root, cursor=due.cursor)
    except Refused as problem:
        return await _without(sweep, room, place, root, problem)
    said = [one for one in _read(items, room.id) if one.ts > root]
    begin, end = moment_of(due.after or root), moment_of(max((one.ts for one in said), default=root))
    assert begin is not None
    assert end is not None
    cursor = items.cursor if items.more else ""
    until = end if cursor else EVER
    said += await _gone(sweep, room, begin + INSTANT, until, [one.ts for one in said], thread=root)
    after_replies(place, root, [one for one in said if not one.deleted], cursor)
    return await _take(sweep, room, said, place, items, quietly=due.is_old)


async def unreadable(sweep: Sweep, room: Room, place: Place, problem: Refused) -> str:
    """Note that the channel can't be read; gives why, in words."""
    place.error = WORDS.get(problem.code, f"Slack says {problem.code}")
    place.since = place.at = place.top = ""
    await _note(sweep, room, place)
    return place.error


async def _history(workspace: Workspace, channel: str, place: Place) -> Items:
    """The page; where our app isn't in a public channel, it goes in first."""
    try:
        return await workspace.history(channel, oldest=place.since, latest=place.at)
    except Refused as problem:
        if problem.code != "not_in_channel":
            raise
        try:
            await workspace.join(channel)
        except Refused:
            raise problem from None
        return await workspace.history(channel, oldest=place.since, latest=place.at)


async def _without(sweep: Sweep, room: Room, place: Place, root: str, problem: Refused) -> Taken:
    """A thread that is gone is left; a page that can't be found again is looked for from the first."""
    if problem.code == "invalid_cursor" and place.due[root].cursor:
        place.due[root].cursor = place.due[root].after = ""
    else:
        del place.due[root]
    await _note(sweep, room, place)
    return Taken()


async def _gone(
    sweep: Sweep, room: Room, begin: datetime, end: datetime, there: list[str], *, thread: str
) -> list[Said]:
    async with sweep.database.reading(Claims(sweep.actor)) as lane:
        found = await said_there(lane, room.id, begin, end)
    return [
        Said(channel=room.id, ts=ts, deleted=True, is_change=True) for ts in gone(found, there, thread=thread)
    ]


async def _take(
    sweep: Sweep, room: Room, said: list[Said], place: Place, items: Items, *, quietly: bool
) -> Taken:
    place.error = ""
    taken = await take(
        sweep.database,
        sweep.actor,
        sweep.workspace,
        sweep.known,
        room,
        said,
        quietly=quietly,
        place=kept(place),
    )
    taken.failed += sum(not as_object(one) for one in items.items)
    return taken


async def _note(sweep: Sweep, room: Room, place: Place) -> None:
    async with sweep.database.acting(Claims(sweep.actor)) as db:
        await place_read(db, await source(db, sweep.workspace), room.id, kept(place))


def _read(items: Items, channel: str) -> list[Said]:
    read = (said_of_item(one, channel) for one in items.items)
    return [one for one in read if isinstance(one, Said)]
