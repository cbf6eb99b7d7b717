"""The shapes of bodies and answers as JSON Schema: what msgspec itself says of the structs that it decodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import msgspec
from msgspec import inspect

from audienceos.platform.web.parameters import query_fields

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"


def shapes(types: Iterable[Any]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """A schema for each of the types, and the components that these refer to."""
    wanted = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(wanted, ref_template=REF)
    for name, fields in _moments(wanted):
        for component in components.values():
            if component.get("title") == name:
                for field in fields:
                    _say_moment(component["properties"][field])
    return dict(zip(wanted, schemas, strict=True)), components


def query_parameters(shape: type[msgspec.Struct]) -> Iterator[Schema]:
    """The fields of a query's struct as OpenAPI parameters."""
    whole = msgspec.json.schema(shape)
    properties = whole["$defs"][shape.__name__]["properties"]
    for field in query_fields(shape):
        yield parameter(field.encode_name, "query", properties[field.encode_name], required=field.required)


def parameter(name: str, where: str, schema: Schema, *, required: bool) -> Schema:
    """One OpenAPI parameter. Leaving it out is how an address says null, so null is no value of it."""
    schema = dict(schema)
    if "anyOf" in schema:
        parts = [part for part in schema.pop("anyOf") if part != {"type": "null"}]
        schema |= parts[0] if len(parts) == 1 else {"anyOf": parts}
    if "default" in schema and schema["default"] in (None, []):
        del schema["default"]
    made: Schema = {"name": name, "in": where, "required": required, "schema": schema}
    if "description" in schema:
        made["description"] = schema.pop("description")
    return made


def names_of(shape: Any) -> frozenset[str]:
    """The names of a struct's fields; none for anything else."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return frozenset(shape.__struct_fields__)
    return frozenset()


def _moments(types: list[Any]) -> Iterator[tuple[str, list[str]]]:
    """Each struct's fields that are moments: msgspec gives them no format, since theirs may lack a zone."""
    seen: set[Any] = set()
    waiting: list[inspect.Type] = list(inspect.multi_type_info(types))
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            if kind.cls in seen:
                continue
            seen.add(kind.cls)
            waiting.extend(field.type for field in kind.fields)
            found = [field.encode_name for field in kind.fields if _is_moment(field.type)]
            if found:
                yield kind.cls.__name__, found
        else:
            waiting.extend(_inside(kind))


def _inside(kind: inspect.Type) -> Iterator[inspect.Type]:
    for name in ("types", "item_types"):
        yield from cast("tuple[inspect.Type, ...]", getattr(kind, name, ()))
    for name in ("type", "item_type", "value_type"):
        part = getattr(kind, name, None)
        if isinstance(part, inspect.Type):
            yield part


def _is_moment(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.DateTimeType) or any(map(_is_moment, _inside(kind)))


def _say_moment(schema: Schema) -> None:
    for part in (schema, *schema.get("anyOf", []), schema.get("items", {})):
        if part.get("type") == "string" and "format" not in part:
            part["format"] = "date-time"
