"""Sign up, sign in, sign out."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from msgspec import Meta

from audienceos.agency.entering import Founding, found_agency
from audienceos.agency.pages.cookies import browser_of, session_secret, signed_in, signed_out
from audienceos.agency.pages.returning import NOTHING, REFUSALS, Returned, form_page, go, returned
from audienceos.agency.visitors import visitor
from audienceos.agency.zones import zones
from audienceos.platform.auth.accounts import sign_in
from audienceos.platform.auth.sessions import sign_out
from audienceos.platform.auth.terminal import show_verification
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import auth_of, settings_of
from audienceos.platform.web.templating import page

SAME_SITE_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")
PLAIN = "!#$%&'()*+,/:;=?@[]~"  # what an address holds as it is; the rest is escaped
DONE = {"reset": "Your password is changed. Sign in with it.", "signed-out": "You are signed out."}
Asked = Request[Any, Any, Any]
Word = Annotated[str, Meta(min_length=1, max_length=256)]


class SignUpForm(Form):
    """What somebody new says of themselves and their agency."""

    agency: Word
    first_name: Word
    last_name: Word
    email: Word
    password: Word
    zone: str = "UTC"


class SignInForm(Form):
    """An e-mail and a password, and where to go then."""

    email: Word
    password: Word
    next: str = ""


class SignOutForm(Form):
    """Where to go then."""

    next: str = ""


def safe_path(text: str) -> str:
    """A path of this site as a header takes it, or nothing: no scheme, no host, no backslash."""
    try:
        address = urlsplit(text)
    except ValueError:
        return ""
    inside = not address.scheme and not address.netloc and SAME_SITE_PATH.match(text)
    return quote(text, safe=PLAIN) if inside else ""


@get("/sign-up", name="sign-up", include_in_schema=False)
async def new_account(request: Asked) -> Response[Any]:
    """The form for somebody new; who is signed in founds another agency beside theirs."""
    if await visitor(request) is not None:
        return go(request, "agencies")
    return _sign_up(request)


@post("/sign-up", name="sign-up-create", include_in_schema=False, status_code=200)
async def create_account(request: Asked) -> Response[Any]:
    """Found the agency, sign its founder in, and go to its empty board."""
    auth = auth_of(request)
    if auth.settings.signup != "open":
        return _sign_up(request)
    try:
        form = await from_form(request, SignUpForm)
        founding = Founding(
            name=form.agency,
            first_name=form.first_name,
            last_name=form.last_name,
            email=form.email,
            password=form.password,
            zone=known_zone(form.zone),
        )
        founded = await found_agency(auth, founding, browser=browser_of(request), policy=auth.settings.signup)
    except REFUSALS as problem:
        names = {"name": "agency"} | ({"": "email"} if problem.code == "email_taken" else {})
        return _sign_up(request, await returned(request, problem, names=names))
    assert founded.session is not None
    await show_verification(auth, founded.account_id)
    return signed_in(request, founded.session, request.app.route_reverse("pipeline", slug=founded.slug))


@get("/sign-in", name="sign-in", include_in_schema=False)
async def new_session(request: Asked, next: FromQuery[str] = "", done: FromQuery[str] = "") -> Response[Any]:
    """The form; somebody who is signed in goes straight on."""
    if await visitor(request) is not None:
        return Response(None, status_code=303, headers={"Location": safe_path(next) or "/"})
    return _sign_in(request, Returned(values={"next": safe_path(next)}), DONE.get(done, ""))


@post("/sign-in", name="sign-in-create", include_in_schema=False, status_code=200)
async def create_session(request: Asked) -> Response[Any]:
    """Sign in, and go where the person was going."""
    try:
        form = await from_form(request, SignInForm)
        entered = await sign_in(auth_of(request), form.email, form.password, browser_of(request))
    except REFUSALS as problem:
        return _sign_in(request, await returned(request, problem))
    return signed_in(request, entered.session, safe_path(form.next) or "/")


@post("/sign-out", name="sign-out", include_in_schema=False)
async def end_this_session(request: Asked) -> Response[None]:
    """End the session, here and on the server."""
    form = await from_form(request, SignOutForm)
    if secret := session_secret(request):
        await sign_out(auth_of(request), secret)
    to = request.app.route_reverse("sign-in")
    return signed_out(request, safe_path(form.next) or f"{to}?done=signed-out")


def known_zone(zone: str) -> str:
    """The browser's time zone; where it is no zone here, UTC, for the settings to correct."""
    return zone if zone in zones() else "UTC"


def _sign_in(request: Asked, back: Returned, done: str = "") -> Response[str]:
    may_found = settings_of(request).signup == "open"
    return form_page(request, "agency/sign_in.html", back, may_found=may_found, done=done)


def _sign_up(request: Asked, back: Returned = NOTHING) -> Response[str]:
    if settings_of(request).signup != "open":
        return page(request, "agency/sign_up_closed.html", status=403)
    return form_page(request, "agency/sign_up.html", back)


HANDLERS = [new_account, create_account, new_session, create_session, end_this_session]
