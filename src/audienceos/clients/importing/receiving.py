"""A file comes in: read once, refused in words if it is no list, else kept with a guess of what its columns are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here
from audienceos.clients.importing.correcting import proposed
from audienceos.clients.importing.kept import Options
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.remembering import as_last_time, last_time
from audienceos.clients.importing.walking import examine
from audienceos.clients.queries.imports import ground_of
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.storage.store import files

Read = Callable[[], AbstractAsyncContextManager[Lane]]
Act = Callable[[], AbstractAsyncContextManager[Db]]

MOST_BYTES = 50 * 1024 * 1024
_NAMELESS = "list"
_NAME_CHARS = 200


async def receive(read: Read, act: Act, path: Path, name: str) -> UUID:
    """Take in a file that lies at `path` for now and is called `name`; gives the import's id. Only for admins.

    Between the two short transactions that `read` and `act` open the file is read, which may take seconds.
    Raises `Forbidden`; `SheetError` for a file that is no list, of which then nothing is kept; `Unavailable`.
    """
    async with read() as lane:
        require_admin(lane.actor, "import clients")
        actor, pipeline = lane.actor, (await here(lane)).pipeline
    examined = await examine(path, pipeline)
    mapping, options = examined.mapping, Options()
    async with read() as lane:
        ground = await ground_of(lane)
        if earlier := await last_time(lane, mapping):
            mapping, options = as_last_time(mapping, earlier, ground.fields)
    mapping = proposed(mapping, examined.seen, ground)
    draft = ClientImport(
        id=uuid7(),
        file_name=name.strip()[:_NAME_CHARS] or _NAMELESS,
        file_size=examined.size,
        source=mapping.source,
        profile=msgspec.to_builtins(examined.seen),
        mapping=msgspec.to_builtins(mapping),
        options=msgspec.to_builtins(options),
        total=examined.seen.rows,
    )
    return await _keep(act, actor, path, draft)


async def _keep(act: Act, actor: Actor, path: Path, draft: ClientImport) -> UUID:
    async with files().kept(actor, "imports", path) as key, act() as db:
        require_admin(db.actor, "import clients")
        draft.storage_key, draft.created_by = key, db.actor.person
        db.add(draft)
        await record(
            db, "import.uploaded", "client_import", draft.id, file_name=draft.file_name, rows=draft.total
        )
    return draft.id
