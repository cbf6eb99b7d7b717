"""A flood of messages with its truth: threads of mail and channels of several agencies, told out of order, several times
over, edited and taken back among it. By one seed it is always the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from audienceos.inbox.ports import Correspondent, Incoming

TWICE = 0.3
"""Of what is told, the part that is told again."""
WINDOW = 400
"""Places by which something comes earlier or later than it happened, at most."""
EDITED, TAKEN_BACK, AUTOMATIC, UNKNOWN, JOINED = 0.08, 0.05, 0.04, 0.1, 0.1
THEIRS = (
    "Could you look at the form on page {n}?",
    "Thanks, that works now.",
    "Please send us the report of week {n}.",
    "The banner on page {n} is broken again!",
    "We have moved the launch to the {n}th of March.",
    "Great, thank you!",
    "Never mind, it was our own mistake.",
    "I will send you the pictures tomorrow.",
)
OURS = (
    "Done, it works again.",
    "I will send it to you by Friday.",
    "Looking into it now.",
    "Here is the report of week {n}.",
    "Could you tell us which page you mean?",
    "You are welcome!",
)


class Client(msgspec.Struct, frozen=True):
    """A client as messages know it: by a contact's address and by a channel."""

    id: UUID
    contact: Correspondent
    place: str


class Fact(msgspec.Struct, kw_only=True):
    """A message as it is in the end."""

    message: Incoming
    """With its author's last words."""
    thread: str
    client_id: UUID | None
    is_ours: bool
    is_removed: bool = False


class Flood(msgspec.Struct, kw_only=True):
    """What one agency is told, in the order in which it is told, and what is so in the end."""

    mails: list[Incoming]
    said: list[Incoming]
    facts: dict[str, Fact]


_Some = Callable[[], list[tuple[datetime, Incoming]]]


def flood_of(
    tag: str, us: Correspondent, clients: Sequence[Client], count: int, begin: datetime, seed: int
) -> Flood:
    """Of so many tellings, about half by mail and half in channels, all of them since `begin`."""
    return _Making(tag, us, clients, begin, random.Random(seed)).flood(count)


class _Making:
    def __init__(
        self, tag: str, us: Correspondent, clients: Sequence[Client], begin: datetime, chance: random.Random
    ) -> None:
        self._tag, self._us, self._clients, self._begin = tag, us, clients, begin
        self._chance = chance
        self._facts: dict[str, Fact] = {}
        self._number = 0

    def flood(self, count: int) -> Flood:
        fresh = int(count / (1 + TWICE) / 2)
        mails, said = self._several(fresh, self._mails), self._several(fresh, self._channel)
        return Flood(mails=self._told(mails), said=self._told(said), facts=self._facts)

    def _several(self, count: int, some: _Some) -> list[tuple[datetime, Incoming]]:
        """At least so many, by when they happened."""
        made: list[tuple[datetime, Incoming]] = []
        while len(made) < count:
            made += some()
        return sorted(made, key=lambda one: one[0])

    def _told(self, happened: Sequence[tuple[datetime, Incoming]]) -> list[Incoming]:
        """As they are told: each somewhat early or late, some again, now or much later."""
        chance, told = self._chance, list[tuple[float, Incoming]]()
        for at, (_, message) in enumerate(happened):
            told.append((at + chance.uniform(0, WINDOW), message))
            if chance.random() < TWICE:
                told.append((at + chance.uniform(0, chance.choice((WINDOW, len(happened)))), message))
        return [message for _, message in sorted(told, key=lambda one: one[0])]

    def _mails(self) -> list[tuple[datetime, Incoming]]:
        """A thread, or two that prove to be one."""
        number, client = self._next(), self._chance.choice(self._clients)
        them, client_id = client.contact, client.id
        if self._chance.random() < UNKNOWN:
            them = Correspondent(
                name=f"Stranger {number}", address=f"s{number}.{self._tag}@elsewhere.example"
            )
            client_id = None
        begun = self._chance.choice((1, 1, 2)) if self._chance.random() < JOINED else 1
        thread, size = f"mail {number}", self._size()
        made: list[Incoming] = []
        for at, moment in enumerate(self._moments(size + begun)):
            is_ours = at >= begun and self._chance.random() < 0.45
            message = self._mail(thread, at, moment, them, is_ours, [] if at < begun else made)
            if at == begun and begun > 1:  # it answers both
                message = msgspec.structs.replace(message, references=tuple(one.message_id for one in made))
            made.append(message)
            self._facts[message.message_id] = Fact(
                message=message, thread=thread, client_id=client_id, is_ours=is_ours
            )
        return [(one.received_at, one) for one in made]

    def _mail(
        self,
        thread: str,
        at: int,
        moment: datetime,
        them: Correspondent,
        is_ours: bool,
        before: Sequence[Incoming],
    ) -> Incoming:
        answered = self._chance.choice(before[-3:]) if before else None
        chain = (*answered.references[-5:], answered.message_id) if answered else ()
        automatic = self._chance.random() < AUTOMATIC and bool(before)
        return Incoming(
            message_id=f"{thread.replace(' ', '')}.{at}.{self._tag}@mail.example",
            references=chain if self._chance.random() < 0.7 else chain[-1:],  # some programs name one alone
            sender=self._us if is_ours else them,
            to=(them,) if is_ours else (self._us,),
            subject=f"About {thread}",
            text=self._words(is_ours),
            received_at=moment,
            automatic="auto-submitted" if automatic and not is_ours else None,
        )

    def _channel(self) -> list[tuple[datetime, Incoming]]:
        """A stretch of a channel's life: what is said, in threads and beside them, edited and taken back."""
        client, chance = self._chance.choice(self._clients), self._chance
        roots: list[str] = []
        happened: list[tuple[datetime, Incoming]] = []
        for moment in self._moments(chance.randint(3, 40)):
            branch = chance.choice(roots) if roots and chance.random() < 0.5 else ""
            is_ours = chance.random() < 0.45
            message = self._line(client, moment, is_ours, branch)
            if not branch:
                roots.append(message.message_id)
            happened.append((moment, message))
            fact = Fact(message=message, thread=client.place, client_id=client.id, is_ours=is_ours)
            self._facts[message.message_id] = fact
            happened += self._changed(fact)
        return happened

    def _changed(self, fact: Fact) -> Iterator[tuple[datetime, Incoming]]:
        """What its author did to it afterwards."""
        moment, first = fact.message.received_at, fact.message.text
        for _ in range(2):
            if self._chance.random() < EDITED:
                moment += timedelta(seconds=self._chance.uniform(1, 4000))
                text = self._chance.choice((first, self._words(fact.is_ours)))
                fact.message = msgspec.structs.replace(fact.message, text=text, edited_at=moment)
                yield moment, fact.message
        if self._chance.random() < TAKEN_BACK:
            moment += timedelta(seconds=self._chance.uniform(1, 4000))
            fact.is_removed = True
            one = fact.message
            yield (
                moment,
                Incoming(
                    message_id=one.message_id, received_at=one.received_at, place=one.place, is_removed=True
                ),
            )

    def _line(self, client: Client, moment: datetime, is_ours: bool, branch: str) -> Incoming:
        return Incoming(
            message_id=f"{client.place}:{moment.timestamp():.6f}:{self._next()}",
            sender=self._us if is_ours else client.contact,
            is_ours=is_ours,
            text=self._words(is_ours),
            received_at=moment,
            place=client.place,
            place_name="shared",
            branch=branch,
        )

    def _moments(self, count: int) -> list[datetime]:
        """No two alike, to the second: mails know no smaller one."""
        first = self._begin + timedelta(seconds=self._chance.randint(0, 40 * 86_400))
        gaps = [self._chance.randint(30, 40_000) for _ in range(count)]
        return [first + timedelta(seconds=sum(gaps[:at])) for at in range(count)]

    def _size(self) -> int:
        return self._chance.choice((1, 1, 1, 2, 2, 3, 4, 6, 12, 30))

    def _words(self, is_ours: bool) -> str:
        return self._chance.choice(OURS if is_ours else THEIRS).format(n=self._chance.randint(4, 20))

    def _next(self) -> int:
        self._number += 1
        return self._number
