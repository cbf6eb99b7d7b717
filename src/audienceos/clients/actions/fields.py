"""The agency's own fields: what kind of value each takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from audienceos.clients.access import fields_seen
from audienceos.clients.models import CustomField
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Invalid

TEXT_AT_MOST = 1000


async def custom_values(db: Db, given: Json, present: Json | None = None) -> Json:
    """`present` with what is given laid over it: by field id, null clears. Raises `Invalid` for every wrong one."""
    if not given:
        return dict(present or {})
    fields = {str(field.id): field for field in await fields_for(db)}
    merged, faults = dict(present or {}), list[FieldFault]()
    for field_id, value in given.items():
        if field_id not in fields:
            faults.append(FieldFault(f"custom.{field_id}", "There is no such field"))
        elif value is None or value == "":
            merged.pop(field_id, None)
        else:
            try:
                merged[field_id] = stored(fields[field_id], value)
            except ValueError as problem:
                faults.append(FieldFault(f"custom.{field_id}", str(problem)))
    if faults:
        raise Invalid(faults)
    return merged


async def fields_for(db: Db) -> list[CustomField]:
    """The agency's own fields, in their order."""
    return list(await db.scalars(fields_seen().params(agency_id=db.actor.agency_id)))


def stored(field: CustomField, value: object) -> str:
    """A value as it is kept: text; a number in plain digits; a date as YYYY-MM-DD. Raises `ValueError` in words."""
    text = str(cast("Any", value)).strip()
    if len(text) > TEXT_AT_MOST:
        raise ValueError(f"Too long: at most {TEXT_AT_MOST} characters")
    if field.kind == "number":
        return _number(text)
    if field.kind == "date":
        return _date(text)
    if field.kind == "select" and text not in field.options:
        raise ValueError(f"Choose one of {', '.join(field.options)}")
    return text


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("Give a number such as 1250.50") from None
    if not number.is_finite():
        raise ValueError("Give a number such as 1250.50")
    return f"{number:f}"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise ValueError("Give a date as YYYY-MM-DD") from None
