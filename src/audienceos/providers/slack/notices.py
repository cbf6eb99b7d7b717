"""What people are told, in a channel of their choice: a job each, tried again as mail is, and held where it can't be said.

Nothing of it is ever said in a channel that is a client's.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from audienceos.connections.access import connection_to
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.queries.channels import channel_at, linked_channels
from audienceos.notifications.ports import Outlet, Parcel
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import Conflict, Forbidden, TooMany, Unavailable
from audienceos.platform.jobs.queueing import Job, later
from audienceos.providers.slack.calling import Lost, Refused
from audienceos.providers.slack.courier import LONGEST, WORDS
from audienceos.providers.slack.reading import stamp
from audienceos.providers.slack.rooms import SlackRooms
from audienceos.providers.slack.shapes import Said
from audienceos.providers.slack.taking import NOTICE
from audienceos.providers.slack.wire import said_of_item
from audienceos.providers.slack.workspace import Workspace, workspace_of

TELL = "slack.tell"
LOOK_AFTER = timedelta(minutes=1)
"""After which it is looked for whether something that may have been said stands there."""
LOOKS = 5
LOOKED_BACK = timedelta(hours=1)
CUT = "\n…"
CLIENTS = "The channel is a client's: choose another under Notifications."


async def carry(db: Db, parcel: Parcel) -> None:
    """Queue it with the transaction (`notifications.ports.Courier`); nothing where no workspace is connected."""
    if await connection_to(db, "slack") is None:
        return
    text = f"{parcel.subject}\n\n{parcel.body}"
    payload: Json = {"id": str(parcel.id), "channel": parcel.address, "text": text}
    later(db, Job(name=TELL, payload=payload, key=f"{TELL}:{parcel.id}", for_agency=True))


class SlackOutlets:
    """Channels in which people can be told: those that are no client's (`notifications.ports.Outlets`)."""

    def __init__(self, rooms: SlackRooms) -> None:
        self._rooms = rooms

    async def __call__(self, database: Database, agency_id: UUID) -> list[Outlet] | None:
        """Those; None where no workspace is connected. Raises `Unavailable`."""
        actor = system_of(agency_id)
        async with database.acting(Claims(actor)) as db:
            if await connection_to(db, "slack") is None:
                return None
            taken = {one.place for one in await linked_channels(Lane(await db.raw(), actor))}
        try:
            rooms = await self._rooms.rooms(database, agency_id)
        except Conflict:
            return None
        return [Outlet(address=one.place, name=one.name) for one in rooms if one.place not in taken]


async def tell(database: Database, actor: Actor, payload: Json) -> None:
    """Say it. Raises `Forbidden` for what no other try helps, which holds the job; `TooMany` and `Unavailable` else."""
    channel = payload["channel"]
    async with database.reading(Claims(actor)) as lane:
        if (await channel_at(lane, channel)).client_id is not None:
            raise Forbidden(CLIENTS)
    try:
        workspace = await workspace_of(database, actor)
        if payload.get("look") and await _stands_there(workspace, channel, payload["id"]):
            return
        await _say(workspace, channel, payload)
    except Lost as problem:
        if payload.get("look", 0) >= LOOKS:
            raise Forbidden(f"{problem}, and nobody knows whether it was said.") from None
        async with database.acting(Claims(actor)) as db:
            again: Json = {**payload, "look": payload.get("look", 0) + 1}
            later(db, Job(name=TELL, payload=again, after=LOOK_AFTER, for_agency=True))
    except Permanent as problem:
        raise Forbidden(f"{problem}.") from None
    except Refused as problem:
        raise Forbidden(f"{WORDS.get(problem.code, str(problem))}.") from None
    except Transient as away:
        if away.retry_after:
            raise TooMany(away.retry_after) from None
        raise Unavailable(f"{away}.") from None


async def _say(workspace: Workspace, channel: str, payload: Json) -> None:
    """In a public channel that our app isn't in, it goes in first."""
    text, metadata = _cut(payload["text"]), {"event_type": NOTICE, "event_payload": {"id": payload["id"]}}
    try:
        await workspace.post(channel, text, metadata=metadata)
    except Refused as problem:
        if problem.code != "not_in_channel":
            raise
        try:
            await workspace.join(channel)
        except Refused:
            raise problem from None
        await workspace.post(channel, text, metadata=metadata)


async def _stands_there(workspace: Workspace, channel: str, notice_id: str) -> bool:
    items = await workspace.history(channel, oldest=stamp(clock.now() - LOOKED_BACK), with_metadata=True)
    said = (said_of_item(one, channel) for one in items.items)
    return any(
        isinstance(one, Said) and one.note == NOTICE and one.noted.get("id") == notice_id for one in said
    )


def _cut(text: str) -> str:
    """As much as Slack takes: each character may be five, where it is escaped."""
    most = LONGEST // 5 - len(CUT)
    return text if len(text) <= most else text[:most] + CUT
