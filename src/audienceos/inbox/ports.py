"""What this room takes from whoever carries messages, in shapes that are no vendor's."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database

Platform = Literal["slack", "gmail"]
ArchiveKind = Literal["mbox", "slack_export"]


class Correspondent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who writes or is written to."""

    name: str = ""
    address: str = ""
    """An e-mail address as typed, or the platform's id of a person."""


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with a message; its bytes stay where they are until somebody asks."""

    name: str
    media_type: str
    size: int
    """Bytes."""
    ref: str
    """Where the platform has it: a part's number, a file's id."""
    is_inline: bool = False
    content_id: str = ""


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it was found. Found again it is the same message, by `message_id`."""

    message_id: str
    """What names it on its platform, at most 100 characters."""
    thread_key: str = ""
    """The platform's own id of the thread, where it has one."""
    references: tuple[str, ...] = ()
    """Messages that it answers or goes on from, the oldest first, by their `message_id`."""
    sender: Correspondent = Correspondent()
    sender_user: UUID | None = None
    """Who of the agency wrote it, where the carrier knows."""
    is_ours: bool | None = None
    """Whether the agency wrote it; None to tell it by the sender's address."""
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    subject: str = ""
    text: str = ""
    html: str | None = None
    received_at: datetime
    automatic: str | None = None
    """Why no human wrote it: `newsletter`, `auto-submitted`, `bounce`, `calendar`, `bot`."""
    attachments: tuple[Attached, ...] = ()
    place: str | None = None
    """A channel's id. All that is said in a channel is one conversation."""
    branch: str = ""
    """Within a channel, the message whose answers stand beside it, by its `message_id`: such are judged by themselves."""
    place_name: str | None = None
    origin: Json = {}
    edited_at: datetime | None = None
    is_removed: bool = False


class Taken(msgspec.Struct, kw_only=True):
    """What became of messages: each is in one of the four."""

    created: int = 0
    updated: int = 0
    """Known already, and changed since."""
    skipped: int = 0
    """Known already and unchanged, between colleagues alone, or older than its source keeps."""
    failed: int = 0
    """Could not be read."""

    @property
    def fetched(self) -> int:
        """All of them."""
        return self.created + self.updated + self.skipped + self.failed

    def add(self, other: Taken) -> None:
        """Count another batch in."""
        self.created += other.created
        self.updated += other.updated
        self.skipped += other.skipped
        self.failed += other.failed


class Unread(msgspec.Struct, frozen=True):
    """Something in an archive that could not be read."""

    where: str
    """Where it stands, in words for whoever has the file."""
    reason: str


class Passed(msgspec.Struct, frozen=True):
    """Something in an archive that is no message between an agency and a client, and is left where it is."""

    why: Literal["direct", "notice", "spam", "bin", "draft", "chat"]


class ArchivedRoom(msgspec.Struct, frozen=True):
    """A channel of an archive, before anything of it is read."""

    place: str
    name: str


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What is seen of an archive without reading it through."""

    own: str = ""
    """What names its source: for a mailbox the address that it probably is, for a workspace its id."""
    addresses: tuple[str, ...] = ()
    """Addresses that it could be, the likeliest first."""
    rooms: tuple[ArchivedRoom, ...] = ()


class ArchiveReader(Protocol):
    """Whoever can read archives of one kind. Both methods read a file and are called in threads."""

    platform: Platform

    def glance(self, path: Path, ours: frozenset[str]) -> Glance:
        """Look into it; `ours` are the addresses of the agency's people. Raises `Invalid` at `file` for what is none."""
        ...

    def read(self, path: Path, start: int = 0) -> Generator[Incoming | Unread | Passed]:
        """Each item, always in the same order, those before `start` left out. Raises `Invalid`."""
        ...


_READERS: dict[str, ArchiveReader] = {}


def answer_archive(kind: ArchiveKind, reader: ArchiveReader) -> None:
    """Say who reads archives of this kind; a later word replaces an earlier one."""
    _READERS[kind] = reader


def archive_reader(kind: str) -> ArchiveReader:
    """Who reads archives of this kind. Raises `LookupError` where nobody said so."""
    return _READERS[kind]


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """The message that is answered, as its platform knows it."""

    message_id: str = ""
    """Its own id in full, which may be longer than what is kept of it as a key."""
    references: tuple[str, ...] = ()
    """What it goes on from, the oldest first."""
    subject: str = ""
    sender: Correspondent = Correspondent()
    sent_at: datetime | None = None
    text: str = ""


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is to leave. Handed to a courier again it is the same answer, by `id` and `message_id`."""

    id: UUID
    account_id: UUID
    """The mailbox or the connection that it leaves through."""
    author_id: UUID
    author_name: str
    message_id: str
    """The Message-ID that a mail bears, chosen before it leaves, so that it can be looked for."""
    written_at: datetime
    """When it was first to leave: a mail's date."""
    sender: Correspondent = Correspondent()
    """From whom a mail is."""
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    text: str
    quotes: bool = False
    """Whether the answered text goes below it."""
    parent: Parent = Parent()
    thread_key: str = ""
    """The platform's own id of the thread, where it has one."""
    place: str | None = None
    """A channel's id."""
    branch: str = ""
    """Within a channel, the message beside which it stands, by its `message_id`; empty for the channel itself."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform made of an answer that has left: enough to know it again when it is read there."""

    message_id: str
    thread_key: str = ""
    sent_at: datetime
    origin: Json = {}


class NotLeft(Exception):
    """It has not left, for certain. Its text is ours, for people."""

    def __init__(self, words: str, *, for_good: bool, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.for_good = for_good
        """Whether trying again is of no use until somebody mends what the words say."""
        self.retry_after = retry_after
        """The pause that the platform asks for, in seconds."""


class Unsure(Exception):
    """It may have left: the platform took the words and was gone before it said what became of them."""


class Courier(Protocol):
    """Whoever takes answers to one kind of account."""

    async def send(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left:
        """Have it leave. Raises `NotLeft` and `Unsure`."""
        ...

    async def seek(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left | None:
        """Whether it has left already, asked of the platform. Raises `NotLeft` where it can't be asked just now, `Unsure` where
        nobody can tell.
        """
        ...


CourierKind = Literal["slack", "gmail", "mailbox"]
_COURIERS: dict[str, Courier] = {}


def answer_courier(kind: CourierKind, courier: Courier) -> None:
    """Say who takes answers there; a later word replaces an earlier one."""
    _COURIERS[kind] = courier


def courier_to(kind: str) -> Courier | None:
    """Who takes answers there; None where nobody does, so that nothing offers to write."""
    return _COURIERS.get(kind)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A channel of the workspace that the agency is connected with."""

    place: str
    name: str
    is_private: bool = False
    is_inside: bool = False
    """Whether our app is in it, so that it hears what is said."""


class Workspace(Protocol):
    """Whoever knows the channels of the connected workspace."""

    async def rooms(self, database: Database, agency_id: UUID) -> list[Room]:
        """Those that can be linked. Raises `Conflict` (`not_connected`) where no workspace is, `Unavailable`."""
        ...

    async def enter(self, database: Database, agency_id: UUID, place: str) -> str | None:
        """Have our app be in a channel; why it can't be, in words."""
        ...


_workspaces: list[Workspace] = []


def answer_workspace(workspace: Workspace) -> None:
    """Say who knows them; a later word replaces an earlier one."""
    _workspaces[:] = [workspace]


def workspace_there() -> Workspace:
    """Who knows them. Raises `LookupError` where nobody said so."""
    return _workspaces[0]
