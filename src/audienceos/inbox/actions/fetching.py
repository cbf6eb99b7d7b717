"""A file that came with a message, fetched from where it is when somebody asks; its bytes are never kept here.

What came with an archive is nowhere any more: its message says so by naming no place.
"""

from __future__ import annotations

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from audienceos.inbox.ports import Attached
from audienceos.inbox.queries.messages import MessageView, message_origin, message_view
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.errors import Conflict, NotFound

LARGEST = 25 * 1024 * 1024
"""Bytes of a file, at most."""
FilesAt = Literal["mailbox", "gmail"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message, as the platform knows both."""

    message_id: str
    """What names the message on its platform."""
    origin: Json
    ref: str


class FileSource(Protocol):
    """Whoever can fetch files of messages from one kind of account."""

    async def fetch(self, database: Database, agency_id: UUID, wanted: Wanted) -> bytes:
        """The file's bytes. Raises `Conflict` with words for a person where it is gone or the account isn't connected,
        `Unavailable` where it can't be asked just now.
        """
        ...


_SOURCES: dict[str, FileSource] = {}


def answer_files(kind: FilesAt, source: FileSource) -> None:
    """Say who fetches files there; a later word replaces an earlier one."""
    _SOURCES[kind] = source


async def wanted_file(lane: Lane, message_id: UUID, which: int) -> tuple[MessageView, Attached, Json]:
    """The message, its `which`th file and where it came from. Raises `NotFound`, for a stranger's too, and `Conflict`
    for a file that can't be fetched.
    """
    message = await message_view(lane, message_id)
    if message.removed_at is not None or not 0 <= which < len(message.attachments):
        raise NotFound("file")
    file = message.attachments[which]
    if message.files_at is None:
        raise Conflict(
            "This file came with an archive, whose bytes aren't kept any more.", code="file_not_kept"
        )
    if file.size > LARGEST:
        raise too_large()
    return message, file, await message_origin(lane, message_id)


async def fetched_file(
    database: Database, agency_id: UUID, message: MessageView, file: Attached, origin: Json
) -> bytes:
    """Its bytes, from where it is. Raises `Conflict` and `Unavailable`."""
    source = _SOURCES.get(message.files_at or "")
    if source is None:
        raise not_connected()
    wanted = Wanted(message_id=message.message_id, origin=origin, ref=file.ref)
    found = await source.fetch(database, agency_id, wanted)
    if len(found) > LARGEST:
        raise too_large()
    return found


def gone() -> Conflict:
    """It isn't where it was."""
    return Conflict("This file isn't where it was: the mail was moved or deleted there.", code="file_gone")


def not_connected() -> Conflict:
    """The account that has it isn't connected."""
    words = "The account that this came by isn't connected any more. Connect it again to fetch its files."
    return Conflict(words, code="not_connected")


def too_large() -> Conflict:
    """It is more than is fetched."""
    return Conflict(
        "This file is larger than 25 MB. Fetch it from the mailbox itself.", code="file_too_large"
    )
