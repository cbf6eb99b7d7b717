"""The agency's own fields, as pickers, forms and lists want them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from audienceos.clients.access import fields_seen
from audienceos.clients.models import CustomField
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read


class FieldView(msgspec.Struct, frozen=True):
    """A field that the agency added to its clients."""

    id: UUID
    name: str
    kind: Literal["text", "number", "date", "select"]
    options: list[str]
    sort_order: int
    version: int


def _fields(sight: Sight) -> Question:
    return fields_seen(sight).with_only_columns(
        *(getattr(CustomField, name) for name in FieldView.__struct_fields__)
    )


FIELDS = Read(FieldView, _fields)
