"""What Slack's messages become. Nothing here knows how they came: by event, by history, in an export."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

Kind = Literal["message", "file_share", "thread_broadcast", "bot_message", "me_message"]
"""What a person sees as something that was said. `bot_message` is everything that an app said."""

Reason = Literal["system", "unknown_subtype", "hidden", "no_channel", "no_ts", "not_a_message", "empty"]
"""Why an item is nothing that was said: a notice of Slack's (joins, renames), a subtype that we have never heard of,
something without a place or a time, no object at all, a message without a word and without a file."""


class SharedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a message. Its content is fetched by its id, with the workspace's token."""

    id: str
    name: str
    media_type: str
    size: int
    """Bytes, as Slack says; 0 where it doesn't."""
    is_gone: bool = False
    """Deleted, or hidden by the limit of a free plan: there is nothing to fetch."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it stands now. `channel` and `ts` together are its identity."""

    channel: str
    ts: str
    """Slack's time and number in one: "1700000000.123456". `at` is the moment."""
    thread_ts: str = ""
    """The thread's first message; empty for a message outside of threads. The first message names itself."""
    user: str = ""
    """The sender's Slack user id; empty for an app without one."""
    username: str = ""
    """The name that the message itself brings: an app's, or the profile that events carry along."""
    bot: str = ""
    """The id of the app that said it; empty for a person."""
    team: str = ""
    """The workspace: in a shared channel, the sender's own."""
    text: str = ""
    """In Slack's markup; `markup.plain_text` makes it readable."""
    files: tuple[SharedFile, ...] = ()
    edited: str = ""
    """The `ts` of the last edit; empty for a message that nobody edited."""
    deleted: bool = False
    """It was taken back: nothing but `channel` and `ts` is sure to be known."""
    is_change: bool = False
    """Told by an event about a message that was there before: an edit, a link's preview, a deletion."""
    kind: Kind = "message"
    permalink: str = ""
    client_msg_id: str = ""
    reply_count: int = 0
    latest_reply: str = ""
    """Of a thread's first message in a channel's history: its newest answer."""
    note: str = ""
    """What kind of thing an app says that it is, where its metadata are told."""
    noted: dict[str, str] = {}
    """And what it says of it."""

    @property
    def at(self) -> datetime:
        """When it was said, in UTC."""
        return moment_of(self.ts) or datetime.fromtimestamp(0, UTC)

    @property
    def is_reply(self) -> bool:
        """It stands within a thread that another message began."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is nothing that was said, and why."""

    reason: Reason
    subtype: str = ""
    channel: str = ""
    ts: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a workspace, or an app."""

    id: str
    name: str
    """As people see it: the display name, else the real one, else the handle."""
    email: str = ""
    is_bot: bool = False
    is_deleted: bool = False
    is_guest: bool = False
    """Invited into some channels alone, or of another workspace: no full member."""
    team: str = ""
    """The id of their own workspace."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A place where things are said."""

    id: str
    name: str
    """Without the number sign; empty for a conversation of two."""
    kind: Literal["public", "private", "direct", "group"] = "public"
    folder: str = ""
    """Where an export keeps its messages."""
    is_archived: bool = False
    is_member: bool = False
    """Whether our app is in it."""
    members: tuple[str, ...] = ()


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """Something in an export that was left out."""

    path: str
    reason: str


_LATEST = 253_402_214_400
"""The last day of the year 9999, in seconds: one more and it is no date."""


def moment_of(ts: str) -> datetime | None:
    """The moment that a `ts` names, in UTC to the microsecond; None for what is no `ts`."""
    seconds, _, rest = ts.partition(".")
    if not (seconds.isascii() and seconds.isdecimal()) or len(seconds) > 12 or int(seconds) >= _LATEST:
        return None
    if rest and not (rest.isascii() and rest.isdecimal()):
        return None
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(rest[:6].ljust(6, "0") or 0))
