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
    Glance,
    Incoming,
    Passed,
    Platform,
    Unread,
)
from audienceos.providers.slack.export import Export
from audienceos.providers.slack.saying import UNKNOWN, incoming_of, is_of
from audienceos.providers.slack.shapes import Broken, Person, Room, Said, Skipped


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
        person = self._people.get(said.user, UNKNOWN)
        is_bot = bool(said.bot) or person.is_bot
        is_ours = not is_bot and is_of(person, said, self._team)
        return incoming_of(said, room, person, is_ours=is_ours, names=self._names, channels=self._channels)


def _is_open(room: Room) -> bool:
    return room.kind in ("public", "private")


def _unread(broken: Broken) -> Unread:
    return Unread(broken.path, broken.reason)
