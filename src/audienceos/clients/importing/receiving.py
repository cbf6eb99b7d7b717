"""A file comes in: read once, refused in words if it is no list, else kept with a guess of what its columns are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here
from audienceos.clients.importing.kept import Options
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.walking import Examined, examine
from audienceos.clients.queries.fields import FIELDS
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
        agency, fields, actor = await here(lane), await FIELDS.all(lane), lane.actor
    examined = await examine(path, agency.pipeline, fields)
    return await _keep(act, actor, path, examined, name.strip()[:_NAME_CHARS] or _NAMELESS)


async def _keep(act: Act, actor: Actor, path: Path, examined: Examined, name: str) -> UUID:
    async with files().kept(actor, "imports", path) as key, act() as db:
        require_admin(db.actor, "import clients")
        row = ClientImport(
            id=uuid7(),
            file_name=name,
            file_size=examined.size,
            storage_key=key,
            source=examined.mapping.source,
            profile=msgspec.to_builtins(examined.seen),
            mapping=msgspec.to_builtins(examined.mapping),
            options=msgspec.to_builtins(Options()),
            total=examined.seen.rows,
            created_by=db.actor.person,
        )
        db.add(row)
        await record(db, "import.uploaded", "client_import", row.id, file_name=name, rows=row.total)
    return row.id
