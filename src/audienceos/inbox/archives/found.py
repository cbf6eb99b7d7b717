"""What a look through an archive tells, counted while it is read. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from audienceos.inbox.ports import Incoming, Passed, Unread
from audienceos.inbox.whose import Known

UNREAD_NAMED = 20
CLIENTS_NAMED = 50
ROOMS_NAMED = 1000
_WHERE_CHARS, _REASON_CHARS = 120, 200

Item = Incoming | Unread | Passed


class UnreadView(msgspec.Struct, frozen=True):
    """Something that could not be read, and why."""

    where: str
    reason: str


class ClientCount(msgspec.Struct, frozen=True):
    """How many messages are known as one client's."""

    client_id: UUID
    messages: int


class RoomCount(msgspec.Struct, frozen=True):
    """A channel, how much was said in it, and whose it may be by its name."""

    place: str
    name: str
    messages: int
    guess: UUID | None = None
    is_linked: bool = False
    """It is that client's already."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an archive. Nothing of it was taken in yet."""

    items: int
    """Everything in it, read or not."""
    messages: int
    unreadable: int
    unread: list[UnreadView]
    """The first twenty."""
    passed: dict[str, int]
    """What is left where it is, by why: `spam`, `bin`, `draft`, `chat`, `direct`, `notice`."""
    first: datetime | None
    last: datetime | None
    kept: int
    """Messages that are in the inbox already."""
    inward: int
    """Between colleagues alone."""
    automatic: int
    """No human wrote them."""
    unknown: int
    """Of nobody known: they wait in triage."""
    clients: list[ClientCount]
    """The fifty with most."""
    addresses: list[str] = []
    """For a mailbox: whose it could be, the likeliest first."""
    rooms: list[RoomCount] = []
    """For a workspace: its channels, those with most first."""


class Tally(msgspec.Struct):
    """The counts while an archive is read; it grows with clients and channels, never with messages."""

    items: int = 0
    messages: int = 0
    unreadable: int = 0
    unread: list[UnreadView] = []
    passed: dict[str, int] = {}
    first: datetime | None = None
    last: datetime | None = None
    kept: int = 0
    inward: int = 0
    automatic: int = 0
    unknown: int = 0
    clients: dict[UUID, int] = {}
    places: dict[str, int] = {}

    def add(self, items: Iterable[Item], known: Known, kept: Container[str]) -> None:
        """Count some more; `kept` are the messages that the inbox has."""
        for item in items:
            self.items += 1
            if isinstance(item, Unread):
                self._add_unread(item)
            elif isinstance(item, Passed):
                self.passed[item.why] = self.passed.get(item.why, 0) + 1
            else:
                self._add_message(item, known)
                self.kept += item.message_id in kept

    def found(self, addresses: Iterable[str], rooms: Iterable[RoomCount]) -> Found:
        """What was counted."""
        most = sorted(self.clients.items(), key=lambda one: (-one[1], one[0]))[:CLIENTS_NAMED]
        return Found(
            items=self.items,
            messages=self.messages,
            unreadable=self.unreadable,
            unread=self.unread,
            passed=self.passed,
            first=self.first,
            last=self.last,
            kept=self.kept,
            inward=self.inward,
            automatic=self.automatic,
            unknown=self.unknown,
            clients=[ClientCount(client_id, count) for client_id, count in most],
            addresses=list(addresses),
            rooms=sorted(rooms, key=lambda room: (-room.messages, room.name))[:ROOMS_NAMED],
        )

    def _add_unread(self, item: Unread) -> None:
        self.unreadable += 1
        if len(self.unread) < UNREAD_NAMED:
            self.unread.append(UnreadView(item.where[:_WHERE_CHARS], item.reason[:_REASON_CHARS]))

    def _add_message(self, message: Incoming, known: Known) -> None:
        self.messages += 1
        self.first = min(self.first or message.received_at, message.received_at)
        self.last = max(self.last or message.received_at, message.received_at)
        self.automatic += message.automatic is not None
        if message.place is not None:
            self.places[message.place] = self.places.get(message.place, 0) + 1
        if known.is_inward(message):
            self.inward += 1
        elif (client_id := known.client_of([message])) is not None:
            self.clients[client_id] = self.clients.get(client_id, 0) + 1
        else:
            self.unknown += 1
