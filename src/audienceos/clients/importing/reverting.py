"""What a client who was here before an import gets back when the import is undone. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints
from uuid import UUID

import msgspec

from audienceos.clients.importing.deciding import Known
from audienceos.clients.importing.kept import Outcome
from audienceos.clients.importing.rules import Rules
from audienceos.clients.importing.writing import Change
from audienceos.platform.errors import FieldFault

_TYPES = get_type_hints(Known)
_ENTRY = ("stage", "stage_entered_at")
"""Go back together: days in a stage belong to the stage."""


class Line(NamedTuple):
    """One row of the import that did something, and what it noted of that."""

    id: UUID
    line: int
    outcome: Outcome
    client_id: UUID
    before: dict[str, Any] | None


class Reverted(NamedTuple):
    """What became of it now."""

    line: Line
    outcome: Outcome
    reasons: list[FieldFault]
    change: Change | None = None
    forgets_id: bool = False


def revert(line: Line, known: Known, rules: Rules) -> Reverted:
    """Give back each field that still holds what the import wrote; name each that somebody changed since."""
    noted = line.before or {}
    forgets = "external_id" in noted
    if known.deleted_at is not None:
        return Reverted(
            line, "kept", [FieldFault("row", "Kept as it is: it was deleted since.")], None, forgets
        )
    pairs = {field: _typed(field, pair) for field, pair in noted.get("changes", {}).items()}
    stays = {field for field, (_, wrote) in pairs.items() if value_of(known, field) != wrote}
    if stays & set(_ENTRY) or _is_gone(pairs, rules):
        stays |= set(_ENTRY) & pairs.keys()
    given = {field: was for field, (was, _) in pairs.items() if field not in stays}
    if given.get("owner_id") not in (None, *rules.people.by_email.values()):
        given["owner_id"] = None  # has left since
    reasons = [
        FieldFault(_word(field, rules), "Kept: somebody has changed it since.")
        for field in sorted(stays - {"stage_entered_at"})
    ]
    change = Change(known, _with(known, given), "Import undone") if given else None
    return Reverted(line, "kept" if stays else "undone", reasons, change, forgets)


def value_of(known: Known, field: str) -> Any:
    """The value of a field, own ones as `custom.` and their key."""
    return known.custom.get(field.partition(".")[2]) if field.startswith("custom.") else getattr(known, field)


def _typed(field: str, pair: list[Any]) -> tuple[Any, Any]:
    if field.startswith("custom."):
        return pair[0], pair[1]
    kind = _TYPES[field]
    return msgspec.convert(pair[0], kind), msgspec.convert(pair[1], kind)


def _is_gone(pairs: dict[str, tuple[Any, Any]], rules: Rules) -> bool:
    return "stage" in pairs and pairs["stage"][0] not in rules.pipeline.stages


def _with(known: Known, given: dict[str, Any]) -> Known:
    custom = dict(known.custom)
    plain: dict[str, Any] = {}
    for field, was in given.items():
        if not field.startswith("custom."):
            plain[field] = was
        elif was is None:
            custom.pop(field.partition(".")[2], None)
        else:
            custom[field.partition(".")[2]] = was
    return msgspec.structs.replace(known, **plain, custom=custom)


def _word(field: str, rules: Rules) -> str:
    """What the field is called: an own one by its name."""
    key = field.partition(".")[2]
    named = [own.name for own in (*rules.fields.values(), *rules.keeps.values()) if own.key == key]
    return named[0] if named else field
