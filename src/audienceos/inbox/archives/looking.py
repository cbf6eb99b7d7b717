"""The look through an archive before anything of it is taken in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import msgspec

from audienceos.agency.queries import PEOPLE
from audienceos.clients.queries.names import NAMES, ClientName
from audienceos.inbox.actions.knowing import known_of
from audienceos.inbox.actions.writing import stored_of
from audienceos.inbox.archives.found import RoomCount, Tally
from audienceos.inbox.archives.kept import ArchiveRecord, archive_for, record_of
from audienceos.inbox.archives.linking import linked_places
from audienceos.inbox.archives.walking import Chunk, walk
from audienceos.inbox.archives.working import Who, acting_admin, or_fail
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.ports import ArchivedRoom, Glance, Incoming, archive_reader
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import NotFound
from audienceos.platform.events.recording import record
from audienceos.platform.storage.store import files
from audienceos.platform.web.requests import lane_of

_LEAST = 4
"""Letters that a client's name and a channel's have in common, at least, to be taken for one another."""
_NO_LETTER = re.compile(r"[\W_]+")


async def look_through(database: Database, who: Who, archive_id: UUID) -> None:
    """Read an archive to its end and keep what was found. One that needs no look (any more) is no error.

    What another try can't help ends it as failed, with the reason beside it. Raises what may pass: the database or the
    storage away.
    """
    await or_fail(database, who, archive_id, _look(database, who, archive_id))


def guessed(rooms: Iterable[ArchivedRoom], clients: Iterable[ClientName]) -> dict[str, UUID]:
    """Whose each channel may be by its name: a client whose name stands in it, or begins with it; where there is one."""
    named = [(letters, one.id) for one in clients if len(letters := _letters(one.name)) >= _LEAST]
    found: dict[str, UUID] = {}
    for room in rooms:
        name = _letters(room.name)
        words = [word for word in (_letters(part) for part in room.name.split("-")) if len(word) >= _LEAST]
        fits = {client for letters, client in named if letters in name}
        fits = fits or {
            client for letters, client in named if any(letters.startswith(word) for word in words)
        }
        if len(fits) == 1:
            found[room.place] = next(iter(fits))
    return found


async def _look(database: Database, who: Who, archive_id: UUID) -> None:
    actor = await acting_admin(database, who)
    async with database.acting(Claims(actor)) as db:
        row = await archive_for(db, archive_id)
        if row.status not in ("uploaded", "looking"):
            return
        row.status = "looking"
        lane = await lane_of(db)
        ours = frozenset(address_key(person.email) for person in await PEOPLE.all(lane))
    async with database.reading(Claims(actor)) as lane:
        held = await record_of(lane, archive_id)
    if held.storage_key is None:
        raise NotFound("file")
    async with files().fetched(actor, held.storage_key) as path:
        glance = await asyncio.to_thread(archive_reader(held.kind).glance, path, ours)
        own = held.own_address or glance.own
        tally = await _count(database, who, held, path, own)
    await _keep(database, who, held, tally, glance)


async def _count(database: Database, who: Who, held: ArchiveRecord, path: Path, own: str) -> Tally:
    """Count all of it, a short transaction for each heap: it only asks who is known."""
    reader, tally = archive_reader(held.kind), Tally()
    async with aclosing(walk(reader, path)) as chunks:
        async for chunk in chunks:
            await _add(database, who, tally, chunk, reader.platform, own)
    return tally


async def _add(database: Database, who: Who, tally: Tally, chunk: Chunk, platform: str, own: str) -> None:
    messages = [item for item in chunk.items if isinstance(item, Incoming)]
    async with database.acting(Claims(await acting_admin(database, who))) as db:
        known = await known_of(db, messages)
        kept = await stored_of(db, platform, messages)
    known = msgspec.structs.replace(known, own=known.own | {address_key(own)})
    tally.add(chunk.items, known, kept)


async def _keep(database: Database, who: Who, held: ArchiveRecord, tally: Tally, glance: Glance) -> None:
    async with database.acting(Claims(await acting_admin(database, who))) as db:
        row = await archive_for(db, held.id)
        if row.status != "looking" or row.version != held.version:
            return  # it was corrected meanwhile, which queued another look
        linked = await linked_places(db, [room.place for room in glance.rooms])
        names = guessed(glance.rooms, await NAMES.all(await lane_of(db)))
        counts = [_room(room, tally, names, linked) for room in glance.rooms]
        row.found = msgspec.to_builtins(tally.found(glance.addresses, counts))
        row.own_address = row.own_address or glance.own[:200] or None
        row.total, row.status, row.error = tally.items, "looked", None
        row.version += 1
        said: Json = {"file_name": row.file_name, "messages": tally.messages}
        await record(db, "archive.looked", "archive_import", row.id, **said)


def _room(
    room: ArchivedRoom, tally: Tally, names: Mapping[str, UUID], linked: Mapping[str, UUID]
) -> RoomCount:
    theirs = linked.get(room.place)
    return RoomCount(
        place=room.place,
        name=room.name[:100],
        messages=tally.places.get(room.place, 0),
        guess=theirs or names.get(room.place),
        is_linked=theirs is not None,
    )


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", name).casefold()
