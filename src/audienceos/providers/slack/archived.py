"""A workspace's export as messages for the inbox.

Full members of the workspace are the agency; guests and people of other workspaces are theirs. What is said between
two or a few is between colleagues, and is counted and left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from itertools import islice
from pathlib import Path

from audienceos.inbox.ports import (
    ArchivedRoom,
    Attached,
    Correspondent,
    Glance,
    Incoming,
    Passed,
    Platform,
    Unread,
)
from audienceos.providers.slack.export import Export
from audienceos.providers.slack.markup import plain_text
from audienceos.providers.slack.shapes import Broken, Person, Room, Said, Skipped, moment_of

_KEY_CHARS = 100
_UNKNOWN = Person(id="", name="")


class SlackArchive:
    """Reads an export room by room and day by day (`inbox.ports.ArchiveReader`)."""

    platform: Platform = "slack"

    def glance(self, path: Path, ours: frozenset[str]) -> Glance:
        """The workspace and its channels. Raises `ExportError`."""
        with Export(path) as export:
            rooms = tuple(
                ArchivedRoom(room.id, room.name or room.id) for room in export.rooms if _is_open(room)
            )
            return Glance(own=team_of(export.people), rooms=rooms)

    def read(self, path: Path, start: int = 0) -> Generator[Incoming | Unread | Passed]:
        """Each thing that was said, and what could not be read. Raises `ExportError`."""
        with Export(path) as export:
            reading = _Reading(export)
            yield from islice(reading.items(), start, None)


def team_of(people: tuple[Person, ...]) -> str:
    """The workspace's own id: that of most of its full members."""
    teams = Counter(person.team for person in people if person.team and not person.is_guest)
    return teams.most_common(1)[0][0] if teams else ""


class _Reading:
    """One reading of an export, with its people and channels by their ids."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._people = {person.id: person for person in export.people}
        self._names = export.names()
        self._channels = {room.id: room.name for room in export.rooms}
        self._team = team_of(export.people)

    def items(self) -> Generator[Incoming | Unread | Passed]:
        """Everything, in the export's order."""
        for broken in self._export.broken:
            yield _unread(broken)
        for found in self._export.said():
            if isinstance(found, Broken):
                yield _unread(found)
            else:
                yield self._item(*found)

    def _item(self, room: Room, said: Said | Skipped) -> Incoming | Passed:
        if not _is_open(room):
            return Passed("direct")
        if isinstance(said, Skipped) or said.deleted:
            return Passed("notice")
        person = self._people.get(said.user, _UNKNOWN)
        is_bot = bool(said.bot) or person.is_bot
        name = person.name if person.id else said.username
        return Incoming(
            message_id=_key(room, said.ts),
            sender=Correspondent(
                name=name or said.user or said.bot, address=person.email or said.user or said.bot
            ),
            is_ours=not is_bot and self._is_ours(person, said),
            text=plain_text(said.text, self._names, self._channels),
            received_at=said.at,
            automatic="bot" if is_bot else None,
            attachments=tuple(
                Attached(name=file.name, media_type=file.media_type, size=file.size, ref=file.id)
                for file in said.files
            ),
            place=room.id,
            place_name=room.name or room.id,
            branch=_key(room, said.thread_ts) if said.thread_ts else "",
            edited_at=moment_of(said.edited) if said.edited else None,
        )

    def _is_ours(self, person: Person, said: Said) -> bool:
        """Whether a full member of this workspace said it. Whom the list doesn't name is of another one."""
        if not person.id or person.is_guest:
            return False
        return all(not team or not self._team or team == self._team for team in (person.team, said.team))


def _is_open(room: Room) -> bool:
    return room.kind in ("public", "private")


def _key(room: Room, ts: str) -> str:
    return f"{room.id}:{ts}"[:_KEY_CHARS]


def _unread(broken: Broken) -> Unread:
    return Unread(broken.path, broken.reason)
