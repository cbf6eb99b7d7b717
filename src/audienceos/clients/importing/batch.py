"""Some rows of a file brought in by one transaction: matched, decided, written, told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from audienceos.agency.access import agency_for
from audienceos.clients.actions.defining import define_field
from audienceos.clients.forms import FieldIn
from audienceos.clients.importing.bulk import Into
from audienceos.clients.importing.deciding import (
    Difference,
    Known,
    Misfit,
    changed,
    differences,
    kept_texts,
    new_client,
    remarks_of,
)
from audienceos.clients.importing.kept import ImportRecord, Options, Outcome
from audienceos.clients.importing.matching import Match, Matcher, known_by_id
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.rules import Rules, rules_for
from audienceos.clients.importing.shapes import Failed, Judgement, Ready
from audienceos.clients.importing.writing import Change, attach_ids, change, create
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault
from audienceos.platform.events.recording import record as tell
from audienceos.platform.web.requests import lane_of

# One import of an agency at a time: two of the same file would else both find nobody and both make everybody.
_ALONE = "select pg_advisory_xact_lock($1)"
_LOCK = "select 1 from client where agency_id = $1 and id = any($2::uuid[]) order by id for update"
_LINES = Into(
    "client_import_row",
    {"id": "uuid", "import_id": "uuid", "line": "int", "name": "text", "outcome": "text", "client_id": "uuid",
     "reasons": "jsonb", "before": "jsonb", "version_after": "int"},
    conflict="(agency_id, import_id, line) do nothing",
)  # fmt: skip


async def bring_in(
    db: Db, row: ClientImport, record: ImportRecord, judgements: Sequence[Judgement], matcher: Matcher
) -> Counter[Outcome]:
    """Bring the rows in and note what became of each; `row` is locked. Gives how many had which outcome.

    Raises `Conflict` when another import did the same at this moment, and what `define_field` raises.
    """
    await agency_for(db, "share")
    raw = await db.raw()
    await raw.execute(_ALONE, _number_of(db.actor.agency_id))
    ready = [judged for judged in judgements if isinstance(judged, Ready)]
    rules = await _rules(db, row, record, ready)
    matches = await _locked(db, record.source, await matcher.matched(await lane_of(db), ready))
    work = _Work(rules, matcher)
    for judged in judgements:
        if isinstance(judged, Failed):
            work.fail(judged.line, judged.name, judged.reasons)
    for judged, match in zip(ready, matches, strict=True):
        work.take(judged, match)
    await create(db, work.created, rules)
    await change(db, work.changes, rules)
    await attach_ids(db, record.source, work.ids, rules)
    counts: Counter[Outcome] = Counter(line.outcome for line in work.lines)
    rows = [(uuid7(), record.id, *line.columns()) for line in work.lines]
    await _LINES.write(raw, db.actor.agency_id, rows)
    await tell(db, "client.imported", "client_import", record.id, counts=dict(counts))
    return counts


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """What is noted of one row."""

    line: int
    name: str
    outcome: Outcome
    client_id: UUID | None = None
    reasons: list[FieldFault] = []
    before: dict[str, Any] | None = None
    version_after: int | None = None

    def columns(self) -> tuple[Any, ...]:
        """As the statement takes them."""
        before = None if self.before is None else msgspec.json.encode(self.before).decode()
        reasons = msgspec.json.encode(self.reasons).decode()
        return (self.line, self.name, self.outcome, self.client_id, reasons, before, self.version_after)


class _Work:
    """What is to be written for these rows."""

    def __init__(self, rules: Rules, matcher: Matcher) -> None:
        self._rules, self._matcher = rules, matcher
        self.lines: list[_Line] = []
        self.created: list[Known] = []
        self.changes: list[Change] = []
        self.ids: list[tuple[UUID, str]] = []

    def fail(self, line: int, name: str, reasons: list[FieldFault]) -> None:
        """A row that can't come in."""
        self.lines.append(_Line(line=line, name=name, outcome="failed", reasons=reasons))

    def take(self, row: Ready, match: Match) -> None:
        """A row that can be read, and whom it means."""
        if match.fault:
            self.fail(row.line, row.client.name, [match.fault])
            return
        try:
            if match.known is None:
                self._make(row)
            else:
                self._change(row, match.known)
        except Misfit as misfit:
            if match.known:
                self._matcher.release(match.known.id)
            self.fail(row.line, row.client.name, [misfit.fault])

    def _make(self, row: Ready) -> None:
        one = new_client(uuid7(), row, self._rules)
        self._matcher.claim(one.id, row.line)
        self.created.append(one)
        if row.client.external_id:
            self.ids.append((one.id, row.client.external_id))
        self._note(row, one, "created", version_after=1)

    def _change(self, row: Ready, known: Known) -> None:
        chosen = [one for one in differences(row, known, self._rules) if one.overwrites]
        before: dict[str, Any] = {}
        if chosen:
            self.changes.append(Change(known, changed(known, chosen)))
            before["changes"] = changes_of(chosen)
        if row.client.external_id not in (None, str(known.id)) and not known.has_id:
            self.ids.append((known.id, row.client.external_id))
            before["external_id"] = row.client.external_id
        version = known.version + 1 if chosen else known.version
        outcome: Outcome = "updated" if chosen else "unchanged"
        self._note(row, known, outcome, before=before or None, version_after=version)

    def _note(self, row: Ready, known: Known, outcome: Outcome, **more: Any) -> None:
        self.lines.append(
            _Line(
                line=row.line,
                name=row.client.name,
                outcome=outcome,
                client_id=known.id,
                reasons=remarks_of(row, known if outcome != "created" else None, self._rules),
                **more,
            )
        )


def changes_of(chosen: Sequence[Difference]) -> dict[str, list[Any]]:
    """What a client had and what it got, by field, as it is kept for the day on which the import is undone."""
    return {one.field: [msgspec.to_builtins(one.was), msgspec.to_builtins(one.becomes)] for one in chosen}


async def _rules(db: Db, row: ClientImport, record: ImportRecord, ready: Sequence[Ready]) -> Rules:
    """The rules of this moment; fields for texts that their own field can't take are made when first needed."""
    rules = await rules_for(await lane_of(db), record, clock.now())
    needed = {header for one in ready for header in kept_texts(one.client, rules)}
    made: list[UUID] = []
    for header in sorted(needed):
        field = rules.keeps[header]
        if field.id is None:
            own = await define_field(db, FieldIn(name=field.name, kind="text"))
            made.append(own.id)
            rules.keeps[header] = msgspec.structs.replace(field, id=own.id)
    if made:
        options = msgspec.convert(row.options, Options)
        options = msgspec.structs.replace(options, made_fields=[*options.made_fields, *made])
        row.options = msgspec.to_builtins(options)
    return rules


async def _locked(db: Db, source: str, matches: Sequence[Match]) -> list[Match]:
    """The same with the clients locked, as they are once nobody else can change them."""
    ids = [match.known.id for match in matches if match.known]
    raw = await db.raw()
    await raw.execute(_LOCK, db.actor.agency_id, ids)
    now = await known_by_id(await lane_of(db), source, ids)
    return [_as_now(match, now) for match in matches]


def _as_now(match: Match, now: dict[UUID, Known]) -> Match:
    if match.known is None:
        return match
    known = now[match.known.id]
    if known.deleted_at is not None:
        return Match(fault=FieldFault("row", f"{known.name} was deleted here a moment ago."))
    return match._replace(known=known)


def _number_of(agency_id: UUID) -> int:
    """A number that two agencies hardly share: 64 bits of a hash, signed as bigint is."""
    digest = sha256(b"clients.import\0" + agency_id.bytes).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
