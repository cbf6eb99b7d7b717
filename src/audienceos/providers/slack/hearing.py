"""What an event means, once its job runs: something was said, edited or taken back, or a grant is over."""

from __future__ import annotations

from datetime import timedelta

from audienceos.connections.actions.syncing import queue_sync
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.channels import rename_channel
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import TooMany, Unavailable
from audienceos.platform.jobs.queueing import Job, later
from audienceos.providers.slack.knowing import acquainted
from audienceos.providers.slack.shapes import Said
from audienceos.providers.slack.taking import take
from audienceos.providers.slack.values import as_object, as_text
from audienceos.providers.slack.wire import said_of_event
from audienceos.providers.slack.workspace import Workspace, workspace_of

HEAR = "slack.hear"
RATE_LIMITED = "app_rate_limited"
RENAMED = ("channel_rename", "group_rename")
ENDED = ("app_uninstalled", "tokens_revoked")
JOINED = "member_joined_channel"
HEARD = frozenset(["message", RATE_LIMITED, JOINED, *RENAMED, *ENDED])
OPEN = ("", "channel", "group")
"""Kinds of channels; talks between two or a few are between colleagues."""
AGAIN = timedelta(minutes=1)


async def hear(database: Database, actor: Actor, payload: Json) -> None:
    """Do what an event asks for. Run twice, the second changes nothing. An agency that isn't connected any more hears
    nothing. Raises `Unavailable` and `TooMany` for another try.
    """
    event = as_object(payload.get("event"))
    try:
        workspace = await workspace_of(database, actor)
        match as_text(event.get("type"), 60):
            case "message":
                await _said(database, actor, workspace, payload)
            case "app_uninstalled" | "tokens_revoked":
                await (
                    workspace.me()
                )  # asked, since it may tell of an earlier grant: one that is over is given up there
            case "channel_rename" | "group_rename":
                await _renamed(database, actor, workspace, as_object(event.get("channel")))
            case _:
                await _read(database, actor, workspace)
    except Permanent:
        return
    except Transient as away:
        if away.retry_after:
            raise TooMany(away.retry_after) from None
        raise Unavailable(f"{away}.") from None


async def _said(database: Database, actor: Actor, workspace: Workspace, payload: Json) -> None:
    event = as_object(payload.get("event"))
    said = said_of_event(event)
    if not isinstance(said, Said) or as_text(event.get("channel_type"), 20) not in OPEN:
        return
    known = await acquainted(database, actor, workspace)
    room = await known.enter(workspace, said.channel)
    if room is None:
        return
    taken = await take(database, actor, workspace, known, room, [said])
    if said.deleted and not taken.updated and not payload.get("again"):
        # It may have overtaken the message itself, whose own job is still to run.
        async with database.acting(Claims(actor)) as db:
            told: Json = {**payload, "again": True}
            key = f"{HEAR}:again:{payload.get('event_id')}"
            later(db, Job(name=HEAR, payload=told, key=key, after=AGAIN, for_agency=True))


async def _renamed(database: Database, actor: Actor, workspace: Workspace, channel: Json) -> None:
    place, name = as_text(channel.get("id"), 40), as_text(channel.get("name"), 80)
    if not place or not name:
        return
    known = await acquainted(database, actor, workspace)
    await known.enter(workspace, place, name=name)
    async with database.acting(Claims(actor)) as db:
        await rename_channel(db, place, name)


async def _read(database: Database, actor: Actor, workspace: Workspace) -> None:
    """Slack held events back, or our app was asked into a channel: read what there is."""
    async with database.acting(Claims(actor)) as db:
        queue_sync(db, "slack", {"integration_id": str(workspace.grant.integration_id)})
