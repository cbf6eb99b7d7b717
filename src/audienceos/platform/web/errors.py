"""The only place where an error becomes HTTP: problem+json for programs, a page or a fragment for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions import ValidationException as LitestarInvalid
from litestar.utils.scope.state import ScopeState
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from audienceos.platform import errors
from audienceos.platform.auth.csrf import SAFE_METHODS
from audienceos.platform.auth.visiting import Moved
from audienceos.platform.errors import AppError, FieldFault, Invalid
from audienceos.platform.events.recording import request_id
from audienceos.platform.web.forms import UNSTORABLE, from_json, said
from audienceos.platform.web.idempotency import Replayed, on_replayed
from audienceos.platform.web.parameters import BadQuery
from audienceos.platform.web.templating import draw, wants_fragment

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5

Asked = Request[Any, Any, Any]
log = structlog.get_logger()

BY_STATUS: dict[int, type[AppError]] = {
    400: errors.BadRequest,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    405: errors.NoSuchMethod,
    413: errors.TooLarge,
    415: errors.WrongMedia,
}
MACHINES = frozenset({"v1", "health", "openapi.json", "webhooks"})
"""First parts of the addresses that programs ask."""

# SQLSTATEs. What was sent can't be kept, though nothing before the database saw that:
UNFIT = {"22001", "22003", "22008", "22021", "22P05"}
# somebody else did it first, or is doing it now:
TAKEN, GONE_MEANWHILE, CROSSED = "23505", "23503", {"40001", "40P01", "55P03"}
AWAY = {"57P01", "57P02", "57P03", "57014", "08000", "08001", "08003", "08006", "53300"}
# and what says that a connection is no longer one. The driver's internal error is a race with a dying server.
GONE = (OSError, PoolTimeout, InterfaceError, asyncpg.InterfaceError, asyncpg.InternalClientError)

MISSING = re.compile(r"Missing required (?P<kind>\w+) parameter '(?P<name>[^']*)'")


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """An error's body (RFC 9457). `code` is stable for machines; `errors` holds one message a field."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    request_id: str = ""
    detail: str = ""
    errors: list[FieldFault] = []
    extra: dict[str, Any] = {}


def is_api(request: Asked) -> bool:
    """Whether a program asks. The whole first part counts: an agency may be called `v1a` or `healthy`."""
    return request.scope["path"].split("/", 2)[1] in MACHINES


def on_app_error(request: Asked, problem: AppError) -> Response[Any]:
    """What this product raised on purpose."""
    if is_api(request):
        return _as_json(problem)
    if isinstance(problem, errors.Unauthenticated):
        return _to_sign_in(request)
    return as_page(request, problem)


def on_moved(request: Asked, moved: Moved) -> Response[Any]:
    """The agency has a new address: go there, keeping the rest of the path."""
    path = request.url.path.replace(f"/{moved.old}", f"/{moved.new}", 1)
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(None, status_code=308, headers={"Location": path + query})


def on_http(request: Asked, problem: HTTPException) -> Response[Any]:
    """What the framework raised: an unknown route, a body that can't be decoded."""
    if problem.status_code >= 500:
        return on_anything(request, problem)
    answer = on_app_error(request, _ours(request, problem))
    if problem.status_code == 405 and problem.headers:
        answer.headers["Allow"] = problem.headers["allow"]
    return answer


def on_database(request: Asked, problem: Exception) -> Response[Any]:
    """The database is away, or it refused what nothing before it had refused."""
    state = _sqlstate(problem)
    known = _judged(problem, state)
    if isinstance(known, Invalid) and request.method in SAFE_METHODS:
        known = errors.BadRequest(known.faults[0].message)
    if known is None:
        return on_anything(request, problem)
    log.warning("the database refused", exc_info=problem, sqlstate=state, told=known.code)
    return on_app_error(request, known)


def _judged(problem: Exception, state: str) -> AppError | None:
    # The driver refuses what it can't encode by itself; of its reasons, these two can only come from the caller.
    if state in UNFIT or any(isinstance(cause, (OverflowError, UnicodeError)) for cause in _causes(problem)):
        return Invalid.at(
            "", UNSTORABLE if state in ("22021", "22P05") else "Too long or too large to be kept"
        )
    if state == TAKEN:
        return errors.Conflict(
            "Someone did the same a moment ago. Look again before you repeat it.", code="taken"
        )
    if state == GONE_MEANWHILE:
        return errors.Conflict("What this refers to is gone.", code="gone_meanwhile")
    if state in CROSSED:
        return errors.Conflict("Someone changed this at the same moment. Try again.", code="crossed")
    if state in AWAY or any(isinstance(cause, GONE) for cause in _causes(problem)):
        return errors.Unavailable("The database is away for a moment; nothing was lost.")
    return None


def on_anything(request: Asked, problem: Exception) -> Response[Any]:
    """A fault of ours: logged with its trace, told without it."""
    route = cast("dict[str, Any]", request.scope).get("path_template")
    log.error("request failed", exc_info=problem, route=route)
    return on_app_error(request, AppError("Nothing was half done, and the rest works. Try this again."))


def as_page(request: Asked, problem: AppError) -> Response[str]:
    """The error in the page's own dress, or as a fragment where htmx asked."""
    template = "web/_problem.html" if wants_fragment(request) else "web/problem.html"
    html = draw(request, template, problem=problem, request_id=request_id.get() or "")
    return Response(html, status_code=problem.status, media_type="text/html", headers=_headers(problem))


def _as_json(problem: AppError) -> Response[Problem]:
    body = Problem(
        title=problem.title,
        status=problem.status,
        code=problem.code,
        request_id=request_id.get() or "",
        detail=problem.detail,
        errors=problem.faults,
        extra=dict(problem.extra),
    )
    return Response(body, status_code=problem.status, media_type=PROBLEM, headers=_headers(problem))


def _headers(problem: AppError) -> dict[str, str]:
    if isinstance(problem, errors.TooMany):
        return {"Retry-After": str(problem.retry_after)}
    if isinstance(problem, errors.Unavailable):
        return {"Retry-After": str(RETRY_SECONDS)}
    if isinstance(problem, errors.Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="AudienceOS"'}
    return {}


def _to_sign_in(request: Asked) -> Response[Any]:
    """Sign in, then come back here; a fragment's page goes there whole."""
    to = request.app.route_reverse("sign-in")
    if wants_fragment(request):
        return Response(None, status_code=200, headers={"HX-Redirect": to})
    if request.method in SAFE_METHODS:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        to += f"?{urlencode({'next': back})}"
    return Response(None, status_code=303, headers={"Location": to})


def _ours(request: Asked, problem: HTTPException) -> AppError:
    if isinstance(problem, LitestarInvalid):
        return _refused_input(request, problem)
    if problem.status_code == 404:
        return errors.NotFound("address" if is_api(request) else "page")
    kind = BY_STATUS.get(problem.status_code, errors.BadRequest)
    return kind(problem.detail if problem.status_code == 400 else "")


def _refused_input(request: Asked, problem: LitestarInvalid) -> AppError:
    """The framework stops at the first wrong field: judge the body again, field by field."""
    body = ScopeState.from_scope(request.scope).body
    hint = request.route_handler.parsed_data_field
    if hint is not None and isinstance(body, bytes) and hint.is_subclass_of(msgspec.Struct):
        try:
            from_json(cast("type[msgspec.Struct]", hint.annotation), body)
        except AppError as judged:
            return judged
    wrong = cast("list[dict[str, Any]]", problem.extra or [])
    if any(fault.get("source") == "path" for fault in wrong):
        return errors.NotFound("address" if is_api(request) else "page")
    faults = [FieldFault(str(fault.get("key", "")), said(str(fault.get("message", "")))) for fault in wrong]
    missing = MISSING.match(problem.detail)
    if missing:
        faults.append(FieldFault(missing["name"], "This is needed"))
    return BadQuery(faults) if faults else errors.BadRequest(problem.detail)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """The driver's own errors within what SQLAlchemy made of them, and Litestar of a transaction that failed to end."""
    while problem is not None:
        yield problem
        for one in cast("tuple[BaseException, ...]", getattr(problem, "exceptions", ())):
            yield from _causes(one)
        problem = problem.__cause__ or cast("BaseException | None", getattr(problem, "orig", None))


def _sqlstate(problem: BaseException) -> str:
    return next((str(state) for cause in _causes(problem) if (state := getattr(cause, "sqlstate", None))), "")


HANDLERS: dict[int | type[Exception], Any] = {
    AppError: on_app_error,
    Moved: on_moved,
    Replayed: on_replayed,
    HTTPException: on_http,
    asyncpg.PostgresError: on_database,
    asyncpg.InterfaceError: on_database,
    asyncpg.InternalClientError: on_database,
    AsyncAdapt_asyncpg_dbapi.Error: on_database,  # a pool that was asked for a connection by itself
    DBAPIError: on_database,
    OperationalError: on_database,
    PoolTimeout: on_database,
    OSError: on_database,
    ExceptionGroup: on_database,
    Exception: on_anything,
}
