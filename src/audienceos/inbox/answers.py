"""What this room answers when a client merges or is taken out, when people leave, and when limits change."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.agency.ports import Held, answer_badge, on_leaving, on_limits_change
from audienceos.clients.ports import Told, export_clients, on_merge, tell_activity
from audienceos.inbox.actions.judging import ground_for
from audienceos.inbox.actions.limiting import look_again
from audienceos.inbox.actions.telling import tell, tell_clients
from audienceos.inbox.actions.threads import hold_inbox
from audienceos.inbox.archives.mbox import MboxReader
from audienceos.inbox.models import Conversation
from audienceos.inbox.ports import answer_archive
from audienceos.inbox.queries.listing import waiting_conversations
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db

NAMED_AT_MOST = 200
_MOVED = ("conversation", "communication", "outgoing", "client_channel", "matching_rule")
_OF_THEIRS = (
    "r.conversation_id in (select id from conversation where agency_id = $1 and client_id in ({clients}))"
)
_KEPT = {
    "conversation": "r.client_id in ({clients})",
    "communication": "r.client_id in ({clients})",
    "outgoing": "r.client_id in ({clients})",
    "client_channel": "r.client_id in ({clients})",
    "matching_rule": "r.client_id in ({clients})",
    "conversation_comment": _OF_THEIRS,
    "promise": _OF_THEIRS,
}
_CLIENTS = "select id from client where agency_id = $1 and (id = $2 or merged_into = $2)"
_EXPORT = " union all ".join(
    f"select '{table}' as kind, r.id, (to_jsonb(r) - '{{agency_id,look_at}}'::text[])::text as row from {table} r "  # noqa: S608  names are this module's
    f"where r.agency_id = $1 and {where.format(clients=_CLIENTS)}"
    for table, where in _KEPT.items()
)


class ConversationsOfWhoLeaves:
    """Conversations that somebody is to answer (`agency.ports.UserLeaving`)."""

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        """Those that wait, by their subjects."""
        query = select(Conversation.id, Conversation.subject, Conversation.last_sender).where(
            Conversation.agency_id == db.actor.agency_id,
            Conversation.assignee_id == user_id,
            Conversation.needs_reply,
        )
        rows = await db.execute(query.order_by(Conversation.waiting_since).limit(NAMED_AT_MOST))
        return [Held("conversation", row_id, subject or sender) for row_id, subject, sender in rows]

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        """Give them to somebody else, those that are closed too."""
        await hold_inbox(db)
        query = (
            select(Conversation)
            .where(Conversation.agency_id == db.actor.agency_id, Conversation.assignee_id == user_id)
            .order_by(Conversation.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        for one in await db.scalars(query):
            one.assignee_id = to
            one.version += 1
            if one.needs_reply:
                await tell(db, "conversation.assigned", one, replaces=str(user_id))


async def come_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """The other's conversations, channels and rules are this client's (`clients.ports.ClientMerge`)."""
    limits = await hold_inbox(db)
    raw, agency_id = await db.raw(), db.actor.agency_id
    for table in _MOVED:
        moved = f"update {table} set client_id = $2 where agency_id = $1 and client_id = $3"  # noqa: S608  names are this module's
        await raw.execute(moved, agency_id, stays_id, other_id)
    await tell_clients(db, (stays_id, other_id), await ground_for(db, limits))


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """All that is kept of the client's conversations (`clients.ports.ClientExport`)."""
    tables: dict[str, list[Json]] = {table: [] for table in _KEPT}
    for kind, _, text in await lane.raw.fetch(
        f"{_EXPORT} order by kind, id", lane.actor.agency_id, client_id
    ):
        tables[kind].append(msgspec.json.decode(text))
    return tables


def _a_message(data: Json) -> str:
    return "a mail" if data.get("platform") == "gmail" else "a message in Slack"


TOLD: dict[str, Told] = {
    "conversation.received": lambda data: f"took in {_a_message(data)}",
    "conversation.sent": lambda data: f"saw {_a_message(data)} that was sent to them",
    "conversation.matched": lambda _: "said that a conversation is theirs",
    "conversation.waited": lambda _: "noticed that they have waited too long for a reply",
    "answer.sent": lambda data: f"answered them {'in Slack' if data.get('by') == 'slack' else 'by mail'}",
    "answer.cancelled": lambda _: "called off an answer",
    "channel.linked": lambda data: f"linked the channel #{data.get('name')}",
    "channel.unlinked": lambda data: f"let go of the channel #{data.get('name')}",
}
"""What a client's timeline tells of its conversations."""

WHO_LEAVES = ConversationsOfWhoLeaves()


def answer_ports() -> None:
    """Register them, once a process."""
    on_leaving(WHO_LEAVES)
    on_limits_change(look_again)
    on_merge(come_along)
    export_clients(exported)
    answer_archive("mbox", MboxReader())
    answer_badge("inbox", waiting_conversations)
    tell_activity(TOLD)
