"""What stands in an address: every parameter is known, every value is good, or the answer is a 400 that names it.

A handler declares its parameters in its signature or, several at once, as a struct in its options:

    @get("/v1/clients", opt={"query": ClientQuery})
    async def list_clients(request: Asked) -> Page[ClientRow]:
        query = filters_from(request, ClientQuery)

The same struct documents them in OpenAPI. A field that is a list is given by repeating its name; an empty
value counts as left out, since forms send their empty fields too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.constants import RESERVED_KWARGS
from litestar.enums import ParamType
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition
from msgspec.structs import FieldInfo

from audienceos.platform.errors import BadRequest, FieldFault, NotFound
from audienceos.platform.web.forms import NUL, is_list, said, storable

Shape = TypeVar("Shape", bound=msgspec.Struct)
Asked = Request[Any, Any, Any]

ANY = "any"  # opt={"query": ANY}: an address that strangers complete, as a vendor's redirect does

NOBODY: frozenset[str] = frozenset()

_known: WeakKeyDictionary[Callable[..., Any], frozenset[str]] = WeakKeyDictionary()


class BadQuery(BadRequest):
    """Parameters are wrong; one message for each."""

    def __init__(self, faults: list[FieldFault], *, code: str = "bad_parameter") -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults), code=code)
        self.faults = faults


async def address_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse parameters that the route doesn't have, and text that no database could hold.

    Raises `BadQuery` naming each parameter, `NotFound` for such text in the path.
    """
    if NUL in connection.scope["path"]:
        raise NotFound
    declared = handler.opt.get("query")
    if not connection.scope["query_string"] or declared == ANY:
        return
    names = query_names(handler)
    given = list(dict.fromkeys(connection.query_params))
    unknown = [FieldFault(name, "There is no such parameter") for name in given if name not in names]
    if unknown:
        raise BadQuery(unknown, code="unknown_parameter")
    unfit = [FieldFault(name, fault) for name in given if (fault := _unfit(connection, name))]
    if unfit:
        raise BadQuery(unfit)


def query_names(handler: BaseRouteHandler) -> frozenset[str]:
    """Every query parameter of a handler: of its signature, its dependencies and the struct in its options."""
    if handler.fn not in _known:
        fields = [field for shape in query_shapes(handler) for field in query_fields(shape)]
        _known[handler.fn] = frozenset(
            [*(name for name, _ in signature_query(handler)), *(field.encode_name for field in fields)]
        )
    return _known[handler.fn]


def query_shapes(handler: BaseRouteHandler) -> tuple[type[msgspec.Struct], ...]:
    """The structs in a handler's options: one, or several side by side as `(Filters, Listed)`."""
    declared = handler.opt.get("query", ())
    if isinstance(declared, type):
        return (declared,)
    return () if declared == ANY else declared


@cache  # each reading of a struct's annotations takes longer than the database
def query_fields(shape: type[msgspec.Struct]) -> tuple[FieldInfo, ...]:
    """The fields that a caller may give. Those that the room fills in are named in `shape.not_for_callers`."""
    hidden: frozenset[str] = getattr(shape, "not_for_callers", NOBODY)
    return tuple(field for field in msgspec.structs.fields(shape) if field.name not in hidden)


def filters_from(request: Asked, shape: type[Shape]) -> Shape:
    """The parameters that the struct names. Raises `BadQuery` with every wrong value."""
    fields = query_fields(shape)
    values, faults = _gathered(request, fields)
    if not faults:
        try:
            return msgspec.convert(values, shape, strict=False)
        except msgspec.ValidationError:
            faults = list(_judged(fields, values))
    raise BadQuery(faults or [FieldFault("", "The parameters don't fit together")])


def _gathered(request: Asked, fields: Sequence[FieldInfo]) -> tuple[dict[str, Any], list[FieldFault]]:
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    given = request.query_params
    for field in fields if given else ():
        name = field.encode_name
        texts = [text for text in given.getall(name, []) if text != ""]
        if is_list(field.type) and texts:
            values[name] = texts
        elif len(texts) > 1:
            faults.append(FieldFault(name, "Give this once"))
        elif texts:
            values[name] = texts[0]
    return values, faults


def _judged(fields: Sequence[FieldInfo], values: Mapping[str, Any]) -> Iterator[FieldFault]:
    """Every wrong value, judged on its own: the fast decoder stops at the first."""
    for field in fields:
        name = field.encode_name
        if name not in values:
            if field.required:
                yield FieldFault(name, "This is needed")
            continue
        try:
            msgspec.convert(values[name], field.type, strict=False)
        except msgspec.ValidationError as problem:
            yield FieldFault(name, said(str(problem)))


def _unfit(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    try:
        for text in connection.query_params.getall(name):
            storable(text)
    except ValueError as problem:
        return str(problem)
    return None


def signature_query(handler: BaseRouteHandler) -> Iterator[tuple[str, FieldDefinition]]:
    """The query parameters that a handler or one of its dependencies takes by name. Path parameters that are
    declared by their name alone are among them."""
    provided = handler.resolve_dependencies()
    waiting: list[tuple[str, FieldDefinition]] = [
        *handler.parsed_fn_signature.parameters.items(),
        *handler.resolve_layered_parameters().items(),
    ]
    seen: set[str] = set()
    while waiting:
        name, field = waiting.pop()
        if name in RESERVED_KWARGS:
            continue
        if name in provided:
            if name not in seen:
                seen.add(name)
                waiting.extend(provided[name].parsed_fn_signature.parameters.items())
            continue
        how = field.kwarg_definition
        if not isinstance(how, ParameterKwarg):
            yield name, field
        elif how.param_type == ParamType.QUERY:
            yield how.name or name, field
