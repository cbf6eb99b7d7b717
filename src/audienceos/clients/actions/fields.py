"""Values of the agency's own fields: judged by the field's kind, kept as text by the field's id."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from audienceos.clients.access import fields_seen
from audienceos.clients.models import CustomField
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Invalid
from audienceos.platform.web.forms import storable

TEXT_AT_MOST = 1000
DIGITS_AT_MOST = 30  # before the point and after it: far beyond any figure of a business

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


async def custom_values(db: Db, given: Json, present: Json | None = None) -> Json:
    """`present` with what is given laid over it: by field id, null clears. Raises `Invalid` for every wrong one.

    A value that stays as it is isn't judged: its field may have given up that option since.
    """
    if not given:
        return dict(present or {})
    fields = {str(field.id): field for field in await fields_for(db)}
    merged, faults = dict(present or {}), list[FieldFault]()
    for field_id, value in given.items():
        if field_id not in fields:
            faults.append(FieldFault(f"custom.{field_id}", "There is no such field"))
        elif value is None or value == "":
            merged.pop(field_id, None)
        elif value != merged.get(field_id):
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
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal, date)):
        raise ValueError("Give a text, a number or a date")
    text = storable(str(value)).strip()
    if len(text) > TEXT_AT_MOST:
        raise ValueError(f"Too long: at most {TEXT_AT_MOST} characters")
    return normal(field.kind, field.options, text)


def normal(kind: str, options: list[str], text: str) -> str:
    """A text in the one form in which a field of this kind keeps it. Raises `ValueError` in words."""
    if kind == "number":
        return _number(text)
    if kind == "date":
        return _date(text)
    if kind == "select":
        return _option(options, text)
    return text


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("Give a number such as 1250.50") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -DIGITS_AT_MOST or number.adjusted() > DIGITS_AT_MOST:
        raise ValueError("Give a number such as 1250.50")
    return f"{number:f}"


def _date(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError("Give a date as YYYY-MM-DD")


def _option(options: list[str], text: str) -> str:
    for option in options:
        if option.casefold() == text.casefold():
            return option
    raise ValueError(f"Choose one of {', '.join(options)}")
