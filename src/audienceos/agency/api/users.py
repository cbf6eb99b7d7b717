"""`/v1/users`: list, show, update, remove. Nobody is created here: people come by invitation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch
from litestar.params import FromQuery, JSONBody
from msgspec import UNSET

from audienceos.agency.forms import UserPatch, UserView
from audienceos.agency.rosters import USERS, UserQuery, user_view
from audienceos.agency.team import Profile, change_profile, change_role, deactivate, reactivate, remove
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/users", opt={"query": UserQuery})
async def list_users(request: Asked) -> Page[UserView]:
    """The people of the agency, deactivated ones too, in pages."""
    async with reading(request) as lane:
        asked = filters_from(request, UserQuery)
        return await USERS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)


@get("/v1/users/{user_id:uuid}")
async def show_user(request: Asked, user_id: Id) -> Response[UserView]:
    """One person."""
    async with reading(request) as lane:
        user = await user_view(lane, user_id)
        return shown(request, user, user.version)


@patch("/v1/users/{user_id:uuid}", opt={"people_only": True})
async def update_user(
    request: Asked, db: Transaction, user_id: Id, data: JSONBody[UserPatch]
) -> Response[UserView]:
    """Change names and picture, one's own or as an admin anyone's; as an admin somebody else's role, and whether
    they may enter. An agency keeps at least one active admin.
    """
    await _change(db, user_id, data, expected_version(request))
    user = await user_view(await lane_of(db), user_id)
    return with_etag(user, user.version)


@delete("/v1/users/{user_id:uuid}", opt={"people_only": True})
async def remove_user(db: Transaction, user_id: Id, reassign_to: FromQuery[UUID | None] = None) -> None:
    """Take somebody's seat away. What they are responsible for goes to `reassign_to`; without it, a 409 lists it.
    Only for admins, and never one's own seat.
    """
    await remove(db, user_id, reassign_to=reassign_to)


async def _change(db: Db, user_id: UUID, patch: UserPatch, version: int) -> None:
    """Role and activity first: they lock the agency, and locks are always taken in that order."""
    expected: int | None = version
    if patch.role is not UNSET:
        await change_role(db, user_id, patch.role, expected=expected)
        expected = None
    if patch.is_active is True:
        await reactivate(db, user_id, expected=expected)
        expected = None
    elif patch.is_active is False:
        await deactivate(db, user_id, reassign_to=patch.reassign_to, expected=expected)
        expected = None
    profile = Profile(
        first_name=patch.first_name,
        last_name=patch.last_name,
        nickname=patch.nickname,
        avatar_url=patch.avatar_url,
    )
    await change_profile(db, user_id, profile, expected=expected)


HANDLERS = [list_users, show_user, update_user, remove_user]
