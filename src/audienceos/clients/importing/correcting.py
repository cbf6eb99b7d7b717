"""What a person corrects: a mapping laid over another, and what is then still wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.checking import check_mapping
from audienceos.clients.importing.columns import with_stages
from audienceos.clients.importing.forms import ColumnPatch, ImportPatch
from audienceos.clients.importing.kept import Options, Seen
from audienceos.clients.importing.shapes import CUSTOM, ColumnChoice, Mapping
from audienceos.clients.importing.stages import stage_key
from audienceos.clients.queries.fields import FieldView
from audienceos.clients.words import name_key
from audienceos.platform.errors import FieldFault, Invalid

_PLAIN = ("target", "custom_type", "custom_name", "date_order", "decimal_mark")


class Ground(NamedTuple):
    """What a mapping is judged by."""

    pipeline: Pipeline
    fields: Sequence[FieldView]
    people: frozenset[UUID]
    """Who can be given clients."""


def corrected(
    mapping: Mapping, options: Options, seen: Seen, patch: ImportPatch, ground: Ground
) -> tuple[Mapping, Options]:
    """The mapping and options with the patch laid over them. Raises `Invalid` for a column, field or person
    that isn't there; what else is wrong `faults_of` says.
    """
    places = {column.header: place for place, column in enumerate(mapping.columns)}
    columns, overwrite = list(mapping.columns), set(options.overwrite)
    faults: list[FieldFault] = []
    for at, change in enumerate(patch.columns or ()):
        place = places.get(change.header)
        if place is None:
            faults.append(FieldFault(f"columns.{at}.header", "The file has no such column"))
            continue
        try:
            columns[place] = _column(columns[place], change, ground)
        except ValueError as problem:
            faults.append(FieldFault(f"columns.{at}.custom_field_id", str(problem)))
        if change.overwrite is not UNSET:
            (overwrite.add if change.overwrite else overwrite.discard)(change.header)
    owners = {**options.owners, **(patch.owners or {})}
    faults += [
        FieldFault(f"owners.{text}", "Choose someone active in this agency")
        for text, person in (patch.owners or {}).items()
        if person is not None and person not in ground.people
    ]
    if faults:
        raise Invalid(faults)
    source = mapping.source if patch.source is UNSET else patch.source
    stages = _laid_over(mapping.stages, patch.stages or {})
    moves = options.move_stages if patch.move_stages is UNSET else patch.move_stages
    made = Mapping(source=source, columns=columns, stages=stages)
    return (
        _with_values(made, seen, ground, stages),
        msgspec.structs.replace(
            options, overwrite=sorted(overwrite, key=places.__getitem__), owners=owners, move_stages=moves
        ),
    )


def faults_of(mapping: Mapping, seen: Seen, ground: Ground) -> list[FieldFault]:
    """All that is still to be said before the import can start."""
    return [*check_mapping(mapping, seen.header, ground.pipeline), *_clashes(mapping.columns, ground.fields)]


def proposed(mapping: Mapping, seen: Seen, ground: Ground) -> Mapping:
    """A guess made ready to be shown: a stage for each value of the stage column, and columns that are called like a
    field that the agency has already fill that one, whatever their values look like.
    """
    kinds = {name_key(field.name): field.kind for field in ground.fields}
    columns = [
        msgspec.structs.replace(
            column, custom_type=kinds.get(name_key(column.custom_name), column.custom_type)
        )
        for column in mapping.columns
    ]
    staged = with_stages(mapping, seen.columns, ground.pipeline)
    return spelt_once(msgspec.structs.replace(staged, columns=columns))


def owner_values(mapping: Mapping, seen: Seen) -> dict[str, int]:
    """Whom the file names as owners, and how often; empty where there is no such column or too many."""
    for column, profile in zip(mapping.columns, seen.columns, strict=True):
        if column.target == "owner":
            return profile.counts
    return {}


def _with_values(mapping: Mapping, seen: Seen, ground: Ground, chosen: dict[str, str]) -> Mapping:
    """A stage for each value of the column that is the stage now; one that isn't the agency's stays, to be told."""
    staged = spelt_once(with_stages(mapping, seen.columns, ground.pipeline))
    stages = {
        value: chosen[value] if value in chosen and chosen[value] not in ground.pipeline.stages else stage
        for value, stage in staged.stages.items()
    }
    return msgspec.structs.replace(staged, stages=stages)


def spelt_once(mapping: Mapping) -> Mapping:
    """The mapping with each stage of the file once, in its first spelling: case doesn't count."""
    first: dict[str, str] = {}
    for value in mapping.stages:
        first.setdefault(stage_key(value), value)
    stages = {value: mapping.stages[value] for value in first.values()}
    return msgspec.structs.replace(mapping, stages=stages)


def _laid_over(stages: dict[str, str], chosen: dict[str, str]) -> dict[str, str]:
    """What is chosen for a value counts for its other spellings too."""
    by_key = {stage_key(value): stage for value, stage in chosen.items()}
    return {**{value: by_key.get(stage_key(value), stage) for value, stage in stages.items()}, **chosen}


def _column(column: ColumnChoice, change: ColumnPatch, ground: Ground) -> ColumnChoice:
    given: dict[str, Any] = {name: getattr(change, name) for name in _PLAIN}
    given = {name: value for name, value in given.items() if value is not UNSET}
    if change.custom_field_id is not UNSET:
        field = next((field for field in ground.fields if field.id == change.custom_field_id), None)
        if field is None:
            raise ValueError("There is no such field")
        given |= {"target": CUSTOM, "custom_name": field.name, "custom_type": field.kind}
    return msgspec.structs.replace(column, **given)


def _clashes(columns: Iterable[ColumnChoice], fields: Sequence[FieldView]) -> Iterator[FieldFault]:
    """Own fields that are there with another kind than the column's."""
    kinds = {name_key(field.name): field for field in fields}
    for place, column in enumerate(columns):
        field = kinds.get(name_key(column.custom_name)) if column.target == CUSTOM else None
        if field and field.kind != column.custom_type:
            yield FieldFault(
                f"columns.{place}.custom_name",
                f"There is a field “{field.name}” of kind {field.kind}. Choose that field, or give another name.",
            )
