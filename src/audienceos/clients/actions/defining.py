"""The agency defines fields of its own for its clients. Kinds are fixed once made; removal hides."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET
from sqlalchemy import func, select

from audienceos.agency.access import require_admin
from audienceos.clients.access import field_for, fields_seen
from audienceos.clients.actions.fields import TEXT_AT_MOST
from audienceos.clients.forms import FieldIn, FieldPatch
from audienceos.clients.models import Client, CustomField
from audienceos.clients.words import name_key
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

FIELDS_AT_MOST = 200
OPTIONS_AT_MOST = 200


async def define_field(db: Db, data: FieldIn) -> CustomField:
    """Add a field. One of this name and kind that was removed comes back, with its values. Only for admins.

    Raises `Forbidden`; `Conflict` for a name that is taken, or beyond the limit; `Invalid` for wrong options.
    """
    require_admin(db.actor, "define fields")
    options = checked_options(data.kind, data.options)
    await _check_free(db, data.name)
    field = await _removed(db, data.name, data.kind)
    restored = field is not None
    if field is None:
        field = CustomField(kind=data.kind, sort_order=await _next_place(db))
        db.add(field)
    else:
        field.version += 1
        options = checked_options(data.kind, [*options, *field.options])
    field.name, field.name_key, field.options, field.deleted_at = (
        data.name,
        name_key(data.name),
        options,
        None,
    )
    await db.flush()
    await _tell(db, "custom_field.restored" if restored else "custom_field.created", field)
    return field


async def edit_field(db: Db, field_id: UUID, patch: FieldPatch, version: int) -> CustomField:
    """Rename it, change its options or its place. Only for admins.

    Raises `NotFound`, `Forbidden`, `Stale`; `Conflict` for a name that is taken or an option that clients still
    have; `Invalid` for wrong options.
    """
    require_admin(db.actor, "define fields")
    field = await field_for(db, field_id, lock=True)
    check_version(field, version)
    before = {"name": field.name, "options": field.options, "sort_order": field.sort_order}
    if patch.name is not UNSET and patch.name != field.name:
        if name_key(patch.name) != field.name_key:
            await _check_free(db, patch.name)
        field.name, field.name_key = patch.name, name_key(patch.name)
    if patch.options is not UNSET:
        options = checked_options(field.kind, patch.options)
        await _check_unused(db, field, set(field.options) - set(options))
        field.options = options
    if patch.sort_order is not UNSET:
        field.sort_order = patch.sort_order
    after = {"name": field.name, "options": field.options, "sort_order": field.sort_order}
    if after != before:
        field.version += 1
        await _tell(db, "custom_field.changed", field, before=before, after=after)
    return field


async def remove_field(db: Db, field_id: UUID) -> None:
    """Hide it everywhere; its values stay until it comes back. Only for admins. Raises `NotFound`, `Forbidden`."""
    require_admin(db.actor, "define fields")
    field = await field_for(db, field_id, lock=True)
    field.deleted_at = clock.now()
    field.version += 1
    await _tell(db, "custom_field.removed", field)


def checked_options(kind: str, options: list[str]) -> list[str]:
    """The options tidied, each once however it is capitalised.

    Raises `Invalid` for a select without any, and for any on a field of another kind.
    """
    kept: dict[str, str] = {}
    for option in options:
        clean = " ".join(option.split())
        if clean:
            kept.setdefault(clean.casefold(), clean)
    if kind == "select" and not kept:
        raise Invalid.at("options", "Give at least one choice")
    if kind != "select" and kept:
        raise Invalid.at("options", "Only a field to choose from has choices")
    if len(kept) > OPTIONS_AT_MOST or any(len(option) > TEXT_AT_MOST for option in kept.values()):
        raise Invalid.at(
            "options", f"At most {OPTIONS_AT_MOST} choices of at most {TEXT_AT_MOST:,} characters"
        )
    return list(kept.values())


async def _check_free(db: Db, name: str) -> None:
    there = fields_seen().where(CustomField.name_key == name_key(name))
    if await db.scalar(there.params(agency_id=db.actor.agency_id)) is not None:
        raise Conflict(f"There is a field called {name} already.", code="name_taken")


async def _removed(db: Db, name: str, kind: str) -> CustomField | None:
    return await db.scalar(
        select(CustomField)
        .where(
            CustomField.agency_id == db.actor.agency_id,
            CustomField.name_key == name_key(name),
            CustomField.kind == kind,
            CustomField.deleted_at.is_not(None),
        )
        .order_by(CustomField.deleted_at.desc())
        .limit(1)
        .with_for_update()
    )


async def _next_place(db: Db) -> int:
    mine = (CustomField.agency_id == db.actor.agency_id, CustomField.deleted_at.is_(None))
    row = await db.execute(select(func.count(), func.max(CustomField.sort_order)).where(*mine))
    count, last = row.one()
    if count >= FIELDS_AT_MOST:
        raise Conflict(f"An agency has at most {FIELDS_AT_MOST} fields of its own.", code="too_many")
    return (last or 0) + 1


async def _check_unused(db: Db, field: CustomField, gone: set[str]) -> None:
    if not gone:
        return
    value = Client.custom[str(field.id)].astext
    used = await db.execute(
        select(value, func.count())
        .where(Client.agency_id == field.agency_id, Client.deleted_at.is_(None), value.in_(gone))
        .group_by(value)
        .order_by(value)
    )
    counts = {option: count for option, count in used}  # noqa: C416  a row is no pair to `dict`
    if counts:
        named = ", ".join(f"{option} ({count})" for option, count in counts.items())
        raise Conflict(f"Clients still have: {named}.", code="option_in_use", extra={"counts": counts})


async def _tell(
    db: Db,
    name: str,
    field: CustomField,
    before: Json | None = None,
    after: Json | None = None,
) -> None:
    await record(
        db, name, "custom_field", field.id, before=before, after=after, name=field.name, kind=field.kind
    )
