"""Logs: one JSON line an event, with request id and agency id, and never a word about a person.

What could name somebody stays out by three means: keys that hold such things are blotted out, e-mail addresses
and tokens are blotted out wherever they stand, and an exception is told by its type and its place, not by its
message (a database's message repeats the row).
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, BinaryIO, cast
from uuid import UUID

import msgspec
import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from audienceos.platform.actor import Actor
from audienceos.platform.events.recording import request_id

BLOT = "•••"
PERSONAL = frozenset(
    {
        "email",
        "to_email",
        "emails",
        "first_name",
        "last_name",
        "full_name",
        "password",
        "token",
        "cookie",
        "authorization",
        "body",
        "content",
        "data",
        "query",
        "query_string",
        "params",
        "subject",
        "ip",
        "remote_address",
        "user_agent",
        "slug",
    }
)
# An address, one of our tokens, or any long run of letters and digits such as a session's secret.
TELLING = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+|aos_\w+|\b[A-Za-z0-9]{40,}\b")
OURS = (AttributeError, ImportError, NameError, TypeError, NotImplementedError, RecursionError)
"""Errors whose message speaks of the program, so it may be told."""
FRAMES = 12
QUIET = ("uvicorn", "sqlalchemy", "asyncio", "pgqueuer", "httpx", "httpcore", "multipart", "alembic")
UNMATCHED = "(no route)"
HEALTH = "/health/"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_lines: list[BinaryIO] = []
"""Where the access lines go: nowhere until `configure_logs` says."""


def configure_logs(to: BinaryIO | None = None, *, level: int = logging.INFO) -> None:
    """Set up this process's logs, those of libraries too. `to` is the standard error unless given.

    uvicorn must be started with `log_config=None` and `access_log=False`: our own line a request replaces it.
    """
    stream = to or sys.stderr.buffer
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _with_request,
        _with_fault,
        discreet,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_encoded)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    _lines[:] = [stream]
    root = logging.getLogger()
    root.handlers = [_Handler(stream, shared)]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True


def acting_as(actor: Actor) -> None:
    """From here on, this task's lines carry the agency."""
    bind_contextvars(agency_id=str(actor.agency_id))


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="request"):
    """One request."""

    level: str
    at: datetime
    method: str
    route: str
    status: int | None
    """None when the caller left, or we fell over, before there was an answer."""
    ms: float
    """Until the answer began."""
    request_id: str | None
    agency_id: UUID | None = None


class AccessLog:
    """One line a request, when its answer begins: the route's template and never the address itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        clear_contextvars()
        begun = time.perf_counter()
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                _tell(cast("dict[str, Any]", scope), message["status"], begun)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            if not answered:
                _tell(cast("dict[str, Any]", scope), None, begun)


def _tell(scope: dict[str, Any], status: int | None, begun: float) -> None:
    """Written past structlog, which would take longer than all other manners: nothing here can name anybody."""
    route = scope.get("path_template", UNMATCHED)
    if not _lines or (status == 200 and route.startswith(HEALTH)):
        return
    actor = cast("Actor | None", scope.get("user"))
    method = scope["method"]
    line = Line(
        level="error" if status is None or status >= 500 else "info",
        at=datetime.now(UTC),
        method=method if method in METHODS else "other",
        route=route,
        status=status,
        ms=round((time.perf_counter() - begun) * 1000, 1),
        request_id=request_id.get(),
        agency_id=actor.agency_id if actor else None,
    )
    _lines[0].write(msgspec.json.encode(line) + b"\n")
    _lines[0].flush()


def discreet(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Blot out what could name a person or open a door."""
    return {key: BLOT if key in PERSONAL else _blotted(value) for key, value in event.items()}


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return TELLING.sub(BLOT, value)
    if isinstance(value, dict):
        return discreet(None, "", cast("dict[str, Any]", value))
    if isinstance(value, list | tuple):
        return [_blotted(part) for part in cast("list[Any]", value)]
    return value


def _with_request(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    known = request_id.get()
    if known is not None:
        event.setdefault("request_id", known)
    return event


def _with_fault(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    problem: Any = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()
    if isinstance(problem, tuple):
        problem = cast("tuple[Any, ...]", problem)[1]
    if isinstance(problem, BaseException):
        event["fault"] = [_told(one) for one in _causes(problem)]
    return event


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it, at most a handful."""
    told: BaseException | None = problem
    for _ in range(5):
        if told is None:
            return
        yield told
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)


def _told(problem: BaseException) -> dict[str, Any]:
    kind = type(problem)
    told: dict[str, Any] = {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        "at": _places(problem.__traceback__),
    }
    for detail in ("sqlstate", "constraint_name", "table_name", "code"):
        text = getattr(problem, detail, None)
        if isinstance(text, str):
            told[detail] = text
    if isinstance(problem, OURS):
        told["message"] = str(problem)
    return told


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    for root in ("/site-packages/", "/src/"):
        if root in path:
            return path.rpartition(root)[2]
    return path


def _encoded(event: EventDict, **options: Any) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


class _Handler(logging.Handler):
    """What libraries log, in the same shape."""

    def __init__(self, stream: BinaryIO, shared: list[Processor]) -> None:
        super().__init__()
        self._to = stream
        self._shared = shared

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        event: EventDict = {"event": record.getMessage(), "logger": record.name, "exc_info": record.exc_info}
        for process in self._shared:
            event = cast("EventDict", process(None, record.levelname.lower(), event))
        self._to.write(_encoded(event) + b"\n")
        self._to.flush()
