"""Every method of every address that programs ask, as OpenAPI operations read from the handlers themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, cast

import msgspec
from litestar import Litestar, MediaType, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import File, Stream
from litestar.routes import HTTPRoute

from audienceos.platform.auth.csrf import SAFE_METHODS
from audienceos.platform.web.bodies import takes_json
from audienceos.platform.web.etags import expected_version, shown
from audienceos.platform.web.idempotency import OFF, REPLAYED
from audienceos.platform.web.openapi_shapes import Schema, names_of, parameter, query_parameters
from audienceos.platform.web.parameters import query_shapes, signature_query
from audienceos.platform.web.scopes import PEOPLE_ONLY

OURS = ("/v1/", "/health/")
ANSWERS = "answers"
"""opt={"answers": {503: Ready}}: what a handler gives besides its usual answer, and none of the problems."""
BODY = "request_body"
"""opt={"request_body": {...}}: OpenAPI's own words for a body that is streamed, and so not in the signature."""

ALWAYS = ("400", "429", "503")
KNOWN = ("401", "403", "404")
REFUSED = ("409", "422")
TOO_MUCH = ("413", "415")
EDITED = ("412", "428")


class Call(msgspec.Struct, frozen=True):
    """One method of one address."""

    path: str
    method: str
    handler: HTTPRouteHandler
    route: HTTPRoute

    @property
    def name(self) -> str:
        """The operation's id: the name of the function that answers."""
        return self.handler.fn.__name__

    @property
    def body(self) -> Any:
        """The type of its JSON body, or None."""
        field = self.handler.parsed_data_field
        return field.annotation if field is not None and takes_json(self.handler) else None

    @property
    def answer(self) -> Any:
        """The type that it gives; `bytes` for a file, None for no body."""
        field = self.handler.parsed_return_field
        if field.is_subclass_of((Stream, File)):
            return bytes
        if field.is_subclass_of(Response):
            field = field.inner_types[0] if field.inner_types else field
        return None if field.is_none_type else field.annotation

    @property
    def others(self) -> dict[int, Any]:
        """What it may give besides."""
        return cast("dict[int, Any]", self.handler.opt.get(ANSWERS, {}))

    @property
    def acts(self) -> bool:
        """Whether it changes anything."""
        return self.method not in SAFE_METHODS

    @property
    def is_versioned(self) -> bool:
        """Whether what it gives carries an ETag."""
        return "version" in names_of(self.answer)

    @property
    def asks_version(self) -> bool:
        """Whether it is refused without If-Match. Read from what the handler calls, so it can't be said wrongly."""
        return expected_version.__name__ in self.handler.fn.__code__.co_names

    @property
    def may_be_known(self) -> bool:
        """Whether a caller who has this version already gets no body."""
        return shown.__name__ in self.handler.fn.__code__.co_names

    @property
    def is_keyed(self) -> bool:
        """Whether Idempotency-Key counts."""
        takes_part = "db" in self.handler.parsed_fn_signature.parameters
        return self.method == "POST" and takes_part and not self.handler.opt.get(OFF)


def calls(app: Litestar) -> Iterator[Call]:
    """Every one of them, in the order of their addresses."""
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    for route in sorted(routes, key=lambda route: route.path):
        if not route.path.startswith(OURS):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Call(route.path_format, str(method), handler, route)


def operation(call: Call, schemas: dict[Any, Schema]) -> Schema:
    """One call as OpenAPI has it."""
    told = inspect.getdoc(call.handler.fn) or call.name
    summary = told.partition("\n\n")[0].replace("\n", " ")
    made: Schema = {
        "operationId": call.name,
        "tags": list(call.handler.resolve_tags()) or [call.path.split("/")[2]],
        "summary": summary.partition(". ")[0].rstrip("."),
        "description": _description(call, told),
        "parameters": [*_path(call), *_query(call), *_headers(call)],
        "responses": _responses(call, schemas),
        "security": _security(call),
    }
    if call.body is not None:
        content = {"application/json": {"schema": schemas[call.body]}}
        made["requestBody"] = {"required": True, "content": content}
    elif BODY in call.handler.opt:
        made["requestBody"] = call.handler.opt[BODY]
    return made


def _description(call: Call, told: str) -> str:
    if call.handler.opt.get(PEOPLE_ONLY):
        told += "\n\nOnly for people who signed in: no token reaches this."
    return told


def _path(call: Call) -> Iterator[Schema]:
    for name, part in call.route.path_parameters.items():
        yield parameter(name, "path", msgspec.json.schema(part.type), required=True)


def _query(call: Call) -> Iterator[Schema]:
    for name, field in signature_query(call.handler):
        if name not in call.route.path_parameters:
            schema = msgspec.json.schema(field.annotation)
            yield parameter(name, "query", schema, required=field.is_required)
    for shape in query_shapes(call.handler):
        yield from query_parameters(shape)


def _headers(call: Call) -> Iterator[Schema]:
    used = {
        "Agency": call.path.startswith("/v1/") and not call.handler.opt.get("public"),
        "IdempotencyKey": call.is_keyed,
        "IfMatch": call.asks_version,
        "IfNoneMatch": call.may_be_known,
    }
    return ({"$ref": f"#/components/parameters/{name}"} for name, is_used in used.items() if is_used)


def _responses(call: Call, schemas: dict[Any, Schema]) -> Schema:
    answer: Schema = {"description": "Done" if call.answer is None else "The answer"}
    if call.answer is bytes:
        answer["content"] = {_media(call): {}}
    elif call.answer is not None:
        answer["content"] = {"application/json": {"schema": schemas[call.answer]}}
    headers = {"ETag": call.is_versioned, REPLAYED: call.is_keyed}
    if any(headers.values()):
        answer["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name, is_given in headers.items() if is_given
        }
    made: Schema = {str(call.handler.status_code): answer}
    if call.may_be_known:
        made["304"] = {"description": "You have this version already"}
    made |= {status: {"$ref": f"#/components/responses/{status}"} for status in _problems(call)}
    for status, shape in call.others.items():
        content = {"application/json": {"schema": schemas[shape]}}
        made[str(status)] = {"description": "Not now", "content": content}
    return dict(sorted(made.items()))


def _media(call: Call) -> str:
    """What kind of file it gives."""
    media = call.handler.media_type or "application/octet-stream"
    return media.value if isinstance(media, MediaType) else media


def _problems(call: Call) -> Iterator[str]:
    if call.others:
        yield "400"
        return
    yield from ALWAYS
    if not call.handler.opt.get("public"):
        yield from KNOWN
    if call.acts:
        yield from REFUSED
    if call.body is not None or BODY in call.handler.opt:
        yield from TOO_MUCH
    if call.asks_version:
        yield from EDITED


def _security(call: Call) -> list[dict[str, list[str]]]:
    if call.handler.opt.get("public"):
        return []
    session: dict[str, list[str]] = {"session": []}
    if call.acts:
        session["csrf"] = []
    return [session] if call.handler.opt.get(PEOPLE_ONLY) else [{"token": []}, session]
