"""The message that is answered: what of it an answer needs, and to whom an answer to it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from audienceos.connections.queries import mail_addresses
from audienceos.inbox.answering.talks import Talk
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.ports import Correspondent, Parent
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Conflict, Invalid

REFERENCES = 20
"""Messages before it that a mail names at most."""
QUOTED = 100_000
"""Characters of a message that are quoted."""

BEGINNING = 1000
"""Characters of the message that a thread began with, by which people know it."""

_MESSAGE = f"""
select id, message_id, thread_id, sender_email, sender_name, subject, left(content, {QUOTED}) as content, is_inbound,
       to_people, cc_people, origin, received_at,
       (select left(root.content, {BEGINNING}) from communication root where root.agency_id = $1
           and root.platform = said.platform and root.message_id = said.thread_id) as root
  from communication said
 where agency_id = $1 and conversation_id = $2 and removed_at is null"""  # noqa: S608  a number of this module's
_THIS = f"{_MESSAGE} and id = $3"
_NEWEST = f"{_MESSAGE} order by automatic is null desc, received_at desc, id desc limit 1"
"""What a machine wrote is answered only where nobody else has written."""
_BEFORE = """
select message_id, origin->>'message_id' as whole from communication
 where agency_id = $1 and conversation_id = $2 and (received_at, id) < ($3, $4)
 order by received_at desc, id desc limit $5"""
_PEOPLE = """
select distinct lower(p.address) from (
  select sender_email as address from communication where agency_id = $1 and conversation_id = $2
  union all
  select t->>'address' from communication, jsonb_array_elements(to_people || cc_people) as t
   where agency_id = $1 and conversation_id = $2) as p where p.address is not null"""
_OURS = "select external_id from inbox_source where agency_id = $1 and platform = 'gmail' and kind in ('mailbox', 'mbox')"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A message, as far as an answer to it needs it."""

    id: UUID
    key: str
    """What names it here."""
    parent: Parent
    thread_key: str
    began_with: str
    """What the thread's first message says; within no thread, what this one says."""
    is_inbound: bool
    reply_to: tuple[Correspondent, ...] = ()
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()


class Recipients(msgspec.Struct, frozen=True, kw_only=True):
    """To whom an answer goes."""

    to: Sequence[Correspondent] = ()
    cc: Sequence[Correspondent] = ()


async def answered_in(lane: Lane, one: Talk, message_id: UUID | None) -> Answered:
    """That message of a client's conversation, or the newest. Raises `Invalid` for another's, `Conflict` where nothing is
    left to answer.
    """
    raw, mine = lane.raw, (lane.actor.agency_id, one.id)
    row = await (raw.fetchrow(_THIS, *mine, message_id) if message_id else raw.fetchrow(_NEWEST, *mine))
    if row is None and message_id is not None:
        raise Invalid.at("message_id", "Choose a message of this conversation")
    if row is None:
        raise Conflict("Its messages were taken back: there is nothing to answer.", code="nothing_to_answer")
    before: list[str] = []
    if one.platform == "gmail":
        rows = await raw.fetch(_BEFORE, *mine, row["received_at"], row["id"], REFERENCES)
        before = [whole or key for key, whole in reversed(rows)]
    return _answered(row, before)


async def usual_recipients(lane: Lane, answered: Answered, *, to_all: bool) -> Recipients:
    """To whom an answer to that mail goes, unless its author says otherwise."""
    rows = await lane.raw.fetch(_OURS, lane.actor.agency_id)
    own = await mail_addresses(lane) | {row[0] for row in rows}
    return recipients(answered, frozenset(own), to_all=to_all)


def recipients(answered: Answered, own: frozenset[str], *, to_all: bool) -> Recipients:
    """A reply goes to Reply-To or the sender, a reply to all also to who else was written to, less our own addresses;
    to what we wrote ourselves, to those to whom that went. Pure.
    """
    if not answered.is_inbound:
        to = _others(answered.to, own) or _once(answered.to)
        return Recipients(to=to, cc=_others(answered.cc, own, to) if to_all else ())
    first = _once(answered.reply_to or (answered.parent.sender,))
    if not to_all:
        return Recipients(to=first)
    to = (*first, *_others(answered.to, own, first))
    return Recipients(to=to, cc=_others(answered.cc, own, to))


async def people_in(lane: Lane, one: Talk) -> frozenset[str]:
    """Everybody who wrote or was written to in it, by address."""
    rows = await lane.raw.fetch(_PEOPLE, lane.actor.agency_id, one.id)
    return frozenset(address_key(row[0]) for row in rows)


def _others(
    people: Iterable[Correspondent], own: frozenset[str], named: Sequence[Correspondent] = ()
) -> tuple[Correspondent, ...]:
    left_out = own | {address_key(one.address) for one in named}
    return _once(one for one in people if address_key(one.address) not in left_out)


def _once(people: Iterable[Correspondent]) -> tuple[Correspondent, ...]:
    found: dict[str, Correspondent] = {}
    for one in people:
        if one.address:
            found.setdefault(address_key(one.address), one)
    return tuple(found.values())


def _answered(row: Any, before: Iterable[str]) -> Answered:
    origin: Json = row["origin"]
    key: str = row["message_id"]
    return Answered(
        id=row["id"],
        key=key,
        parent=Parent(
            message_id=_real(str(origin.get("message_id") or key)),
            references=tuple(one for one in map(_real, before) if one),
            subject=str(origin.get("subject") or row["subject"] or ""),
            sender=Correspondent(
                name=row["sender_name"] or "", address=str(origin.get("sender") or row["sender_email"] or "")
            ),
            sent_at=row["received_at"],
            text=row["content"],
        ),
        thread_key=row["thread_id"] or "",
        began_with=row["root"] or row["content"],
        is_inbound=row["is_inbound"],
        reply_to=msgspec.convert(origin.get("reply_to") or (), tuple[Correspondent, ...]),
        to=msgspec.convert(row["to_people"], tuple[Correspondent, ...]),
        cc=msgspec.convert(row["cc_people"], tuple[Correspondent, ...]),
    )


def _real(key: str) -> str:
    """An id that a platform gave; nothing for one that was made up here."""
    return "" if key.startswith(("none:", "sha256:")) else key
