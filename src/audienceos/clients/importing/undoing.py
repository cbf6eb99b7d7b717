"""An import taken back: what it made goes, what it changed is as before, but where somebody has worked on it since.

Some rows a transaction, like the import itself; each row that was handled says so, so it can be cut off anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from audienceos.agency.access import agency_for
from audienceos.clients.importing.bulk import Over
from audienceos.clients.importing.kept import ImportRecord, Outcome, import_for, record_of
from audienceos.clients.importing.matching import known_by_id
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.reverting import Line, Reverted, revert
from audienceos.clients.importing.rules import Rules, rules_for
from audienceos.clients.importing.running import Progress, Who, acting_admin, nobody, or_fail
from audienceos.clients.importing.tidying import forget_fields
from audienceos.clients.importing.walking import BATCH
from audienceos.clients.importing.writing import change
from audienceos.clients.ports import delete_guards
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Row
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import FieldFault
from audienceos.platform.events.recording import record as tell
from audienceos.platform.web.requests import lane_of

_NEXT = """
select id, line, outcome, client_id, before from client_import_row
 where agency_id = $1 and import_id = $2
   and (outcome = 'created' or outcome in ('updated', 'unchanged') and before is not null)
 order by line limit $3
"""
_LOCK = "select 1 from client where agency_id = $1 and id = any($2::uuid[]) order by id for update"
# What a person does about a client shows in its version, its clock, its rows or its events; the system's own does not.
_SINCE = """
select c.id, c.deleted_at is not null as "deleted",
       c.version > 1 as "edited",
       exists (select from stage_event s where s.agency_id = $1 and s.client_id = c.id offset 1) as "moved",
       exists (select from client_note n where n.agency_id = $1 and n.client_id = c.id) as "notes",
       exists (select from task t where t.agency_id = $1 and t.client_id = c.id
                  and (t.template_id is null or t.version > 1)) as "tasks",
       exists (select from client_assignment a where a.agency_id = $1 and a.client_id = c.id
                  and a.created_at > c.created_at) as "given to somebody",
       exists (select from client_external_id x where x.agency_id = $1 and x.client_id = c.id
                  and x.source <> $3) as "known from another tool",
       c.last_activity_at > c.created_at
         or exists (select from event e where e.agency_id = $1 and e.client_id = c.id
                       and e.actor_kind <> 'system') as "worked on"
  from client c where c.agency_id = $1 and c.id = any($2::uuid[])
"""
_REMOVE = """
update client set deleted_at = $3, updated_at = $3, health_due_at = null, version = version + 1
 where agency_id = $1 and id = any($2::uuid[]) and deleted_at is null
"""
_FORGET = (
    "delete from client_external_id where agency_id = $1 and client_id = any($2::uuid[]) and source = $3"
)
_LINES = Over("client_import_row", {"id": "uuid", "outcome": "text", "reasons": "jsonb"})


async def run_undo(database: Database, who: Who, import_id: UUID, progress: Progress | None = None) -> None:
    """Take back what isn't taken back yet. One that isn't being undone (any more) is no error.

    What can't be helped by another try ends it as failed, with the reason beside it; undoing may then be asked again.
    """
    await or_fail(database, who, import_id, _run(database, who, import_id, progress or nobody))


async def _run(database: Database, who: Who, import_id: UUID, progress: Progress) -> None:
    handled = 0
    while True:
        claims = Claims(await acting_admin(database, who))
        async with database.acting(claims) as db:
            row = await import_for(db, import_id)
            if row.status != "undoing":
                return
            record = await record_of(await lane_of(db), import_id)
            lines = await _lines(db, import_id)
            if not lines:
                await _finish(db, row, record)
                return
            await _take_back(db, row, record, lines)
        handled += len(lines)
        before = sum(record.counts.get(name, 0) for name in ("created", "updated"))
        progress(handled, handled - len(lines) + before)


async def _lines(db: Db, import_id: UUID) -> list[Line]:
    rows = await (await db.raw()).fetch(_NEXT, db.actor.agency_id, import_id, BATCH)
    return [Line(*row) for row in rows]


async def _take_back(db: Db, row: ClientImport, record: ImportRecord, lines: Sequence[Line]) -> None:
    await agency_for(db, "share")
    ids = [line.client_id for line in lines]
    await (await db.raw()).execute(_LOCK, db.actor.agency_id, ids)
    rules = await rules_for(await lane_of(db), record, clock.now())
    done = [
        *await _removed(db, record, [line for line in lines if line.outcome == "created"], rules),
        *await _restored(db, record, [line for line in lines if line.outcome != "created"], rules),
    ]
    notes = [(one.line.id, one.outcome, msgspec.json.encode(one.reasons).decode()) for one in done]
    await _LINES.write(await db.raw(), db.actor.agency_id, notes)
    counts: Counter[Outcome] = Counter(one.outcome for one in done)
    row.counts = dict(Counter(row.counts) + counts - Counter(one.line.outcome for one in done))
    await tell(db, "client.import_undone", "client_import", row.id, counts=dict(counts))


async def _removed(db: Db, record: ImportRecord, lines: Sequence[Line], rules: Rules) -> list[Reverted]:
    """Those that nobody touched are deleted, softly like every client, and are known by their ids no longer."""
    raw, agency_id = await db.raw(), db.actor.agency_id
    ids = [line.client_id for line in lines]
    since = {row["id"]: row for row in await raw.fetch(_SINCE, agency_id, ids, record.source)}
    done = [await _judged(db, line, since[line.client_id]) for line in lines]
    gone = [one.line.client_id for one in done if one.outcome == "undone"]
    await raw.execute(_REMOVE, agency_id, gone, rules.now)
    await raw.execute(_FORGET, agency_id, gone, record.source)
    return done


async def _judged(db: Db, line: Line, since: Row) -> Reverted:
    if since["deleted"]:
        return Reverted(line, "undone", [FieldFault("row", "It was deleted before.")])
    signs = [sign for sign in _SIGNS if since[sign]]
    reasons = [FieldFault("row", f"Kept, for people have worked on it: {', '.join(signs)}.")] if signs else []
    for guard in [] if signs else delete_guards():
        reasons += [FieldFault("row", f"Kept: {said}") for said in await guard(db, line.client_id)]
    return Reverted(line, "kept" if reasons else "undone", reasons)


async def _restored(db: Db, record: ImportRecord, lines: Sequence[Line], rules: Rules) -> list[Reverted]:
    """Fields that still are as the import left them get their old values back; the others stay, and are told."""
    known = await known_by_id(await lane_of(db), record.source, [line.client_id for line in lines])
    done = [revert(line, known[line.client_id], rules) for line in lines]
    await change(db, [one.change for one in done if one.change], rules)
    raw = await db.raw()
    await raw.execute(
        _FORGET, db.actor.agency_id, [one.line.client_id for one in done if one.forgets_id], record.source
    )
    return done


async def _finish(db: Db, row: ClientImport, record: ImportRecord) -> None:
    await forget_fields(db, record.options)
    row.status, row.finished_at = "undone", clock.now()
    await tell(db, "import.undone", "client_import", row.id, file_name=row.file_name, counts=row.counts)


_SIGNS = (
    "edited",
    "moved",
    "notes",
    "tasks",
    "given to somebody",
    "known from another tool",
    "worked on",
)
"""In words, as `_SINCE` calls them."""
