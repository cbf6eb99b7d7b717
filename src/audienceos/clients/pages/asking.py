"""Filters on a field of the agency's own, as a form without a script can ask for them.

The form sends the field and the value apart; the address that says both in one (`custom=<field id>:<value>`) is
where it is then sent, so that every list has one address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from audienceos.clients.queries.asked import said
from audienceos.clients.queries.fields import FieldView
from audienceos.clients.queries.filters import Filters
from audienceos.platform.web.templating import query

Asked = Request[Any, Any, Any]


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """What the form beside the filters sends."""

    field: UUID | None = None
    value: str | None = None


class OwnChip(msgspec.Struct, frozen=True):
    """A filter on a field of the agency's own, and the others, which stay when it is taken away."""

    words: str
    rest: list[str]


def to_picked(request: Asked, filters: Filters, picked: Picked, order: dict[str, object]) -> Response[Any]:
    """Go to the address that says it all."""
    assert picked.field is not None
    custom = [*filters.custom, said(picked.field, picked.value or "")]
    address = filters.in_address | {"custom": list(dict.fromkeys(custom))} | order
    return Response(None, status_code=303, headers={"Location": request.url.path + query(address)})


def own_chips(filters: Filters, fields: list[FieldView]) -> list[OwnChip]:
    """One for each filter on such a field."""
    names = {str(field.id): field.name for field in fields}
    chips: list[OwnChip] = []
    for text in filters.custom:
        field_id, _, value = text.partition(":")
        name = names.get(field_id.strip().lower(), "")
        words = f"{name}: {value.strip()}" if value.strip() else f"{name}: none"
        chips.append(OwnChip(words, [other for other in filters.custom if other != text]))
    return chips
