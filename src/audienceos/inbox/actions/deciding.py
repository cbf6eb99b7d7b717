"""What people decide about a conversation: who answers, whether it needs a reply, until when it is put aside, whose it
is, and that they have read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from audienceos.agency.access import assignable
from audienceos.inbox.access import conversation_for, conversation_for_client
from audienceos.inbox.actions.judging import ground_for, judge_anew, plan
from audienceos.inbox.actions.telling import tell, tell_clients
from audienceos.inbox.actions.threads import claim, hold_inbox
from audienceos.inbox.firewall.addresses import address_key, domain_of
from audienceos.inbox.firewall.words import FREE_MAIL
from audienceos.inbox.forms import MatchIn, Teach
from audienceos.inbox.models import Communication, Conversation, TriageMessage
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid

_SEE = """
insert into conversation_seen (agency_id, user_id, conversation_id, seen_at) values ($1, $2, $3, $4)
on conflict (agency_id, user_id, conversation_id) do update
   set seen_at = greatest(conversation_seen.seen_at, excluded.seen_at)"""
_MOVED = (
    "update communication set client_id = $3 where agency_id = $1 and conversation_id = $2",
    "update outgoing set client_id = $3 where agency_id = $1 and conversation_id = $2",
)
_TEACH = """
insert into matching_rule (agency_id, id, kind, value, client_id, taught_by, created_at)
values ($1, $2, $3, $4, $5, $6, now())
on conflict (agency_id, kind, value) do update set client_id = excluded.client_id, taught_by = excluded.taught_by
returning id"""


async def assign(db: Db, conversation_id: UUID, assignee_id: UUID | None) -> Conversation:
    """Say who is to answer, or nobody. Raises `NotFound`; `Invalid` for somebody who isn't active here."""
    if assignee_id is not None:
        await assignable(db, assignee_id, "assignee_id")
    one = await conversation_for(db, conversation_id, to="change")
    if one.assignee_id != assignee_id:
        was, one.assignee_id = one.assignee_id, assignee_id
        one.version += 1
        await tell(db, "conversation.assigned", one, replaces=was and str(was))
    return one


async def decide(db: Db, conversation_id: UUID, *, needs_reply: bool) -> Conversation:
    """Say that it needs a reply, or none, whatever was judged; it holds until the next message. Raises `NotFound`."""
    one = await conversation_for(db, conversation_id, to="change")
    one.said = "needs_reply" if needs_reply else "no_reply"
    one.said_by, one.said_at = db.actor.user_id, clock.now()
    one.version += 1
    await _settle(db, [one])
    await tell(db, "conversation.decided", one)
    return one


async def snooze(db: Db, conversation_id: UUID, until: datetime | None) -> Conversation:
    """Put it aside until then, or take it up again. Raises `NotFound`; `Invalid` for a moment that has passed."""
    if until is not None and until <= clock.now():
        raise Invalid.at("until", "Choose a time that is still to come")
    one = await conversation_for(db, conversation_id, to="change")
    one.snoozed_until, one.snoozed_at = until, clock.now() if until else None
    one.version += 1
    plan(one, await ground_for(db, await hold_inbox(db)))
    await _settle(db, [one])
    await tell(db, "conversation.snoozed", one, until=until and until.isoformat())
    return one


async def match(db: Db, conversation_id: UUID, data: MatchIn) -> Conversation:
    """Say whose it is, and learn from it what is asked for: others in triage from there are theirs too.

    Raises `NotFound` for a conversation or a client that the actor doesn't see; `Invalid` for a domain at which
    anybody can have an address, and where nothing can be learned.
    """
    one = await conversation_for_client(db, conversation_id, data.client_id)
    was = one.client_id
    await _give(db, one, data.client_id)
    value = await _taught(db, one, data.teach)
    others = await _others_from(db, data.teach, value) if value else []
    for other in others:
        await claim(db, other, data.client_id)
    await _settle(db, [one, *others], also=was)
    for matched in (one, *others):
        await tell(db, "conversation.matched", matched, teach=data.teach, value=value or None)
    return one


async def see(db: Db, conversation_id: UUID) -> None:
    """The actor has read it as it is now. Raises `NotFound`."""
    one = await conversation_for(db, conversation_id)
    moment = max(clock.now(), one.last_message_at)
    await (await db.raw()).execute(_SEE, db.actor.agency_id, db.actor.person, one.id, moment)


async def _give(db: Db, one: Conversation, client_id: UUID) -> None:
    """Messages in triage become the client's; those of another client change hands."""
    if one.client_id is None:
        await claim(db, one, client_id)
    elif one.client_id != client_id:
        one.client_id = client_id
        await db.flush()
        raw = await db.raw()
        for moved in _MOVED:
            await raw.execute(moved, db.actor.agency_id, one.id, client_id)
    one.version += 1


async def _taught(db: Db, one: Conversation, teach: Teach) -> str:
    """Remember the sender's address or domain; what was remembered, nothing where nothing was asked for."""
    if teach == "nothing":
        return ""
    address = await _sender(db, one)
    if not address:
        raise Invalid.at("teach", "Nobody outside has written in it, so there is nothing to remember")
    value = address if teach == "address" else domain_of(address)
    if teach == "domain" and value in FREE_MAIL:
        raise Invalid.at("teach", f"Anybody can have an address at {value}: remember the address instead")
    actor, raw = db.actor, await db.raw()
    await raw.fetch(_TEACH, actor.agency_id, uuid7(), teach, value, one.client_id, actor.person)
    return value


async def _sender(db: Db, one: Conversation) -> str:
    """The address of the first who wrote from outside, as it is compared."""
    table = TriageMessage if one.client_id is None else Communication
    query = (
        select(table.sender_email)
        .where(table.agency_id == db.actor.agency_id, table.conversation_id == one.id, table.is_inbound)
        .order_by(table.received_at)
        .limit(1)
    )
    return address_key(await db.scalar(query) or "")


async def _others_from(db: Db, teach: Teach, value: str) -> list[Conversation]:
    """Conversations in triage that somebody of that address or domain began."""
    came_from = TriageMessage.sender_key if teach == "address" else TriageMessage.sender_domain
    query = (
        select(Conversation)
        .where(
            Conversation.agency_id == db.actor.agency_id,
            Conversation.client_id.is_(None),
            Conversation.id.in_(
                select(TriageMessage.conversation_id).where(
                    TriageMessage.agency_id == db.actor.agency_id,
                    TriageMessage.is_inbound,
                    came_from == value,
                )
            ),
        )
        .order_by(Conversation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await db.scalars(query))


async def _settle(db: Db, conversations: Iterable[Conversation], also: UUID | None = None) -> None:
    """Judge them anew and tell their clients; `also` is a client that has lost one."""
    mine = list(conversations)
    ground = await ground_for(db, await hold_inbox(db))
    await judge_anew(db, mine, ground)
    clients = {one.client_id for one in mine} | {also}
    heard = {one.client_id: one.last_inbound_at for one in mine if one.client_id and one.last_inbound_at}
    await tell_clients(db, {client for client in clients if client is not None}, ground, heard)
