"""The agency's own fields, as pickers, forms and lists want them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from audienceos.clients.access import fields_seen
from audienceos.clients.models import CustomField
from audienceos.clients.queries.columns import ROW
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged


class FieldView(msgspec.Struct, frozen=True):
    """A field that the agency added to its clients."""

    id: UUID
    name: str
    kind: Literal["text", "number", "date", "select"]
    options: list[str]
    sort_order: int
    version: int


def _fields(sight: Sight, *, how: Literal["in order", "one", "paged"] = "in order") -> Question:
    query = fields_seen(sight).with_only_columns(
        *(getattr(CustomField, name) for name in FieldView.__struct_fields__)
    )
    if how == "one":
        return query.where(CustomField.id == ROW)
    return query.order_by(None) if how == "paged" else query


def _paged(sight: Sight) -> Question:
    return _fields(sight, how="paged")


FIELDS = Read(FieldView, _fields)
FIELD_PAGES = Paged(
    "custom fields",
    FieldView,
    _paged,
    {"place": (Key(CustomField.sort_order), Key(CustomField.name_key))},
    unique=CustomField.id,
)


async def field_view(lane: Lane, field_id: UUID) -> FieldView:
    """One field. Raises `NotFound`."""
    found = await FIELDS.one(lane, {"row_id": field_id}, how="one")
    if found is None:
        raise NotFound("field")
    return found
