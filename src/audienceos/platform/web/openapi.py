"""The API described by itself: OpenAPI 3.1 at /openapi.json, and a page to read it at /docs.

Litestar's own description isn't used: it would tell amounts as numbers, where msgspec writes and wants text, and
its pages come from other people's servers, which our Content-Security-Policy forbids.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get

from audienceos.platform import errors
from audienceos.platform.auth.visiting import AGENCY_HEADER
from audienceos.platform.errors import AppError
from audienceos.platform.web.errors import PROBLEM, Problem
from audienceos.platform.web.idempotency import REPLAYED
from audienceos.platform.web.openapi_operations import calls, operation
from audienceos.platform.web.openapi_page import sections
from audienceos.platform.web.openapi_shapes import Schema, shapes
from audienceos.platform.web.templating import page

KEPT = "openapi"
VERSION = "1"  # of /v1
OPEN = {"public": True}
Asked = Request[Any, Any, Any]

ABOUT = """\
A program shows a personal token (`Authorization: Bearer ...`), which belongs to one agency. Our own pages show \
their session, and then say the agency and, to change something, the session's CSRF token.

Lists answer `items` and `next_cursor`. What people edit carries an ETag, and an edit sends it back as `If-Match`. \
A POST may carry an `Idempotency-Key`: sent again within 24 hours it is answered again, and happens once. \
Refusals are problems (RFC 9457) with a stable `code`, and `errors` names each wrong field.\
"""

TOLD: tuple[tuple[type[AppError], str], ...] = (
    (
        errors.BadRequest,
        "The request can't be read: no JSON, an unknown parameter, a wrong value in the address",
    ),
    (errors.Unauthenticated, "Nobody is signed in, or the token is no longer good"),
    (errors.Forbidden, "Somebody is, and may not do this"),
    (errors.NotFound, "Not there, or not for this agency: the same answer"),
    (errors.Conflict, "The present state refuses it, or the key was used before"),
    (errors.Stale, "Somebody saved first; `extra.version` is the present version"),
    (errors.TooLarge, "The body is beyond the limit"),
    (errors.WrongMedia, "The body isn't of a kind that is read here"),
    (errors.Invalid, "Fields are wrong; `errors` names each"),
    (errors.Unconditional, "The edit doesn't say which version it read"),
    (errors.TooMany, "Too many requests; `Retry-After` tells the seconds to wait"),
    (errors.Unavailable, "The database is away for a moment; try again"),
)


def described(app: Litestar) -> Schema:
    """The whole description, made once an application. Raises `ValueError` when two operations share a name."""
    if KEPT not in app.state:
        app.state[KEPT] = _described(app)
    return app.state[KEPT]


def document(app: Litestar) -> bytes:
    """The description as JSON, for /openapi.json and the command line."""
    return msgspec.json.format(msgspec.json.encode(described(app)), indent=2) + b"\n"


def _described(app: Litestar) -> Schema:
    known = list(calls(app))
    names = [call.name for call in known]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"more than one handler under /v1 is called {', '.join(sorted(twice))}")
    types = [Problem, *(kind for call in known for kind in (call.body, call.answer, *call.others.values()))]
    schemas, components = shapes(kind for kind in types if kind is not None)
    paths: Schema = {}
    for call in known:
        paths.setdefault(call.path, {})[call.method.lower()] = operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "AudienceOS", "version": VERSION, "description": ABOUT},
        "servers": [{"url": app.state.settings.url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {str(kind.status): _problem(kind, told) for kind, told in TOLD},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def _problem(kind: type[AppError], told: str) -> Schema:
    made: Schema = {
        "description": told,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if kind in (errors.TooMany, errors.Unavailable):
        made["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return made


def _header(name: str, told: str, *, required: bool = False, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": told,
        "schema": {"type": "string", **schema},
    }


PARAMETERS: Schema = {
    "Agency": _header(
        AGENCY_HEADER, "The agency, by the name in its address; with a session alone, never a token"
    ),
    "IdempotencyKey": _header(
        "Idempotency-Key", "Names this attempt, so that it happens once", maxLength=100, pattern="^[!-~]+$"
    ),
    "IfMatch": _header("If-Match", "The ETag of what you read", required=True),
    "IfNoneMatch": _header("If-None-Match", "The ETag that you have"),
}
HEADERS: Schema = {
    "ETag": {"description": "The version that this is", "schema": {"type": "string"}},
    REPLAYED: {
        "description": "`true` where this is the answer of an earlier call",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
}
SECURITY: Schema = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal API token"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "A signed-in browser; over https the cookie is called `__Host-session`",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The session's CSRF token",
    },
}


@get("/openapi.json", name="openapi", include_in_schema=False, opt=OPEN)
async def openapi_json(request: Asked) -> Response[bytes]:
    """The description for programs."""
    return Response(
        document(request.app), media_type="application/json", headers={"Cache-Control": "no-cache"}
    )


@get("/docs", name="docs", include_in_schema=False, opt=OPEN)
async def docs(request: Asked) -> Response[str]:
    """The description for people."""
    return page(request, "web/docs.html", about=ABOUT, sections=sections(described(request.app)))


HANDLERS: list[Any] = [openapi_json, docs]
