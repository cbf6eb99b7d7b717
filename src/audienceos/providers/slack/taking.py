"""What was said in one channel goes into the inbox, whether Slack told of it or we read it.

A client's channel is taken in whole. In a channel that is nobody's only somebody from outside begins a conversation,
which waits in triage as an archive's does; what colleagues say among themselves there is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from audienceos.agency.queries import PEOPLE
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import place_read
from audienceos.inbox.ports import Incoming, Taken
from audienceos.inbox.queries.channels import channel_at
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims
from audienceos.providers.slack.knowing import Acquaintances, source
from audienceos.providers.slack.saying import incoming_of, is_of, taken_back
from audienceos.providers.slack.shapes import Person, Room, Said
from audienceos.providers.slack.workspace import Me, Workspace

ANSWER, NOTICE = "audienceos_answer", "audienceos_notice"
"""What our own messages say that they are: somebody's answer, or something that we tell a colleague."""


async def take(
    database: Database,
    actor: Actor,
    workspace: Workspace,
    known: Acquaintances,
    room: Room,
    said: Sequence[Said],
    *,
    quietly: bool = False,
    place: Json | None = None,
) -> Taken:
    """Take in what was said there, in one transaction; `place` is how far the channel is read then."""
    me = await known.me(workspace)
    await known.meet(workspace, said)
    async with database.acting(Claims(actor)) as db:
        lane = Lane(await db.raw(), db.actor)
        at = await channel_at(lane, room.id)
        authors = await _authors(lane, said)
        messages = [_message(one, room, known, me, authors) for one in said]
        wanted = [one for one in messages if at.client_id or at.is_known or _begins(one)]
        held = await source(db, workspace)
        taken = await take_in(db, held, wanted, quietly=quietly)
        taken.skipped += len(messages) - len(wanted)
        await known.keep(db, workspace)
        if place is not None:
            await place_read(db, held, room.id, place)
    return taken


def _begins(message: Incoming) -> bool:
    return not message.is_ours and message.automatic is None


def _message(said: Said, room: Room, known: Acquaintances, me: Me, authors: dict[str, str]) -> Incoming:
    if said.deleted:
        return taken_back(room, said.ts)
    person = known.person(said.user)
    is_own = said.bot == me.bot if said.bot else said.user == me.user
    author = said.noted.get("author", "") if is_own and said.note == ANSWER else ""
    origin: Json = {"answer": said.noted["id"]} if author and "id" in said.noted else {}
    is_bot = bool(said.bot) or person.is_bot
    if author in authors:
        person = Person(id=said.user or said.bot, name=authors[author])
    return incoming_of(
        said,
        room,
        person,
        is_ours=is_own or (not is_bot and is_of(person, said, me.team)),
        names=known.names,
        channels=known.channels,
        origin=origin,
        author=UUID(author) if author in authors else None,
        is_answer=is_own and said.note != NOTICE,
    )


async def _authors(lane: Lane, said: Sequence[Said]) -> dict[str, str]:
    """The names of the agency's people by their ids, where a message says that one of them wrote it."""
    if not any(one.note == ANSWER for one in said):
        return {}
    return {str(person.id): person.name for person in await PEOPLE.all(lane)}
