"""The parameters of a board's or a list's address, as a saved view keeps them: any room's, then the clients' own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs
from uuid import UUID

import msgspec

from audienceos.agency.queries import here
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.board import Arranged
from audienceos.clients.queries.filters import Filters
from audienceos.clients.queries.listing import Shown
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import FieldFault, Invalid
from audienceos.platform.web.forms import faults, is_list
from audienceos.platform.web.parameters import BadQuery, query_fields

LONGEST = 4000  # characters of all parameters together, what an address may reasonably have
Shape = TypeVar("Shape", bound=msgspec.Struct)


async def kept_board(lane: Lane, given: Mapping[str, Any]) -> Json:
    """Those of the clients' board (`ports.KeepParameters`)."""
    return await _kept(lane, asked_of(Arranged, given))


async def kept_list(lane: Lane, given: Mapping[str, Any]) -> Json:
    """Those of the clients' list (`ports.KeepParameters`)."""
    return await _kept(lane, asked_of(Shown, given))


def as_kept(address: Mapping[str, object]) -> Json:
    """An address as JSON. Raises `Invalid` at `parameters` for one that is too long."""
    plain = msgspec.to_builtins(address)
    if len(msgspec.json.encode(plain)) > LONGEST:
        raise Invalid.at("parameters", "Too many filters to keep")
    return plain


def from_address(text: str) -> Json:
    """What a query string says: the values of each name, in a list."""
    return dict(parse_qs(text.removeprefix("?")))


def still_fitting(parameters: Json, stages: Iterable[str], fields: Iterable[UUID]) -> tuple[Json, list[str]]:
    """Parameters that the agency can still be asked, and words about those that it can't: stages and fields go."""
    known, ids = set(stages), {str(field) for field in fields}
    gone = [
        f"There is no stage {stage} any more" for stage in parameters.get("stage", []) if stage not in known
    ]
    fitting = dict(parameters)
    fitting["stage"] = [stage for stage in parameters.get("stage", []) if stage in known]
    said = parameters.get("custom", [])
    fitting["custom"] = [one for one in said if one.partition(":")[0].lower() in ids]
    if len(fitting["custom"]) < len(said):
        gone.append("A field that it asked for is gone")
    return {name: value for name, value in fitting.items() if value != []}, gone


def asked_of(shape: type[Shape], given: Mapping[str, Any]) -> Shape:
    """What such parameters ask for. Raises `Invalid` at `parameters`, naming every wrong one."""
    known = {field.encode_name: field for field in query_fields(shape)}
    values = {
        name: _fitted(value, many=is_list(known[name].type) if name in known else True)
        for name, value in given.items()
    }
    wrong = [f"There is no parameter {name!r}" for name in values if name not in known]
    if not wrong:
        try:
            return msgspec.convert(values, shape, strict=False)
        except msgspec.ValidationError:
            wrong = [f"{fault.field}: {fault.message}" for fault in faults(shape, values, strict=False)]
    raise Invalid([FieldFault("parameters", words) for words in wrong])


async def _kept(lane: Lane, asked: Filters) -> Json:
    try:
        await understood(lane, asked, await here(lane))
    except BadQuery as wrong:
        raise Invalid([FieldFault("parameters", fault.message) for fault in wrong.faults]) from None
    return as_kept(asked.address)


def _fitted(value: Any, *, many: bool) -> Any:
    """One value under a name that takes several, and the last of several under a name that takes one."""
    values: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    return values if many else values[-1] if values else None
