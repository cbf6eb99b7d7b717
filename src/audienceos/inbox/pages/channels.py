"""A client's channels: those that are theirs, and the workspace's, to be looked through for another."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.queries import shell
from audienceos.clients.queries.one import client_view
from audienceos.inbox.actions.channels import label_channel, link_channel, unlink_channel
from audienceos.inbox.forms import ChannelIn
from audienceos.inbox.pages.listing import Asked
from audienceos.inbox.ports import Room, workspace_there
from audienceos.inbox.queries.channels import CHANNELS, rooms_shown
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid, Unavailable
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, database_of, reading
from audienceos.platform.web.sent import Nothing, Sent, refused, taken
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast

PAGE = "client-channels"
ALL = Listed(limit=100)


class Shown(msgspec.Struct, frozen=True):
    """What is looked for in the workspace."""

    q: Annotated[str, Meta(max_length=100)] | None = None


class LabelForm(Form):
    """What a channel is for; empty for nothing."""

    label: Annotated[str, Meta(max_length=50)] | None = None


@get(
    "/{slug:str}/clients/{client_id:uuid}/channels",
    name=PAGE,
    include_in_schema=False,
    opt={"query": Shown},
)
async def show_channels(request: Asked, client_id: Id) -> Response[str]:
    """The client's channels, and those of the workspace that are looked for."""
    return await _page(request, client_id, filters_from(request, Shown).q or "")


@post("/{slug:str}/clients/{client_id:uuid}/channels", name="client-channel-linking", include_in_schema=False)
async def link(request: Asked, client_id: Id) -> Response[Any]:
    """Say that a channel is the client's. That our app can't be in it is told, and hinders nobody."""
    try:
        form = await from_form(request, ChannelIn)
        async with acting(request) as db:
            await link_channel(db, client_id, form)
            agency_id = db.actor.agency_id
    except (Invalid, Conflict) as wrong:
        return await _page(request, client_id, "", await refused(request, "link", wrong))
    warning = await workspace_there().enter(database_of(request), agency_id, form.place)
    words = f"#{form.name} is linked. {warning}" if warning else f"#{form.name} is linked, and being read"
    return told(request, _back(request, client_id), Toast(words))


@post(
    "/{slug:str}/clients/{client_id:uuid}/channels/{channel_id:uuid}/label",
    name="client-channel-label",
    include_in_schema=False,
)
async def label(request: Asked, client_id: Id, channel_id: Id) -> Response[Any]:
    """Say what a channel is for."""

    async def act(db: Db, data: LabelForm) -> Toast:
        await label_channel(db, client_id, channel_id, data.label)
        return Toast("Saved what it is for")

    async def again(sent: Sent) -> Response[Any]:
        return await _page(request, client_id, "", sent)

    return await taken(request, f"label-{channel_id}", LabelForm, act, again, _back(request, client_id))


@post(
    "/{slug:str}/clients/{client_id:uuid}/channels/{channel_id:uuid}/removal",
    name="client-channel-removal",
    include_in_schema=False,
)
async def unlink(request: Asked, client_id: Id, channel_id: Id) -> Response[Any]:
    """Let a channel be nobody's."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await unlink_channel(db, client_id, channel_id)
    return told(request, _back(request, client_id), Toast("It is no longer linked; what was said stays here"))


async def _page(
    request: Asked,
    client_id: UUID,
    q: str,
    sent: Sent = Sent(),  # noqa: B008  frozen
) -> Response[str]:
    async with reading(request) as lane:
        await client_view(lane, client_id)
        agency_id = lane.actor.agency_id
    rooms, away = await _rooms(request, agency_id)
    async with reading(request) as lane:
        context: dict[str, Any] = {
            "client": await client_view(lane, client_id),
            "channels": (await CHANNELS.page(lane, ALL, sort="name", binds={"client_id": client_id})).items,
            "rooms": await rooms_shown(lane, rooms, q),
            "away": away,
            "q": q,
            "sent": sent,
            **await shell(lane, "clients"),
        }
    return page(request, "inbox/channels.html", status=sent.status, **context)


async def _rooms(request: Request[Any, Any, Any], agency_id: UUID) -> tuple[list[Room], str]:
    """The workspace's channels, or why there are none to choose from: a code."""
    try:
        return await workspace_there().rooms(database_of(request), agency_id), ""
    except (Conflict, Unavailable) as problem:
        return [], problem.code


def _back(request: Asked, client_id: UUID) -> Response[Any]:
    slug = request.path_params["slug"]
    to = request.app.route_reverse(PAGE, slug=slug, client_id=client_id)
    return Response(None, status_code=303, headers={"Location": to})


HANDLERS = [show_channels, link, label, unlink]
