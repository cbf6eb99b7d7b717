"""Handlers of the tests' own, hung into the real application: each shows one manner and nothing else."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromQuery, JSONBody
from msgspec import Meta

from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version, expected_version, shown, with_etag
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, reading

Asked = Request[Any, Any, Any]

gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
"""A handler that was told to wait does so until its gate is set."""
entered: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
"""Set by a handler that is about to wait."""


class Happened(Form):
    """What is to happen, and how it ends."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    size: Annotated[int, Meta(ge=0, le=9)] = 0
    tags: Annotated[list[Annotated[str, Meta(max_length=5)]], Meta(max_length=3)] = []
    custom: dict[str, Any] = {}
    ends: Literal["well", "refused", "crash", "uncommitted"] = "well"
    waits: bool = False


class Said(msgspec.Struct, frozen=True):
    """What happened, with an id that is new each time."""

    id: UUID
    name: str


class Asking(Listed, frozen=True, kw_only=True):
    """A query with every kind of field."""

    not_for_callers: ClassVar[frozenset[str]] = frozenset({"inside"})

    q: str | None = None
    stage: list[str] = []
    owner: list[UUID] = []
    health: Literal["green", "red"] | None = None
    blocked: bool = False
    inside: int = 4


class Thing(msgspec.Struct):
    """A row that people edit."""

    version: int


@post("/v1/probe/happenings")
async def happen(db: Transaction, data: JSONBody[Happened]) -> Response[Said]:
    """Record an event, or fail in one of the ways there are."""
    if data.waits:
        entered[data.name].set()
        await gates[data.name].wait()
    kind = "x" * 60 if data.ends == "uncommitted" else "probe"  # a type too long fails at the commit
    made = await record(db, f"probe.{data.name}", kind, None)
    if data.ends == "refused":
        raise Conflict("Not now.")
    if data.ends == "crash":
        raise RuntimeError("a fault of ours")
    return Response(Said(made, data.name), headers={"ETag": '"1"', "X-Other": "no"})


@post("/v1/probe/{client_id:uuid}/happenings")
async def happen_to(db: Transaction, client_id: Id, data: JSONBody[Happened]) -> Said:
    """The same about something: one route, many rows."""
    return Said(await record(db, f"probe.{data.name}", "probe", client_id), data.name)


@post("/v1/probe/secrets", opt={"secret": True})
async def make_secret(db: Transaction, data: JSONBody[Happened]) -> Said:
    """An answer that may be seen once."""
    return Said(await record(db, f"probe.{data.name}", "probe", None), data.name)


@delete("/v1/probe/credentials", opt={"people_only": True})
async def end_credentials(db: Transaction) -> None:
    """For people alone."""


@get("/v1/probe/list", opt={"query": Asking})
async def ask(request: Asked) -> Page[Asking]:
    """Give back what was asked."""
    return Page([filters_from(request, Asking)])


@get("/v1/probe/signature")
async def by_signature(q: FromQuery[str], size: FromQuery[int] = 1) -> dict[str, Any]:
    """Parameters declared the other way."""
    return {"q": q, "size": size}


@get("/v1/probe/version")
async def show(request: Asked) -> Response[Thing]:
    """The third version of something."""
    return shown(request, Thing(3), 3)


@patch("/v1/probe/version")
async def edit(request: Asked, data: JSONBody[Happened]) -> Response[Thing]:
    """An edit of that."""
    check_version(Thing(3), expected_version(request))
    return with_etag(Thing(4), 4)


@get("/v1/probe/broken", opt={"query": "any"})
async def broken(request: Asked) -> None:
    """Ask the database for a number that it can't hold, or fall over."""
    async with reading(request) as lane:
        if "number" in request.query_params:
            await lane.raw.fetchval("select $1::int4", int(request.query_params["number"]))
        if "text" in request.query_params:
            await lane.raw.fetchval("select $1::text", request.query_params["text"] + "\x00")
    raise RuntimeError("ada@example.com did it")


@post("/_probe/form", include_in_schema=False)
async def fill_in(request: Asked) -> dict[str, Any]:
    """What a page's form says."""
    return msgspec.structs.asdict(await from_form(request, Happened))


HANDLERS: list[Any] = [
    fill_in,
    happen,
    happen_to,
    make_secret,
    end_credentials,
    ask,
    by_signature,
    show,
    edit,
    broken,
]
