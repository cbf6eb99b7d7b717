"""What this room takes from whoever carries messages, in shapes that are no vendor's."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.base import Json

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
    """Known already and unchanged, or between colleagues alone."""
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
