"""The agency's own fields as an import makes, extends and, when it is undone, gives up again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from audienceos.clients.access import field_for
from audienceos.clients.actions.defining import checked_options, define_field, remove_field
from audienceos.clients.actions.fields import fields_for
from audienceos.clients.forms import FieldIn
from audienceos.clients.importing.kept import Options
from audienceos.clients.importing.shapes import CUSTOM, ColumnChoice, Mapping
from audienceos.clients.models import Client, CustomField
from audienceos.clients.words import name_key
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.events.recording import record as tell


async def prepare_fields(db: Db, mapping: Mapping, options: Options) -> Options:
    """Make the fields that columns fill and that aren't there, and add the file's choices to those that are.

    Gives the options with what was done. Raises `Conflict` beyond the limit of fields, `Invalid` beyond that of
    choices.
    """
    there = {field.name_key: field for field in await fields_for(db)}
    fields, made, added = dict[str, UUID](), list[UUID](), dict[str, list[str]]()
    for column in mapping.columns:
        if column.target != CUSTOM:
            continue
        field = there.get(name_key(column.custom_name))
        if field is None:
            field = await define_field(db, _wanted(column))
            made.append(field.id)
        elif field.kind == "select" and (more := await _extend(db, field, column.options)):
            added[str(field.id)] = more
        fields[column.header] = field.id
    return msgspec.structs.replace(options, fields=fields, made_fields=made, added_choices=added)


async def forget_fields(db: Db, options: Options) -> None:
    """Give up what the import added and no client uses: whole fields, and choices of others."""
    for field_id in options.made_fields:
        if await _is_there(db, field_id) and not await _used(db, field_id):
            await remove_field(db, field_id)
    for field_id, choices in options.added_choices.items():
        if await _is_there(db, UUID(field_id)):
            field = await field_for(db, UUID(field_id), lock=True)
            used = await _used(db, field.id)
            left = [choice for choice in field.options if choice not in choices or choice in used]
            await _set_options(db, field, left)


def _wanted(column: ColumnChoice) -> FieldIn:
    kind = column.custom_type or "text"
    return FieldIn(name=column.custom_name, kind=kind, options=column.options if kind == "select" else [])


async def _extend(db: Db, field: CustomField, choices: Sequence[str]) -> list[str]:
    """Add those of the choices that the field lacks; gives them."""
    field = await field_for(db, field.id, lock=True)
    before = list(field.options)
    await _set_options(db, field, checked_options(field.kind, [*before, *choices]))
    return field.options[len(before) :]


async def _set_options(db: Db, field: CustomField, options: list[str]) -> None:
    if options == field.options:
        return
    before = field.options
    field.options = options
    field.version += 1
    await tell(
        db,
        "custom_field.changed",
        "custom_field",
        field.id,
        before={"options": before},
        after={"options": options},
        name=field.name,
        kind=field.kind,
    )


async def _is_there(db: Db, field_id: UUID) -> bool:
    try:
        await field_for(db, field_id)
    except NotFound:
        return False
    return True


async def _used(db: Db, field_id: UUID) -> set[str]:
    """The different values that clients have in this field."""
    value = Client.custom[str(field_id)].astext
    found = await db.scalars(
        select(func.distinct(value)).where(
            Client.agency_id == db.actor.agency_id, Client.deleted_at.is_(None), value.is_not(None)
        )
    )
    return set(found.all())
