"""What goes over the wire, encoded once for everyone who hears it.

    event: client
    data: {"id":"0199…","client_id":"0199…"}
    id: 4000-64b1….7312

`id` and `client_id` are null when more happened at once than is told one by one. Besides topics there are
`reload` (fetch everything), `caught-up` (what was missed has been told) and `signed-out` (the last one).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import msgspec

from audienceos.platform.realtime.cursor import Cursor, Told
from audienceos.platform.realtime.ports import DECIDE_WHO_MAY

ALIVE = b": alive\n\n"
SIGNED_OUT = b"event: signed-out\ndata: {}\n\n"

_encode = msgspec.json.Encoder().encode


class Notice(msgspec.Struct):
    """The payload of a NOTIFY, as `events.recording` writes it."""

    a: UUID
    x: Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]
    e: list[Told] | None
    t: list[str]


class Message(msgspec.Struct, frozen=True):
    """One commit's news for one agency."""

    at: Cursor
    events: list[Told] | None
    """None: too many to name."""
    wire: bytes
    """All of it, for those who see every client."""
    decides: bool
    """Whether it may change who may hear, and how much."""

    @property
    def key(self) -> UUID | None:
        """Tells a message that was told from one that wasn't: events of one commit are seen together."""
        return self.events[0].id if self.events else None


def message(notice: Notice, epoch: str) -> Message:
    """Encode a notice for the streams."""
    at = Cursor(epoch, int(notice.x))
    if notice.e is None:
        wire = b"".join(_event(topic, {"id": None, "client_id": None}, at) for topic in notice.t)
    else:
        wire = told(notice.e, at)
    return Message(at, notice.e, wire, not DECIDE_WHO_MAY.isdisjoint(notice.t))


def told(events: Iterable[Told], at: Cursor | None) -> bytes:
    """These events. Without `at` the reader's place stays what it was, so a stream cut here is told again."""
    return b"".join(_event(e.topic, {"id": e.id, "client_id": e.client_id}, at) for e in events)


def reload(at: Cursor) -> bytes:
    """Fetch everything."""
    return _event("reload", {}, at)


def caught_up(at: Cursor) -> bytes:
    """What was missed has been told, up to here."""
    return _event("caught-up", {}, at)


def _event(name: str, data: object, at: Cursor | None) -> bytes:
    place = f"id: {at}\n" if at else ""
    return f"event: {name}\ndata: {_encode(data).decode()}\n{place}\n".encode()
