"""From the words of an address to filters that can be asked: fields of the agency's own, its stages, its limits."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import msgspec

from audienceos.agency.queries import Here
from audienceos.clients.actions.fields import normal
from audienceos.clients.queries.fields import FIELDS, FieldView
from audienceos.clients.queries.filters import Filters, OwnField, escaped
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import FieldFault
from audienceos.platform.web.parameters import BadQuery

Asked = TypeVar("Asked", bound=Filters)


async def understood(lane: Lane, asked: Asked, at: Here) -> Asked:
    """The filters with what only the agency knows. One more statement where they ask for its own fields.

    Raises `BadQuery` for a stage or a field that it doesn't have, and for a value that its field can't take.
    """
    unknown = [stage for stage in asked.stage if stage not in at.pipeline.stages]
    if unknown:
        raise BadQuery([FieldFault("stage", f"There is no stage {stage!r}") for stage in unknown])
    own = own_fields(asked.custom, await FIELDS.all(lane)) if asked.custom else ()
    return msgspec.structs.replace(
        asked,
        stuck_days=at.stuck_after_days,
        stages=list(at.pipeline.stages),
        resting=[stage for stage in at.pipeline.stages if not at.pipeline.runs_a_clock(stage)],
        own=own,
    )


def own_fields(said: list[str], fields: list[FieldView]) -> tuple[OwnField, ...]:
    """Conditions such as `<field id>:<value>`. Raises `BadQuery` with every one that means nothing."""
    known = {str(field.id): field for field in fields}
    found: list[OwnField] = []
    faults: list[FieldFault] = []
    for text in said:
        field_id, _, value = text.partition(":")
        field = known.get(field_id.strip().lower())
        if field is None:
            faults.append(FieldFault("custom", f"There is no field {field_id!r}"))
            continue
        try:
            found.append(_condition(field, value.strip()))
        except ValueError as problem:
            faults.append(FieldFault("custom", f"{field.name}: {problem}"))
    if faults:
        raise BadQuery(faults)
    return tuple(found)


def _condition(field: FieldView, value: str) -> OwnField:
    if not value:
        return OwnField(field.id, "empty")
    if field.kind == "text":
        return OwnField(field.id, "holds", f"%{escaped(value)}%")
    kept = normal(field.kind, field.options, value)
    if field.kind == "number":
        return OwnField(field.id, "equals", Decimal(kept))
    return OwnField(field.id, "is", kept)


def said(field_id: UUID, value: str) -> str:
    """A condition as the address has it."""
    return f"{field_id}:{value}"
