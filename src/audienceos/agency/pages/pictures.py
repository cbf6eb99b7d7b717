"""Pictures by pages: where an <img> finds them, and the forms on one's own page and the agency's."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from audienceos.agency.pages.account import account_page
from audienceos.agency.pages.returning import SIGNED_IN, Returned, go
from audienceos.agency.pages.settings import settings_page
from audienceos.agency.pictures import require_logo
from audienceos.agency.profile import change_logo
from audienceos.agency.queries import agency_view
from audienceos.agency.rosters import user_view
from audienceos.agency.showing import TAKES_PICTURE, received, sent
from audienceos.agency.team import change_picture
from audienceos.platform.errors import AppError, BadRequest, Invalid, TooLarge, TooMany
from audienceos.platform.streaming import UNPACKED
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import Id, acting, actor_of, reading

Asked = Request[Any, Any, Any]
WRONG = (Invalid, TooLarge, BadRequest, TooMany)


class Nothing(Form):
    """A form of one button."""


@get("/{slug:str}/team/{user_id:uuid}/avatar", name="avatar", include_in_schema=False, opt=UNPACKED)
async def show_avatar(request: Asked, user_id: Id, v: FromQuery[str] = "") -> Response[bytes]:
    """Somebody's picture; `v` is its digest, and then it may be kept."""
    async with reading(request) as lane:
        actor, user = lane.actor, await user_view(lane, user_id)
    return await sent(request, actor, user.avatar_url, v)


@get("/{slug:str}/settings/logo", name="logo", include_in_schema=False, opt=UNPACKED)
async def show_logo(request: Asked, v: FromQuery[str] = "") -> Response[bytes]:
    """The agency's logo; `v` is its digest, and then it may be kept."""
    async with reading(request) as lane:
        actor, agency = lane.actor, await agency_view(lane)
    return await sent(request, actor, agency.logo_url, v)


@post(
    "/{slug:str}/account/avatar",
    name="account-avatar",
    include_in_schema=False,
    opt={**TAKES_PICTURE, **SIGNED_IN},
    request_max_body_size=None,
    status_code=200,
)
async def save_avatar(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Show another picture of oneself."""
    actor = await actor_of(request)
    try:
        async with received(request, actor, "square") as address, acting(request) as db:
            await change_picture(db, actor.person, address)
    except WRONG as problem:
        return await account_page(request, _told(problem))
    return go(request, "account", slug=slug, done="picture")


@post(
    "/{slug:str}/account/avatar/removal",
    name="account-avatar-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def remove_avatar(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Show one's initials again."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await change_picture(db, db.actor.person, None)
    return go(request, "account", slug=slug, done="no-picture")


@post(
    "/{slug:str}/settings/logo",
    name="settings-logo",
    include_in_schema=False,
    opt=TAKES_PICTURE,
    request_max_body_size=None,
    status_code=200,
)
async def save_logo(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Show another logo."""
    actor = await actor_of(request)
    require_logo(actor)
    try:
        async with received(request, actor, "within") as address, acting(request) as db:
            await change_logo(db, address)
    except WRONG as problem:
        return await settings_page(request, _told(problem))
    return go(request, "settings", slug=slug, done="logo")


@post("/{slug:str}/settings/logo/removal", name="settings-logo-removal", include_in_schema=False)
async def remove_logo(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Show none."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await change_logo(db, None)
    return go(request, "settings", slug=slug, done="no-logo")


def _told(problem: AppError) -> Returned:
    """What is wrong, for the form of the picture: its file is not given back, browsers keep none."""
    words = " ".join(fault.message for fault in problem.faults) or problem.detail
    return Returned(form="picture", faults={"file": words}, status=problem.status)


HANDLERS = [show_avatar, show_logo, save_avatar, remove_avatar, save_logo, remove_logo]
