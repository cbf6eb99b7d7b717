"""What an import would do, told without doing it: the same walk, the same decisions, nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any
from uuid import UUID

from audienceos.agency.queries import PEOPLE, here
from audienceos.clients.importing.correcting import faults_of
from audienceos.clients.importing.deciding import (
    Difference,
    Known,
    Misfit,
    differences,
    kept_texts,
    new_client,
    remarks_of,
)
from audienceos.clients.importing.forms import ChangeView, DifferenceView, FailureView, Preview
from audienceos.clients.importing.kept import record_of
from audienceos.clients.importing.matching import Match, Matcher
from audienceos.clients.importing.rules import Rules, lookups_of, rules_for
from audienceos.clients.importing.shapes import Failed, Ready
from audienceos.clients.importing.walking import AT_ONCE, Chunk, walk
from audienceos.clients.queries.imports import ground_of
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Conflict, FieldFault, Invalid, NotFound
from audienceos.platform.storage.store import files
from audienceos.platform.web.patience import PATIENCE

Read = Callable[[], AbstractAsyncContextManager[Lane]]

SHOWN = 100
SLOW: dict[str, Any] = {PATIENCE: 120.0}
"""Options of a handler that waits for a preview: 50,000 rows take seconds, and others may be before it."""


async def preview(read: Read, import_id: UUID) -> Preview:
    """Walk the stored file and say what would come of each row now. `read` opens a lane as whoever asks.

    Raises `NotFound`, for a file that is gone too; `Forbidden`; `Conflict` once it has started; `Invalid` while
    something is still to be said.
    """
    async with read() as lane:
        record = await record_of(lane, import_id)
        if record.status != "uploaded":
            raise Conflict("This import has started; look at its rows.", code="import_started")
        if wrong := faults_of(record.mapping, record.profile, await ground_of(lane)):
            raise Invalid(wrong)
        now = clock.now()
        lookups, rules = lookups_of(await here(lane), now), await rules_for(lane, record, now)
        names = {str(person.id): person.name for person in await PEOPLE.all(lane)}
        actor = lane.actor
    if record.storage_key is None:
        raise NotFound("file")
    tally = _Tally(rules, names)
    matcher = Matcher(record.source)
    async with (
        AT_ONCE,
        files().fetched(actor, record.storage_key) as path,
        aclosing(walk(path, record.mapping, lookups)) as chunks,
    ):
        async for chunk in chunks:
            ready = [judged for judged in chunk.judgements if isinstance(judged, Ready)]
            async with read() as lane:
                matches = await matcher.matched(lane, ready)
            tally.take(chunk, dict(zip((row.line for row in ready), matches, strict=True)), matcher)
    return tally.told(sorted(own.name for own in rules.fields.values() if own.id is None))


class _Tally:
    """Counts what would be, and keeps the first of each kind to show."""

    def __init__(self, rules: Rules, names: dict[str, str]) -> None:
        self._rules, self._names = rules, names
        self._counts: Counter[str] = Counter()
        self._by_column: Counter[str] = Counter()
        self._stages: Counter[str] = Counter()
        self._keeps: set[str] = set()
        self._failures: list[FailureView] = []
        self._changes: list[ChangeView] = []
        self._remarks: list[FailureView] = []

    def take(self, chunk: Chunk, matches: dict[int, Match], matcher: Matcher) -> None:
        """Some rows, in the file's order."""
        for judged in chunk.judgements:
            if isinstance(judged, Failed):
                self._fail(judged.line, judged.name, judged.reasons)
                continue
            match = matches[judged.line]
            try:
                self._decide(judged, match)
            except Misfit as misfit:
                if match.known:
                    matcher.release(match.known.id)
                self._fail(judged.line, judged.client.name, [misfit.fault])

    def told(self, new_fields: list[str]) -> Preview:
        """The whole."""
        count = self._counts
        return Preview(
            total=count.total()
            - sum(count[extra] for extra in ("moved", "differing", "unowned", "remarked")),
            **{name: count[name] for name in ("created", "updated", "unchanged", "failed")},
            moved=count["moved"],
            differing=count["differing"],
            by_column=dict(self._by_column),
            stages={
                stage: self._stages[stage] for stage in self._rules.pipeline.stages if self._stages[stage]
            },
            unowned=count["unowned"],
            new_fields=[*new_fields, *sorted(self._keeps)],
            remarked=count["remarked"],
            failures=self._failures,
            changes=self._changes,
            remarks=self._remarks,
        )

    def _fail(self, line: int, name: str, reasons: list[FieldFault]) -> None:
        self._counts["failed"] += 1
        if len(self._failures) < SHOWN:
            self._failures.append(FailureView(line, name, reasons))

    def _decide(self, row: Ready, match: Match) -> None:
        if match.fault:
            self._fail(row.line, row.client.name, [match.fault])
            return
        if match.known is None:
            self._make(row)
        else:
            self._change(row, match.known, match)
        self._keeps |= {
            self._rules.keeps[header].name
            for header in kept_texts(row.client, self._rules)
            if self._rules.keeps[header].id is None
        }
        remarks = remarks_of(row, match.known, self._rules)
        if remarks:
            self._counts["remarked"] += 1
            if len(self._remarks) < SHOWN:
                self._remarks.append(FailureView(row.line, row.client.name, remarks))

    def _make(self, row: Ready) -> None:
        one = new_client(uuid7(), row, self._rules)
        self._counts["created"] += 1
        self._counts["unowned"] += one.owner_id is None
        self._stages[one.stage] += 1

    def _change(self, row: Ready, known: Known, match: Match) -> None:
        found = differences(row, known, self._rules)
        chosen = {one.field for one in found if one.overwrites}
        self._counts["updated" if chosen else "unchanged"] += 1
        self._counts["moved"] += "stage" in chosen
        shown = [one for one in found if one.field != "stage_entered_at"]
        if not shown or match.by is None:
            return
        self._counts["differing"] += 1
        self._by_column.update({one.header for one in shown})
        if len(self._changes) < SHOWN:
            views = [self._view(one) for one in shown]
            self._changes.append(ChangeView(row.line, known.id, known.name, match.by, views))

    def _view(self, one: Difference) -> DifferenceView:
        return DifferenceView(
            one.header, one.field, self._text(one.was), self._text(one.becomes), one.overwrites
        )

    def _text(self, value: Any) -> str | None:
        """A value as a person reads it."""
        if value is None or value == []:
            return None
        if isinstance(value, list):
            return ", ".join(str(tag) for tag in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return self._names.get(str(value), str(value))
