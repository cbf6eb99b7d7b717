"""`/v1/inbox-sources` and `/v1/inbox-limits`: what is kept of messages, and how long clients may wait. For admins."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import JSONBody
from msgspec import Meta

from audienceos.inbox.actions.keeping import change_source, empty_source
from audienceos.inbox.actions.limiting import change_limits
from audienceos.inbox.forms import EmptyingIn, InboxLimitsPatch, SourcePatch
from audienceos.inbox.queries.sources import Outdated, SourceView, outdated_of, source_view, sources_page
from audienceos.inbox.queries.waited import Limits, limits_of
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days messages would be kept."""

    keep_days: Annotated[int, Meta(ge=1, le=36500)] = 365


@get("/v1/inbox-sources", opt={"query": Listed})
async def list_sources(request: Asked) -> Page[SourceView]:
    """Mailboxes, workspaces and archives that messages came from, by name."""
    async with reading(request) as lane:
        return await sources_page(lane, filters_from(request, Listed))


@get("/v1/inbox-sources/{source_id:uuid}")
async def show_source(request: Asked, source_id: Id) -> Response[SourceView]:
    """One of them, with how many messages there are and since when."""
    async with reading(request) as lane:
        return _shown(await source_view(lane, source_id))


@get("/v1/inbox-sources/{source_id:uuid}/outdated", opt={"query": Keeping})
async def show_outdated(request: Asked, source_id: Id) -> Outdated:
    """How many of its messages would be deleted, and when, if it kept so many days."""
    async with reading(request) as lane:
        return await outdated_of(lane, source_id, filters_from(request, Keeping).keep_days)


@patch("/v1/inbox-sources/{source_id:uuid}")
async def update_source(
    request: Asked, db: Transaction, source_id: Id, data: JSONBody[SourcePatch]
) -> Response[SourceView]:
    """Say whether its messages are found by a search, and for how many days they are kept."""
    await change_source(db, source_id, data, expected_version(request))
    return _shown(await source_view(await lane_of(db), source_id))


@post("/v1/inbox-sources/{source_id:uuid}/emptying", status_code=202)
async def create_emptying(db: Transaction, source_id: Id, data: JSONBody[EmptyingIn]) -> Response[SourceView]:
    """Have all its messages deleted, for good; its name is the confirmation. What was written before doesn't come in again."""
    source = await empty_source(db, source_id, data)
    return with_etag(await source_view(await lane_of(db), source_id), source.version, status=202)


@get("/v1/inbox-limits")
async def show_inbox_limits(request: Asked) -> Response[Limits]:
    """Business hours that a client may wait for a reply: before it is worth watching, and before it is a risk."""
    async with reading(request) as lane:
        return _limited(await limits_of(lane))


@patch("/v1/inbox-limits")
async def update_inbox_limits(
    request: Asked, db: Transaction, data: JSONBody[InboxLimitsPatch]
) -> Response[Limits]:
    """Change them; absent leaves. What waits is judged by them within a minute. Only for admins."""
    await change_limits(db, data, expected_version(request))
    return _limited(await limits_of(await lane_of(db)))


def _shown(source: SourceView) -> Response[SourceView]:
    return with_etag(source, source.version)


def _limited(limits: Limits) -> Response[Limits]:
    return with_etag(limits, limits.version)


HANDLERS = [
    list_sources,
    show_source,
    show_outdated,
    update_source,
    create_emptying,
    show_inbox_limits,
    update_inbox_limits,
]
