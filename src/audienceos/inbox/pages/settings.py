"""The inbox's settings: how long clients may wait, and what is kept of the messages of each source. Only for admins."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.queries import shell
from audienceos.inbox.actions.keeping import change_source, empty_source, tonight
from audienceos.inbox.actions.limiting import change_limits
from audienceos.inbox.forms import EmptyingIn, InboxLimitsPatch, SourcePatch
from audienceos.inbox.queries.sources import sources_page
from audienceos.inbox.queries.waited import limits_of
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.edits import Draft, Refusal, draft, refusal_of, settled
from audienceos.platform.web.forms import Form, from_values, typed
from audienceos.platform.web.paging import LONGEST_PAGE, From, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, actor_of, reading
from audienceos.platform.web.sent import Sent, taken
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]
PAGE = "settings-inbox"
LIMITS = {"watch_hours": "Worth watching after", "risk_hours": "A risk after"}
KINDS = {
    "mailbox": ("Mailbox", "mail"),
    "workspace": ("Slack workspace", "hash"),
    "mbox": ("Archive of a mailbox", "mail"),
    "slack_export": ("Archive of a workspace", "hash"),
}
"""What a source is, and its glyph."""


class SourcesAsked(Listed, frozen=True, kw_only=True):
    """Which page of sources."""

    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = LONGEST_PAGE
    cursor: From | None = None


class SourceForm(Form):
    """What is kept of a source, as its form says it: no days keep its messages for good."""

    version: int
    is_indexed: bool = False
    keep_days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    sure: bool = False


@get("/{slug:str}/settings/inbox", name=PAGE, include_in_schema=False, opt={"query": SourcesAsked})
async def show_inbox_settings(request: Asked) -> Response[str]:
    """The limits and the sources as they are now."""
    return await _page(request)


@post("/{slug:str}/settings/inbox", name="inbox-limits", include_in_schema=False)
async def update_limits(request: Asked) -> Response[Any]:
    """Save the limits; wrong ones come back beside what was typed, and so does a collision."""
    await actor_of(request)  # what was wrong with a form is told to whoever may send it
    given = await typed(request)

    async def save(version: int) -> None:
        kept = {name: text for name, text in settled(given).items() if name in LIMITS}
        async with acting(request) as db:
            await change_limits(db, from_values(InboxLimitsPatch, kept, strict=False), version)

    if refusal := await refusal_of(given, save):
        return await _page(request, refusal=refusal)
    return told(request, _back(request), Toast("Clients’ waiting is judged by these limits from now on"))


@post("/{slug:str}/settings/inbox/sources/{source_id:uuid}", name="inbox-source", include_in_schema=False)
async def update_source(request: Asked, source_id: Id) -> Response[Any]:
    """Save what is kept of a source; where messages would be deleted, it is asked first."""

    async def act(db: Db, data: SourceForm) -> Toast:
        patch = SourcePatch(is_indexed=data.is_indexed, keep_days=data.keep_days, sure=data.sure)
        source = await change_source(db, source_id, patch, data.version)
        return Toast(f"Saved what is kept of {source.name}")

    return await _take(request, f"source-{source_id}", SourceForm, act)


@post(
    "/{slug:str}/settings/inbox/sources/{source_id:uuid}/emptying",
    name="inbox-source-emptying",
    include_in_schema=False,
)
async def create_emptying(request: Asked, source_id: Id) -> Response[Any]:
    """Have all its messages deleted, by who typed its name."""

    async def act(db: Db, data: EmptyingIn) -> Toast:
        source = await empty_source(db, source_id, data)
        return Toast(f"The messages of {source.name} are being deleted")

    return await _take(request, f"emptying-{source_id}", EmptyingIn, act)


async def _take(request: Asked, form: str, shape: Any, act: Any) -> Response[Any]:
    return await taken(request, form, shape, act, lambda sent: _page(request, sent), _back(request))


async def _page(request: Asked, sent: Sent | None = None, refusal: Refusal | None = None) -> Response[str]:
    sent = sent or Sent()
    async with reading(request) as lane:
        asked = SourcesAsked() if sent.form or refusal else filters_from(request, SourcesAsked)
        sources = await sources_page(lane, asked)
        form = await _limits(lane, refusal)
        context = {
            "form": form,
            "limits": LIMITS,
            "sources": sources.items,
            "next_cursor": sources.next_cursor,
            "kinds": KINDS,
            "tonight": tonight(clock.now()),
            "sent": sent,
            "here": PAGE,
            "done": "",
            **await shell(lane, "settings"),
        }
    status = sent.status if sent.form else form.status
    return page(request, "inbox/settings.html", status=status, **context)


async def _limits(lane: Lane, refusal: Refusal | None) -> Draft:
    limits = await limits_of(lane)
    return draft({name: str(getattr(limits, name)) for name in LIMITS}, limits.version, refusal)


def _back(request: Asked) -> Response[Any]:
    to = request.app.route_reverse(PAGE, slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to})


HANDLERS = [show_inbox_settings, update_limits, update_source, create_emptying]
