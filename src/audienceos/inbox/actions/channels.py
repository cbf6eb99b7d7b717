"""Which channel is which client's: linked, called something, let go. What was said in it stays with its client.

Whoever changes that holds the client, then the inbox, as everybody does who changes conversations.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from audienceos.clients.access import client_for
from audienceos.connections.access import connection_to
from audienceos.connections.actions.syncing import queue_sync
from audienceos.inbox.actions.judging import ground_for, judge_anew
from audienceos.inbox.actions.telling import tell_clients
from audienceos.inbox.actions.threads import claim, hold_inbox, name_conversations
from audienceos.inbox.forms import ChannelIn
from audienceos.inbox.models import Conversation
from audienceos.inbox.models.beside import ClientChannel
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, NotFound
from audienceos.platform.events.recording import record

_FORGET = "delete from conversation_key where agency_id = $1 and platform = 'slack' and key = $2"
_SLACK = "slack"


async def link_channel(db: Db, client_id: UUID, data: ChannelIn) -> ClientChannel:
    """Say that a channel is the client's; what waits of it in triage is theirs then, and its last days are read.

    Raises `NotFound`; `Conflict` for a channel that is linked already: `channel_linked` to this client,
    `channel_taken` to another, who is named to those who see them.
    """
    client = await client_for(db, client_id, to="change")
    limits = await hold_inbox(db)
    await _must_be_free(db, client_id, data.place)
    label = (data.label or "").strip() or None
    row = ClientChannel(
        client_id=client.id, place=data.place, name=data.name, label=label, linked_by=db.actor.user_id
    )
    db.add(row)
    await db.flush()
    waiting = await _take_over(db, client_id, data.place)
    ground = await ground_for(db, limits)
    await judge_anew(db, waiting, ground)
    await tell_clients(db, {client_id}, ground, {})
    await _read_it(db)
    await _told(db, "channel.linked", row)
    return row


async def label_channel(db: Db, client_id: UUID, channel_id: UUID, label: str | None) -> ClientChannel:
    """Say what the channel is for, or nothing. Raises `NotFound`."""
    row = await _channel(db, client_id, channel_id)
    said = (label or "").strip() or None
    if row.label != said:
        row.label = said
        await _told(db, "channel.labelled", row, label=said)
    return row


async def unlink_channel(db: Db, client_id: UUID, channel_id: UUID) -> None:
    """It is nobody's any more: what was said in it stays the client's, what comes isn't. Raises `NotFound`."""
    row = await _channel(db, client_id, channel_id)
    await hold_inbox(db)
    await (await db.raw()).execute(_FORGET, db.actor.agency_id, row.place)
    await _told(db, "channel.unlinked", row)
    await db.delete(row)
    await db.flush()


async def rename_channel(db: Db, place: str, name: str) -> None:
    """The platform calls it otherwise now. The system's; for a channel that nobody knows nothing happens."""
    mine = (ClientChannel.agency_id == db.actor.agency_id, ClientChannel.place == place)
    row = await db.scalar(select(ClientChannel).where(*mine).with_for_update())
    if row is not None and row.name != name:
        row.name = name
        await _told(db, "channel.renamed", row)
    its = (Conversation.agency_id == db.actor.agency_id, Conversation.place == place)
    renamed = update(Conversation).where(*its).values(place_name=name)
    await db.execute(renamed.execution_options(synchronize_session=False))


async def _channel(db: Db, client_id: UUID, channel_id: UUID) -> ClientChannel:
    await client_for(db, client_id, to="change")
    mine = (ClientChannel.agency_id == db.actor.agency_id, ClientChannel.client_id == client_id)
    found = await db.scalar(select(ClientChannel).where(*mine, ClientChannel.id == channel_id))
    if found is None:
        raise NotFound("channel")
    return found


async def _must_be_free(db: Db, client_id: UUID, place: str) -> None:
    mine = (ClientChannel.agency_id == db.actor.agency_id, ClientChannel.place == place)
    owner = await db.scalar(select(ClientChannel.client_id).where(*mine))
    if owner == client_id:
        raise Conflict("This channel is linked to this client already.", code="channel_linked")
    if owner is None:
        return
    try:
        name = (await client_for(db, owner)).name
    except NotFound:
        name = "another client"
    raise Conflict(f"This channel is linked to {name}.", code="channel_taken")


async def _take_over(db: Db, client_id: UUID, place: str) -> list[Conversation]:
    """Conversations of the channel that wait in triage are the client's. Without one, an earlier one of theirs goes on."""
    query = (
        select(Conversation)
        .where(Conversation.agency_id == db.actor.agency_id, Conversation.place == place)
        .order_by(Conversation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = list(await db.scalars(query))
    waiting = [one for one in found if one.client_id is None]
    for one in waiting:
        await claim(db, one, client_id)
        one.version += 1
    theirs = [one for one in found if one.client_id == client_id]
    if theirs:
        await name_conversations(db, _SLACK, {place: theirs[-1].id})
    return waiting


async def _read_it(db: Db) -> None:
    integration_id = await connection_to(db, _SLACK)
    if integration_id is not None:
        queue_sync(db, _SLACK, {"integration_id": str(integration_id)})


async def _told(db: Db, name: str, row: ClientChannel, **more: str | None) -> None:
    said: Json = {"name": row.name, "place": row.place, **more}
    await record(db, name, "channel", row.id, client_id=row.client_id, **said)
