"""A workspace's export, as Slack sends it by mail: who is there, where they talk, and what was said, day by day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, Self

import msgspec

from audienceos.providers.slack.archive import DEFAULT, Archive, ExportError, Limits, MemberError
from audienceos.providers.slack.shapes import Broken, Person, Room, Said, Skipped
from audienceos.providers.slack.values import as_list, as_object, as_text
from audienceos.providers.slack.wire import said_of_item

_ROOMS: Final[dict[str, Literal["public", "private", "direct", "group"]]] = {
    "channels.json": "public",
    "groups.json": "private",
    "dms.json": "direct",
    "mpims.json": "group",
}
_DAY: Final = re.compile(r"([^/\\]{1,200})/(\d{4}-\d\d-\d\d)\.json", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_GUEST: Final = ("is_restricted", "is_ultra_restricted", "is_stranger")
_PATH_CHARS = 300
_MEMBERS = 5000


class Export:
    """An export that is open. `people`, `rooms` and `broken` are known at once, `said` reads on as it is asked.

    Use it as a context; it keeps the file open. One day of one channel is in memory at a time.
    """

    def __init__(self, path: Path, limits: Limits = DEFAULT) -> None:
        """Open the zip. Raises `ExportError` for what is no export of Slack's, or too much of one."""
        self._limits = limits
        self._archive = Archive(path, limits)
        self.broken: list[Broken] = []
        """Lists that could not be read; what else is broken comes with what was said."""
        names = set(self._archive.names())
        if not names & {"users.json", *_ROOMS}:
            self._archive.__exit__()
            raise ExportError.because(
                "not_slack",
                "The zip file holds no users.json and no channels.json, so it is no export from Slack.",
            )
        self.people = tuple(filter(None, (person_of(entry) for entry in self._list("users.json"))))
        self.rooms = tuple(
            room
            for name, kind in _ROOMS.items()
            for entry in self._list(name)
            if (room := room_of(entry, kind))
        )

    def __enter__(self) -> Self:
        """The open export."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._archive.__exit__()

    def names(self) -> dict[str, str]:
        """The names of all people by their ids, as `plain_text` takes them."""
        return {person.id: person.name for person in self.people}

    def said(self) -> Iterator[tuple[Room, Said | Skipped] | Broken]:
        """All that was said, room by room and day by day, and what could not be read. Can be asked for again."""
        days: dict[str, list[str]] = {}
        for name in self._archive.names():
            found = _DAY.fullmatch(name)
            if found and found[1] not in (".", ".."):
                days.setdefault(found[1], []).append(name)
        rooms = {room.folder: room for room in self.rooms}
        for folder in sorted(days):
            room = rooms.get(folder)
            if room is None:
                yield Broken(path=as_text(folder, _PATH_CHARS), reason="no list names this channel")
                continue
            for name in sorted(days[folder]):
                yield from self._day(name, room)

    def _day(self, name: str, room: Room) -> Iterator[tuple[Room, Said | Skipped] | Broken]:
        try:
            content = self._archive.content(name, self._limits.day_bytes) or b"[]"
            items = msgspec.json.decode(content, type=list[msgspec.Raw])
        except MemberError as error:
            yield Broken(path=as_text(name, _PATH_CHARS), reason=str(error))
            return
        except (ValueError, RecursionError):
            yield Broken(path=as_text(name, _PATH_CHARS), reason="it is no list of messages")
            return
        for number, item in enumerate(items, start=1):
            try:
                yield room, said_of_item(msgspec.json.decode(item), room.id)
            except (ValueError, RecursionError):
                yield Broken(path=as_text(name, _PATH_CHARS), reason=f"message {number} can't be read")

    def _list(self, name: str) -> list[object]:
        try:
            content = self._archive.content(name, self._limits.list_bytes)
            return as_list(msgspec.json.decode(content)) if content is not None else []
        except MemberError as error:
            self.broken.append(Broken(path=name, reason=str(error)))
        except (ValueError, RecursionError):
            self.broken.append(Broken(path=name, reason="it is no list"))
        return []


def person_of(entry: object) -> Person | None:
    """Somebody, as Slack lists them; None for what is nobody."""
    told = as_object(entry)
    profile = as_object(told.get("profile"))
    person_id = as_text(told.get("id"), 40)
    if not _ID.fullmatch(person_id):
        return None
    names = (profile.get("display_name"), profile.get("real_name"), told.get("real_name"), told.get("name"))
    return Person(
        id=person_id,
        name=next((_line(name) for name in names if _line(name)), person_id),
        email=_line(profile.get("email"), 320),
        is_bot=told.get("is_bot") is True or person_id == "USLACKBOT",
        is_deleted=told.get("deleted") is True,
        is_guest=any(told.get(name) is True for name in _GUEST),
        team=as_text(told.get("team_id"), 40) or as_text(profile.get("team"), 40),
    )


def room_of(entry: object, kind: Literal["public", "private", "direct", "group"]) -> Room | None:
    """A place, as Slack lists it; None for what is none."""
    told = as_object(entry)
    room_id = as_text(told.get("id"), 40)
    if not _ID.fullmatch(room_id):
        return None
    name = _line(told.get("name"))
    members = (as_text(member, 40) for member in as_list(told.get("members"))[:_MEMBERS])
    return Room(
        id=room_id,
        name=name,
        kind=kind,
        folder=room_id if kind == "direct" else name or room_id,
        is_archived=told.get("is_archived") is True,
        is_member=told.get("is_member") is True,
        members=tuple(member for member in members if _ID.fullmatch(member)),
    )


def _line(value: object, most: int = 200) -> str:
    return " ".join(as_text(value, most).split())
