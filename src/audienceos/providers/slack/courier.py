"""Answers in a channel, said by our app exactly as they were written.

Each carries its id where only apps see it, so that one whose fate is unknown can be looked for; who wrote it is there,
too, and in our own record: to post under a person's name would take a right that we don't ask for.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.ports import Leaving, Left, NotLeft, Unsure
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.providers.slack.calling import Lost, Refused
from audienceos.providers.slack.reading import stamp
from audienceos.providers.slack.saying import key_of, ts_of
from audienceos.providers.slack.shapes import Said, moment_of
from audienceos.providers.slack.taking import ANSWER
from audienceos.providers.slack.wire import said_of_item
from audienceos.providers.slack.workspace import Items, Workspace, escaped, workspace_of

LONGEST = 40_000
"""Characters; Slack cuts what is longer."""
PAGES = 10
"""So many are looked through for one answer; in a channel where more was said since, nobody can tell."""
BEFORE = timedelta(minutes=5)
"""By so much Slack's clock may differ from ours."""
WORDS = {
    "msg_too_long": "It is longer than the 40,000 characters that Slack takes",
    "is_archived": "The channel is archived",
    "not_in_channel": "Our app isn't in the channel; invite it there",
    "channel_not_found": "The channel isn't there any more, or our app isn't in it",
    "restricted_action": "The workspace lets only some people write in this channel",
    "restricted_action_read_only_channel": "The workspace lets only some people write in this channel",
    "restricted_action_thread_locked": "The workspace has locked this thread",
    "thread_not_found": "The message that it answers isn't there any more",
    "cannot_reply_to_message": "The message that it answers takes no answers",
    "missing_scope": "Our app wasn't allowed to write; connect Slack again",
    "no_text": "It says nothing",
}


class SlackCourier:
    """Says answers where they belong (`inbox.ports.Courier`)."""

    async def send(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left:
        """Say it, in its thread where it has one. Raises `NotLeft` and `Unsure`."""
        if len(escaped(leaving.text)) > LONGEST:
            raise NotLeft(WORDS["msg_too_long"], for_good=True)
        async with _asking(), _refusing():
            workspace = await _workspace(database, agency_id, leaving)
        noted: Json = {"id": str(leaving.id), "author": str(leaving.author_id), "name": leaving.author_name}
        channel, thread = _where(leaving)
        async with _asking(), _refusing():
            try:
                ts = await workspace.post(
                    channel,
                    leaving.text,
                    thread=thread,
                    metadata={"event_type": ANSWER, "event_payload": noted},
                )
            except Lost as problem:
                raise Unsure(str(problem)) from None
        return _left(channel, ts)

    async def seek(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left | None:
        """Look for it among what was said there since it was written. Raises `NotLeft` where Slack can't be asked now,
        `Unsure` where too much was said since.
        """
        async with _asking(), _refusing():
            workspace = await _workspace(database, agency_id, leaving)
            channel, thread = _where(leaving)
            since, latest, cursor = stamp(leaving.written_at - BEFORE), "", ""
            for _ in range(PAGES):
                if thread:
                    items = await workspace.replies(
                        channel, thread, cursor=cursor, oldest=since, with_metadata=True
                    )
                else:
                    items = await workspace.history(channel, oldest=since, latest=latest, with_metadata=True)
                said = _said(items, channel)
                for one in said:
                    if one.note == ANSWER and one.noted.get("id") == str(leaving.id):
                        return _left(channel, one.ts)
                cursor, latest = items.cursor, min((one.ts for one in said), default="")
                if not items.more or not (cursor if thread else latest):
                    return None
        raise Unsure("Too much was said there since to tell")


async def _workspace(database: Database, agency_id: UUID, leaving: Leaving) -> Workspace:
    workspace = await workspace_of(database, system_of(agency_id))
    if workspace.grant.integration_id != leaving.account_id:
        raise Permanent("Another workspace is connected by now", "not_connected")
    return workspace


@asynccontextmanager
async def _asking() -> AsyncGenerator[None]:
    """What keeps us from asking Slack at all."""
    try:
        yield
    except Permanent as problem:
        raise NotLeft(f"{problem}.", for_good=True) from None
    except Transient as problem:
        raise NotLeft(f"{problem}.", for_good=False, retry_after=problem.retry_after) from None


@asynccontextmanager
async def _refusing() -> AsyncGenerator[None]:
    """What Slack won't do, in words."""
    try:
        yield
    except Refused as problem:
        raise NotLeft(f"{WORDS.get(problem.code, str(problem))}.", for_good=True) from None


def _where(leaving: Leaving) -> tuple[str, str]:
    if not leaving.place:
        raise NotLeft("Nobody knows which channel it is for.", for_good=True)
    return leaving.place, ts_of(leaving.branch)


def _left(channel: str, ts: str) -> Left:
    at = moment_of(ts)
    if at is None:
        raise Unsure("Slack doesn't say which message it became")
    return Left(message_id=key_of(channel, ts), sent_at=at, origin={"channel": channel, "ts": ts})


def _said(items: Items, channel: str) -> list[Said]:
    read = (said_of_item(one, channel) for one in items.items)
    return [one for one in read if isinstance(one, Said)]
