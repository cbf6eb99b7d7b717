"""One person of the team: their names, their role, whether they may enter, and their leaving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from audienceos.agency.pages.returning import NOTHING, SIGNED_IN, Returned, form_page, go, posted
from audienceos.agency.ports import Held
from audienceos.agency.queries import PEOPLE, shell
from audienceos.agency.rosters import user_view
from audienceos.agency.team import (
    Profile,
    change_profile,
    change_role,
    deactivate,
    holdings,
    reactivate,
    remove,
)
from audienceos.platform.actor import Role
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.forms import Form
from audienceos.platform.web.requests import Id, acting, reading

Asked = Request[Any, Any, Any]
DONE = {"saved": "Saved.", "shut": "They can't enter any more.", "open": "They can enter again."}


class NamesForm(Form):
    """What somebody is called. An empty nickname is none."""

    version: int
    first_name: str = ""
    last_name: str = ""
    nickname: str | None = None


class RoleForm(Form):
    """What they are."""

    version: int
    role: Role


class ActivityForm(Form):
    """Whether they may enter; who takes over, if anybody."""

    version: int
    reassign_to: UUID | None = None


@get("/{slug:str}/team/{user_id:uuid}", name="member", include_in_schema=False)
async def show_member(request: Asked, user_id: Id, done: FromQuery[str] = "") -> Response[str]:
    """The person; for admins the forms."""
    return await _member(request, user_id, done=DONE.get(done, ""))


@post(
    "/{slug:str}/team/{user_id:uuid}",
    name="member-update",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_names(request: Asked, slug: FromPath[str], user_id: Id) -> Response[Any]:
    """Correct their names."""

    async def act(db: Db, form: NamesForm) -> None:
        await change_profile(db, user_id, names_of(form), expected=form.version)

    back = await posted(request, NamesForm, act, "names")
    return await _after(request, slug, user_id, back, "saved")


@post(
    "/{slug:str}/team/{user_id:uuid}/role",
    name="member-role",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_role(request: Asked, slug: FromPath[str], user_id: Id) -> Response[Any]:
    """Make them an admin, or a user again."""

    async def act(db: Db, form: RoleForm) -> None:
        await change_role(db, user_id, form.role, expected=form.version)

    back = await posted(request, RoleForm, act, "role")
    return await _after(request, slug, user_id, back, "saved")


@post(
    "/{slug:str}/team/{user_id:uuid}/deactivation",
    name="member-deactivation",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def shut_out(request: Asked, slug: FromPath[str], user_id: Id) -> Response[Any]:
    """Shut the agency to them; all they hold stays theirs unless somebody takes over."""

    async def act(db: Db, form: ActivityForm) -> None:
        await deactivate(db, user_id, reassign_to=form.reassign_to, expected=form.version)

    back = await posted(request, ActivityForm, act, "activity")
    return await _after(request, slug, user_id, back, "shut")


@post(
    "/{slug:str}/team/{user_id:uuid}/deactivation/removal",
    name="member-reactivation",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def let_in(request: Asked, slug: FromPath[str], user_id: Id) -> Response[Any]:
    """Let them in again."""

    async def act(db: Db, form: ActivityForm) -> None:
        await reactivate(db, user_id, expected=form.version)

    back = await posted(request, ActivityForm, act, "activity")
    return await _after(request, slug, user_id, back, "open")


@post(
    "/{slug:str}/team/{user_id:uuid}/removal",
    name="member-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def take_seat(request: Asked, slug: FromPath[str], user_id: Id) -> Response[Any]:
    """Take their seat away; what they are responsible for must be taken over first."""

    async def act(db: Db, form: ActivityForm) -> None:
        await remove(db, user_id, reassign_to=form.reassign_to, expected=form.version)

    back = await posted(request, ActivityForm, act, "removal")
    if back.is_refused:
        return await _member(request, user_id, back)
    return go(request, "team", slug=slug, done="removed")


def names_of(form: NamesForm) -> Profile:
    """The names as a change of a profile."""
    return Profile(first_name=form.first_name, last_name=form.last_name, nickname=form.nickname)


async def _after(request: Asked, slug: str, user_id: UUID, back: Returned, done: str) -> Response[Any]:
    """Back to the person: with what was refused, or told what was done."""
    if back.is_refused:
        return await _member(request, user_id, back)
    return go(request, "member", slug=slug, user_id=user_id, done=done)


async def _member(request: Asked, user_id: UUID, back: Returned = NOTHING, done: str = "") -> Response[str]:
    async with reading(request) as lane:
        context: dict[str, Any] = {
            "user": await user_view(lane, user_id),
            "people": await PEOPLE.all(lane),
            "done": done,
            **await shell(lane, "team"),
        }
    held: list[Held] = []
    if lane.actor.is_admin and user_id != lane.actor.user_id:
        async with acting(request) as db:
            held = await holdings(db, user_id)
    return form_page(request, "agency/member.html", back, held=held, **context)


HANDLERS = [show_member, save_names, save_role, shut_out, let_in, take_seat]
