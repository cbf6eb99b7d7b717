"""A person's own page: their names, password, browsers, tokens and preferences."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from audienceos.agency.pages.cookies import browser_of, signed_in
from audienceos.agency.pages.member import NamesForm, names_of
from audienceos.agency.pages.returning import NOTHING, REFUSALS, SIGNED_IN, Returned, form_page, go, returned
from audienceos.agency.preferences import PreferencesPatch, Theme, View, save_preferences
from audienceos.agency.queries import shell
from audienceos.agency.rosters import user_view
from audienceos.agency.team import change_profile
from audienceos.agency.tokens import OWN_TOKENS, Made
from audienceos.agency.visitors import member, visitor
from audienceos.platform.auth.readdressing import start_email_change
from audienceos.platform.auth.recovery import change_password
from audienceos.platform.auth.sessions import sessions_of
from audienceos.platform.errors import Unauthenticated
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import acting, auth_of, database_of, lane_of, reading

Asked = Request[Any, Any, Any]
DONE = {
    "saved": "Saved.",
    "picture": "Your picture is changed.",
    "no-picture": "Your picture is gone; your initials stand for you again.",
    "password": "Your password is changed, and every other browser and program is signed out.",
    "email": "A link is on its way to the new address. Nothing changes before it is followed, within 24 hours.",
    "session": "That browser is signed out.",
    "sessions": "Every other browser is signed out.",
    "token": "The token is ended.",
}
Password = Annotated[str, Meta(min_length=1, max_length=1000)]


class PasswordForm(Form):
    """The present password, and the new one."""

    current_password: Password
    password: Password


class EmailForm(Form):
    """Another address, and the present password."""

    email: Annotated[str, Meta(max_length=256)] = ""
    current_password: Annotated[str, Meta(max_length=1000)] = ""


class DisplayForm(Form):
    """How the person wants to see it. A box that isn't ticked isn't sent."""

    theme: Theme
    default_view: View
    sidebar_collapsed: bool = False


@get("/{slug:str}/account", name="account", include_in_schema=False, opt=SIGNED_IN)
async def show_account(request: Asked, done: FromQuery[str] = "") -> Response[str]:
    """All of it."""
    return await account_page(request, done=DONE.get(done, ""))


@post("/{slug:str}/account", name="account-update", include_in_schema=False, opt=SIGNED_IN, status_code=200)
async def save_names(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Save one's own names."""
    try:
        form = await from_form(request, NamesForm)
        async with acting(request) as db:
            await change_profile(db, db.actor.person, names_of(form), expected=form.version)
    except REFUSALS as problem:
        return await account_page(request, await returned(request, problem, "names"))
    return go(request, "account", slug=slug, done="saved")


@post(
    "/{slug:str}/account/password",
    name="account-password",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_password(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Choose another password; this browser gets a fresh session, everything else is signed out."""
    person = await member(request)
    try:
        form = await from_form(request, PasswordForm)
        opened = await change_password(
            auth_of(request), person.account_id, form.current_password, form.password, browser_of(request)
        )
    except REFUSALS as problem:
        return await account_page(request, await returned(request, problem, "password"))
    to = request.app.route_reverse("account", slug=slug)
    return signed_in(request, opened, f"{to}?done=password")


@post(
    "/{slug:str}/account/email",
    name="account-email",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_email(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Mail the new address a link; the same is said for one that has an account."""
    person = await member(request)
    try:
        form = await from_form(request, EmailForm)
        await start_email_change(auth_of(request), person.account_id, form.email, form.current_password)
    except REFUSALS as problem:
        return await account_page(request, await returned(request, problem, "email"))
    return go(request, "account", slug=slug, done="email")


@post(
    "/{slug:str}/account/display",
    name="account-display",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_display(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Save how one wants to see it."""
    try:
        form = await from_form(request, DisplayForm)
        async with acting(request) as db:
            patch = PreferencesPatch(
                theme=form.theme,
                default_view=form.default_view,
                sidebar_collapsed=form.sidebar_collapsed,
            )
            await save_preferences(db, await lane_of(db), patch)
    except REFUSALS as problem:
        return await account_page(request, await returned(request, problem, "display"))
    return go(request, "account", slug=slug, done="saved")


async def account_page(
    request: Asked, back: Returned = NOTHING, done: str = "", made: Made | None = None
) -> Response[str]:
    """The page; with a form that came back, or a token that was just made and is shown this once."""
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    async with reading(request) as lane:
        frame = await shell(lane, "account")
        context: dict[str, Any] = {
            "user": await user_view(lane, lane.actor.person),
            "tokens": await OWN_TOKENS.all(lane),
            "chosen": msgspec.structs.asdict(frame["display"]),
            **frame,
        }
    return form_page(
        request,
        "agency/account.html",
        back,
        person=person,
        sessions=await sessions_of(database_of(request), person.account_id),
        made=made,
        done=done,
        **context,
    )


HANDLERS = [show_account, save_names, save_password, save_email, save_display]
