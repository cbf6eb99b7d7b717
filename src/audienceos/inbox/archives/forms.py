"""What may come in about an archive, and the shapes given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.inbox.archives.found import Found
from audienceos.inbox.archives.kept import Status
from audienceos.inbox.ports import ArchiveKind
from audienceos.platform.web.forms import Form


class ChannelChoice(Form):
    """Whose a channel is; null for nobody's, whose messages wait in triage."""

    place: Annotated[str, Meta(min_length=1, max_length=100)]
    client_id: UUID | None


class ArchivePatch(Form):
    """What only a person knows of an archive, said before it is taken in. What is absent stays."""

    own_address: (
        Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")] | UnsetType
    ) = UNSET
    """Whose mailbox it is. Another one than was guessed has the archive looked through again."""
    channels: Annotated[list[ChannelChoice], Meta(max_length=1000)] | UnsetType = UNSET
    """Channels of a workspace that are clients'; those not named stay as they are."""


class ArchiveView(msgspec.Struct, frozen=True):
    """One archive: what was found in it, how far it got, and what came of it."""

    id: UUID
    kind: ArchiveKind
    status: Status
    file_name: str
    file_size: int
    own_address: str | None
    channels: dict[str, UUID]
    found: Found | None
    taken: dict[str, int]
    """Messages by what became of them: `created`, `updated`, `skipped` (here already, or between colleagues), `failed`
    (couldn't be read), `passed` (left where it is), `repeated` (twice in the archive)."""
    total: int
    position: int
    error: str | None
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


class ArchiveSummary(msgspec.Struct, frozen=True):
    """An archive in a list."""

    id: UUID
    kind: ArchiveKind
    status: Status
    file_name: str
    file_size: int
    taken: dict[str, int]
    total: int
    position: int
    error: str | None
    created_by: UUID
    created_by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int
