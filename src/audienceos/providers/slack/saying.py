"""What was said in a workspace as a message for the inbox, whichever way it came.

Full members of the workspace are the agency; guests and people of other workspaces are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from audienceos.inbox.ports import Attached, Correspondent, Incoming
from audienceos.platform.db.base import Json
from audienceos.providers.slack.markup import plain_text
from audienceos.providers.slack.shapes import Person, Room, Said, moment_of

KEY_CHARS = 100
UNKNOWN = Person(id="", name="")


def incoming_of(
    said: Said,
    room: Room,
    person: Person,
    *,
    is_ours: bool,
    names: Mapping[str, str],
    channels: Mapping[str, str],
    origin: Json | None = None,
    author: UUID | None = None,
    is_answer: bool = False,
) -> Incoming:
    """The message. `names` and `channels` are what its markup calls by id; `is_answer` is one that our own app posted for
    somebody.
    """
    is_bot = not is_answer and (bool(said.bot) or person.is_bot)
    name = person.name if person.id else said.username
    return Incoming(
        message_id=key_of(room.id, said.ts),
        sender=Correspondent(
            name=name or said.user or said.bot, address=person.email or said.user or said.bot
        ),
        sender_user=author,
        is_ours=is_ours,
        text=plain_text(said.text, names, channels),
        received_at=said.at,
        automatic="bot" if is_bot else None,
        attachments=tuple(
            Attached(name=file.name, media_type=file.media_type, size=file.size, ref=file.id)
            for file in said.files
        ),
        place=room.id,
        place_name=room.name or room.id,
        branch=key_of(room.id, said.thread_ts) if said.thread_ts else "",
        origin=origin or {},
        edited_at=moment_of(said.edited) if said.edited else None,
    )


def taken_back(room: Room, ts: str) -> Incoming:
    """A message that was deleted."""
    at = moment_of(ts)
    assert at is not None
    return Incoming(message_id=key_of(room.id, ts), received_at=at, place=room.id, is_removed=True)


def is_of(person: Person, said: Said, team: str) -> bool:
    """Whether a full member of that workspace said it. Whom nobody knows is of another one."""
    if not person.id or person.is_guest:
        return False
    return all(not one or not team or one == team for one in (person.team, said.team))


def key_of(channel: str, ts: str) -> str:
    """What names a message."""
    return f"{channel}:{ts}"[:KEY_CHARS]


def ts_of(key: str) -> str:
    """The `ts` that is in it; empty for another's."""
    ts = key.partition(":")[2]
    return ts if moment_of(ts) is not None else ""
