"""The door: nothing of one client's leaves to another, unless its author says so with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from audienceos.clients.access import clients_beside
from audienceos.inbox.answering.forms import Override, VariableIn
from audienceos.inbox.answering.known import directory_of
from audienceos.inbox.answering.parents import people_in
from audienceos.inbox.answering.talks import Talk
from audienceos.inbox.firewall import Directory, Draft, Kind, Part, Stop, Variable, inspect
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.firewall.shapes import Severity
from audienceos.inbox.ports import Correspondent
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import AppError

UNSEEN = "one that you don't look after"
"""How a client is called towards somebody who isn't told of it."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in an answer that is another client's, as its author is told of it."""

    key: str
    """What names it while it stays there; an override says it."""
    severity: Severity
    kind: Kind
    sentence: str
    what: str
    """What was found, as it stands there."""
    where: Part
    offset: int
    """Where it begins: in the text or the quoted text in characters, else the number of the recipient or variable."""
    client_id: UUID | None
    """Whose it is; none where nobody knows."""
    client_name: str | None
    is_hidden: bool
    """Whose it is isn't told to the author, who doesn't see that client."""

    @property
    def shown(self) -> Hit:
        """As its author may know it."""
        return structs.replace(self, client_id=None, client_name=None) if self.is_hidden else self


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """All of an answer that the door looks at."""

    people: Sequence[Correspondent] = ()
    text: str = ""
    quoted: str = ""
    variables: Sequence[VariableIn] = ()


class _Seen(msgspec.Struct, frozen=True):
    id: UUID


def _clients(sight: Sight) -> Question:
    beside = clients_beside(sight)
    return select(beside.c.id).where(beside.c.id == any_(bindparam("clients", type_=ARRAY(Uuid()))))


SEEN = Read(_Seen, _clients)


class Stopped(AppError):
    """The door stays closed: `hits` says why, each to be overridden with a reason or to be taken out."""

    status: ClassVar[int] = 422
    code = "stopped"
    title: ClassVar[str] = "This would tell one client about another"

    def __init__(self, hits: Sequence[Hit]) -> None:
        said = " ".join(hit.sentence for hit in hits)
        super().__init__(said, extra={"stops": [msgspec.to_builtins(hit.shown) for hit in hits]})
        self.hits = hits


async def look(lane: Lane, one: Talk, words: Words) -> list[Hit]:
    """What in these words belongs to another client than the conversation's; the same for pages and for sending."""
    assert one.client_id is not None
    directory = await directory_of(lane)
    draft = Draft(
        client_id=one.client_id,
        recipients=tuple(person.address for person in words.people),
        text=words.text,
        quoted=words.quoted,
        variables=tuple(
            Variable(name=given.name, value=given.value, client_id=given.client_id)
            for given in words.variables
        ),
    )
    stops = inspect(draft, directory)
    if any(stop.kind == "unknown_recipient" for stop in stops):
        known = await people_in(lane, one)
        stops = tuple(stop for stop in stops if not _is_known(stop, known))
    seen = await _seen(lane, {stop.client_id for stop in stops if stop.client_id})
    return [_hit(stop, directory, seen) for stop in stops]


def decided(hits: Iterable[Hit], overrides: Iterable[Override]) -> list[Json]:
    """What its author overrides, to be kept with the answer and told to admins. Raises `Stopped` with what is left: what
    stops and has no reason, and what warns and wasn't confirmed.
    """
    given = {override.stop: override.reason for override in overrides}
    left = [hit for hit in hits if not _is_answered(hit, given)]
    if left:
        raise Stopped(left)
    return [msgspec.to_builtins(hit) | {"reason": given[hit.key]} for hit in hits]


def new_stops(hits: Iterable[Hit], overridden: Iterable[Json]) -> list[Hit]:
    """What stops an answer at the moment of its leaving, and didn't when its author sent it."""
    known = {said["key"] for said in overridden}
    return [hit for hit in hits if hit.severity == "stop" and hit.key not in known]


def _is_answered(hit: Hit, given: dict[str, str]) -> bool:
    reason = given.get(hit.key)
    return reason is not None and (hit.severity == "warn" or bool(reason))


def _is_known(stop: Stop, people: frozenset[str]) -> bool:
    """Whoever is in the conversation already isn't somebody whom nobody here has written with."""
    return stop.kind == "unknown_recipient" and address_key(stop.what) in people


async def _seen(lane: Lane, clients: Iterable[UUID]) -> frozenset[UUID]:
    """Which of the clients the reader is told of."""
    asked = list(clients)
    found = await SEEN.all(lane, {"clients": asked}) if asked else []
    return frozenset(one.id for one in found)


def _hit(stop: Stop, directory: Directory, seen: frozenset[UUID]) -> Hit:
    """The stop for its author. Its key says whose it is without telling it."""
    named = "\0".join((stop.kind, str(stop.client_id), stop.where, stop.what.casefold()))
    called = directory.called(stop.client_id) if stop.client_id else None
    hidden = stop.client_id is not None and stop.client_id not in seen
    return Hit(
        key=sha256(named.encode("utf-8", "replace")).hexdigest()[:32],
        severity=stop.severity,
        kind=stop.kind,
        sentence=_unnamed(stop, directory) if hidden else stop.sentence,
        what=stop.what,
        where=stop.where,
        offset=stop.offset,
        client_id=stop.client_id,
        client_name=called,
        is_hidden=hidden,
    )


def _unnamed(stop: Stop, directory: Directory) -> str:
    """The sentence without the names of a client and of its people."""
    said = (
        stop.sentence.replace(f", {directory.called(stop.client_id)}", f", {UNSEEN}")
        if stop.client_id
        else ""
    )
    return said.replace(directory.person_at(stop.what), stop.what) if stop.where == "recipient" else said
