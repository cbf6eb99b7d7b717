"""`audienceos import clients`: a file of clients into an agency, as one of its admins, watched from the terminal.

The same code as the page and the API: the file is kept for 7 days, the import stands in the agency's list and can
be undone there. It leaves with status 1 when rows failed, after a summary that names them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from audienceos.agency.directory import AgencyDirectory
from audienceos.clients.actions.imports import correct_import, remove_import, start_import
from audienceos.clients.importing.fields import FIELDS
from audienceos.clients.importing.forms import FailureView, ImportPatch, ImportView, Preview, RowView
from audienceos.clients.importing.kept import Outcome
from audienceos.clients.importing.previewing import preview
from audienceos.clients.importing.receiving import MOST_BYTES, receive
from audienceos.clients.importing.running import Who, acting_admin, run_import
from audienceos.clients.importing.shapes import CUSTOM, SKIP
from audienceos.clients.queries.imports import RowQuery, import_view, rows_page
from audienceos.commands.running import CommandError, database_ready
from audienceos.platform.actor import Actor
from audienceos.platform.auth.accounts import account_at
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import Invalid
from audienceos.platform.settings import Settings
from audienceos.platform.storage.store import keep_files, storage_of
from audienceos.platform.web.forms import from_values

KINDS = ("text", "number", "date", "select")
SHOWN = 20
WORDS: dict[Outcome, str] = {
    "created": "new",
    "updated": "changed",
    "unchanged": "unchanged",
    "failed": "failed",
}
Row = TypeVar("Row", FailureView, RowView)


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Bring the file in; 1 when rows failed or nobody agreed."""
    keep_files(storage_of(settings))
    async with database_ready(settings) as there:
        database = Database(there, pool_size=2)
        try:
            return await bring_in(database, given)
        finally:
            await database.close()


async def bring_in(database: Database, given: argparse.Namespace) -> int:
    """The whole way, on a database that is ready. Raises `AppError` and `CommandError` for what can't be."""
    path = _file(Path(given.file))
    who = await _who(database, given.agency, given.email)
    actor = await acting_admin(database, who)
    import_id = await receive(
        lambda: database.reading(Claims(actor)), lambda: database.acting(Claims(actor)), path, path.name
    )
    started = False
    try:
        view = await _corrected(database, actor, import_id, given)
        print("\n".join(_told_view(view)))
        told = await preview(lambda: database.reading(Claims(actor)), import_id)
        print("\n".join(_told_preview(told)))
        if not given.yes and not await _agreed(told):
            print("Nothing was imported.")
            return 1
        async with database.acting(Claims(actor)) as db:
            await start_import(db, import_id, by_worker=False)
        started = True
    finally:
        if not started:
            async with database.acting(Claims(actor)) as db:
                await remove_import(db, import_id)
    await run_import(database, who, import_id, _progress)
    return await _ended(database, actor, import_id)


async def _who(database: Database, slug: str, email: str) -> Who:
    directory = AgencyDirectory(database)
    place = await directory.at(slug)
    if place is None:
        raise CommandError(f"There is no agency at the address {slug!r}.")
    async with database.serving() as db:
        account = await account_at(db, email)
        seats = await directory.seats(db, account.id) if account else []
    seat = next((seat for seat in seats if seat.agency_id == place.agency_id), None)
    if seat is None:
        raise CommandError(f"{email} is nobody active in {slug}. Name one of its admins with --as.")
    if seat.role != "admin":
        raise CommandError(f"{email} is no admin of {slug}, and only admins import clients.")
    return Who(seat.agency_id, seat.user_id)


def _file(path: Path) -> Path:
    """The file, if it can be one. Raises `CommandError`."""
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise CommandError("The file is larger than 50 MB. Split it into smaller files and import each.")
    return path


async def _corrected(
    database: Database, actor: Actor, import_id: UUID, given: argparse.Namespace
) -> ImportView:
    """The import after the command line's corrections. Raises `CommandError` with what is still to be said."""
    async with database.reading(Claims(actor)) as lane:
        view = await import_view(lane, import_id)
    try:
        patch = from_values(ImportPatch, dict(_changes(view, given)), strict=False)
        async with database.acting(Claims(actor)) as db:
            await correct_import(db, import_id, patch, view.version)
        async with database.reading(Claims(actor)) as lane:
            view = await import_view(lane, import_id)
        faults = view.faults
    except Invalid as wrong:
        faults = wrong.faults
    if faults:
        said = "\n".join(f"  {_place(view, fault.field)}: {fault.message}" for fault in faults)
        raise CommandError(
            f"the file can't be read by these answers:\n{said}\n"
            "Say more with --column, --stage, --dates or --decimal (audienceos import clients --help)."
        )
    return view


def _changes(view: ImportView, given: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    """The command line's answers as a correction's fields. Raises `CommandError` for one that is none."""
    columns: dict[str, dict[str, Any]] = {}
    for header, what in map(_pair, given.column):
        columns.setdefault(header, {}).update(_target(header, what))
    for header in given.overwrite:
        columns.setdefault(header, {})["overwrite"] = True
    for column in view.columns:
        if given.dates and len(column.date_orders) > 1:
            columns.setdefault(column.header, {})["date_order"] = given.dates
        if given.decimal and len(column.decimal_marks) > 1:
            mark = {"point": ".", "comma": ","}[given.decimal]
            columns.setdefault(column.header, {})["decimal_mark"] = mark
    known = {column.header.casefold(): column.header for column in view.columns}
    yield "columns", [{"header": known.get(h.casefold(), h), **change} for h, change in columns.items()]
    if given.stage:
        yield "stages", dict(map(_pair, given.stage))
    if given.source:
        yield "source", given.source
    yield "move_stages", given.move_stages


def _target(header: str, what: str) -> dict[str, Any]:
    if what in KINDS:
        return {"target": CUSTOM, "custom_type": what}
    if what not in FIELDS and what != SKIP:
        raise CommandError(
            f"{header} can't be {what!r}. Choose a field ({', '.join(FIELDS)}), one of your own by its kind "
            f"({', '.join(KINDS)}), or {SKIP}."
        )
    return {"target": what}


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.rpartition("=")
    if not sign:
        raise CommandError(f"{text!r} has no =: write it as VALUE=WHAT.")
    return left.strip(), right.strip()


def _place(view: ImportView, field: str) -> str:
    """Where a fault is, in the file's words."""
    noun, _, rest = field.partition(".")
    place = rest.partition(".")[0]
    if noun == "columns" and place.isdecimal() and int(place) < len(view.columns):
        return view.columns[int(place)].header
    return rest or noun


def _told_view(view: ImportView) -> Iterator[str]:
    yield f"{view.file_name}: {view.total:,} rows, from {view.source}."
    width = max(len(column.header) for column in view.columns)
    for column in view.columns:
        what = FIELDS[column.target].label if column.target in FIELDS else "left out"
        if column.target == CUSTOM:
            there = "" if column.custom_field_id else "new "
            what = f"{there}field “{column.custom_name}” ({column.custom_type})"
        yield f"  {column.header:<{width}}  {what}{'  overwrites' if column.overwrite else ''}"
    for value, stage in view.stages.items():
        yield f"  stage {value or '(blank)'}: {stage}"


def _told_preview(told: Preview) -> Iterator[str]:
    yield f"{told.created:,} new, {told.updated:,} changed, {told.unchanged:,} unchanged, {told.failed:,} would fail."
    if told.differing:
        columns = ", ".join(f"{header} ({count:,})" for header, count in told.by_column.items())
        yield f"{told.differing:,} here differ from the file in {columns}; --overwrite COLUMN takes the file's."
    yield from _listed(told.failures, told.failed)


def _listed(rows: Sequence[Row], total: int) -> Iterator[str]:
    for row in rows[:SHOWN]:
        why = " ".join(
            fault.message if fault.field == "row" else f"{fault.field}: {fault.message}"
            for fault in row.reasons
        )
        yield f"  row {row.line} ({row.name or 'no name'}): {why}"
    if total > SHOWN:
        yield f"  and {total - min(SHOWN, len(rows)):,} more"


async def _agreed(told: Preview) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("Nobody sits at a terminal to agree: say --yes.")
    answer = await asyncio.to_thread(
        input, f"Import {told.created + told.updated + told.unchanged:,} clients? [y/N] "
    )
    return answer.strip().lower() in ("y", "yes")


def _progress(done: int, total: int) -> None:
    end = "\r" if sys.stdout.isatty() else "\n"
    print(f"{done:,} of {total:,} rows", end=end, flush=True)


async def _ended(database: Database, actor: Actor, import_id: UUID) -> int:
    async with database.reading(Claims(actor)) as lane:
        view = await import_view(lane, import_id)
        asked = RowQuery(limit=SHOWN, outcome=["failed"])
        failed = (await rows_page(lane, import_id, asked)).items
    if view.error:
        raise CommandError(view.error)
    count = view.counts.get("failed", 0)
    told = ", ".join(f"{view.counts.get(name, 0):,} {words}" for name, words in WORDS.items())
    print("\n".join([f"Done: {told}.", *_listed(failed, count)]))
    return 1 if count else 0
