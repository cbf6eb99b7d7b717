"""What follows from every change of conversations: their clients' signals, and the words that they are found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audienceos.agency.hours import worked
from audienceos.clients.actions.signals import Said, set_signals
from audienceos.inbox.actions.judging import Ground
from audienceos.inbox.models import Conversation
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.terms import terms_of

SOURCE = "inbox"
MOST_TERMS = 5000  # of one conversation
HOUR = timedelta(hours=1)

_ADD = """
insert into conversation_term (agency_id, term, conversation_id)
select $1, t.term, t.conversation_id from unnest($2::text[], $3::uuid[]) as t(term, conversation_id)
 where (select count(*) from conversation_term f
         where f.agency_id = $1 and f.conversation_id = t.conversation_id) < $4
on conflict (agency_id, term, conversation_id) do nothing returning 1"""

_LOST = """
delete from conversation_term t using unnest($2::text[], $3::uuid[]) as w(term, conversation_id)
 where t.agency_id = $1 and t.conversation_id = w.conversation_id and t.term = w.term{unless}"""
_STILL_SAID = """
   and not exists (
     select from {table} m
      where m.agency_id = $1 and m.conversation_id = w.conversation_id and m.removed_at is null
        and concat_ws(' ', m.content, m.subject, m.sender_name, m.sender_email) ilike '%' || w.term || '%')"""
_LOSE = _LOST.format(
    unless="".join(_STILL_SAID.format(table=table) for table in ("communication", "triage_message"))
)


async def tell(db: Db, name: str, one: Conversation, **data: Any) -> UUID:
    """Record an event about a conversation. It says nothing that a message says, since events outlive messages."""
    return await record(
        db,
        name,
        "conversation",
        one.id,
        client_id=one.client_id,
        platform=one.platform,
        needs_reply=one.needs_reply,
        waiting_since=one.waiting_since and one.waiting_since.isoformat(),
        assignee_id=one.assignee_id and str(one.assignee_id),
        **data,
    )


async def tell_clients(
    db: Db, clients: Iterable[UUID], ground: Ground, heard: Mapping[UUID, datetime] | None = None
) -> None:
    """Set each client's signals to what its waiting conversations say. Whoever calls holds the clients.

    `heard` is when somebody last wrote to them or they to us, which ends a client's silence.
    """
    await db.flush()
    mine = sorted(set(clients))
    waiting = await _waiting(db, mine)
    for client_id in mine:
        said = _said(waiting.get(client_id, ()), ground)
        heard_at = (heard or {}).get(client_id)
        by_person = db.actor.kind != "system"
        await set_signals(db, client_id, SOURCE, said, by_person=by_person, heard_at=heard_at)


async def found_by(db: Db, texts: Mapping[UUID, Sequence[str | None]]) -> None:
    """Let conversations be found by these texts' words too."""
    words = [(term, one) for one in sorted(texts) for term in sorted(terms_of(*texts[one]))[:MOST_TERMS]]
    if words:
        terms, ids = zip(*words, strict=True)
        await (await db.raw()).fetch(_ADD, db.actor.agency_id, list(terms), list(ids), MOST_TERMS)


async def lost_by(db: Db, texts: Mapping[UUID, Sequence[str | None]]) -> None:
    """Let conversations be found no longer by words of these texts, which are gone from them, unless others have them."""
    words = [(term, one) for one in sorted(texts) for term in sorted(terms_of(*texts[one]))]
    if words:
        terms, ids = zip(*words, strict=True)
        await (await db.raw()).execute(_LOSE, db.actor.agency_id, list(terms), list(ids))


async def _waiting(db: Db, clients: Sequence[UUID]) -> dict[UUID, list[datetime]]:
    """Since when each of the clients' waiting conversations waits, the longest first; none that is put aside."""
    query = select(Conversation.client_id, Conversation.waiting_since, Conversation.snoozed_until).where(
        Conversation.agency_id == db.actor.agency_id,
        Conversation.client_id.in_(clients),
        Conversation.needs_reply,
    )
    found: dict[UUID, list[datetime]] = {}
    now = clock.now()
    for client_id, since, snoozed_until in await db.execute(query.order_by(Conversation.waiting_since)):
        if client_id is not None and since is not None and (snoozed_until is None or snoozed_until <= now):
            found.setdefault(client_id, []).append(since)
    return found


def _said(waiting: Sequence[datetime], ground: Ground) -> dict[str, Said]:
    if not waiting:
        return {}
    since = waiting[0]
    passed = worked(ground.hours, since, clock.now())
    level = "risk" if passed >= ground.risk else "watch" if passed >= ground.watch else "ok"
    many = "1 conversation waits" if len(waiting) == 1 else f"{len(waiting)} conversations wait"
    hours = int(passed / HOUR)
    longest = (
        f", the longest for {hours} business hours" if len(waiting) > 1 else f", for {hours} business hours"
    )
    return {"waiting": Said(level, f"{many} for our reply{longest if hours else ''}", len(waiting), since)}
