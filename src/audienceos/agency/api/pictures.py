"""`/v1/users/{user_id}/avatar` and `/v1/agency/logo`: show, update, remove. The file is the body, and the answer."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, put

from audienceos.agency.forms import PictureView
from audienceos.agency.pictures import require_face_of, require_logo
from audienceos.agency.profile import change_logo
from audienceos.agency.queries import agency_view
from audienceos.agency.rosters import user_view
from audienceos.agency.showing import TAKES_PICTURE, received, sent
from audienceos.agency.team import change_picture
from audienceos.platform.storage.images import MEDIA_TYPE
from audienceos.platform.streaming import UNPACKED
from audienceos.platform.web.requests import Id, Transaction, acting, actor_of, reading

Asked = Request[Any, Any, Any]
PEOPLE: dict[str, Any] = {"people_only": True}


@get("/v1/users/{user_id:uuid}/avatar", media_type=MEDIA_TYPE, opt=UNPACKED)
async def show_avatar(request: Asked, user_id: Id) -> Response[bytes]:
    """Somebody's picture, as it was drawn anew: WebP, 256 pixels square."""
    async with reading(request) as lane:
        actor, user = lane.actor, await user_view(lane, user_id)
    return await sent(request, actor, user.avatar_url)


@put("/v1/users/{user_id:uuid}/avatar", opt={**TAKES_PICTURE, **PEOPLE}, request_max_body_size=None)
async def update_avatar(request: Asked, user_id: Id) -> PictureView:
    """Show another picture of somebody: one's own, or as an admin anyone's. What it is, its bytes say."""
    actor = await actor_of(request)
    require_face_of(actor, user_id)
    async with received(request, actor, "square") as address, acting(request) as db:
        await change_picture(db, user_id, address)
    return PictureView(address)


@delete("/v1/users/{user_id:uuid}/avatar", opt=PEOPLE)
async def remove_avatar(db: Transaction, user_id: Id) -> None:
    """Show initials again. Where there was no picture it is no error."""
    await change_picture(db, user_id, None)


@get("/v1/agency/logo", media_type=MEDIA_TYPE, opt=UNPACKED)
async def show_logo(request: Asked) -> Response[bytes]:
    """The agency's logo, as it was drawn anew: WebP, at most 256 pixels a side."""
    async with reading(request) as lane:
        actor, agency = lane.actor, await agency_view(lane)
    return await sent(request, actor, agency.logo_url)


@put("/v1/agency/logo", opt=TAKES_PICTURE, request_max_body_size=None)
async def update_logo(request: Asked) -> PictureView:
    """Show another logo. Only for admins. What it is, its bytes say."""
    actor = await actor_of(request)
    require_logo(actor)
    async with received(request, actor, "within") as address, acting(request) as db:
        await change_logo(db, address)
    return PictureView(address)


@delete("/v1/agency/logo")
async def remove_logo(db: Transaction) -> None:
    """Show none. Only for admins. Where there was none it is no error."""
    await change_logo(db, None)


HANDLERS = [show_avatar, update_avatar, remove_avatar, show_logo, update_logo, remove_logo]
