"""The way in: sign up, sign in, choose an agency, sign out."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from msgspec import Meta

from audienceos.agency.entering import Founding, found_agency
from audienceos.agency.pages.cookies import browser_of, session_secret, signed_in, signed_out
from audienceos.platform.auth.accounts import sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.ports import Seat
from audienceos.platform.auth.sessions import Person, person_of, sign_out
from audienceos.platform.errors import Conflict, Invalid, TooMany, Unauthenticated
from audienceos.platform.web.forms import Form, from_form, typed
from audienceos.platform.web.requests import auth_of, settings_of
from audienceos.platform.web.templating import page

SAME_SITE_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*\Z")
Asked = Request[Any, Any, Any]
Word = Annotated[str, Meta(min_length=1, max_length=256)]


class SignUpForm(Form):
    """What somebody new says of themselves and their agency."""

    agency: Word
    first_name: Word
    last_name: Word
    email: Word
    password: Word
    zone: Word = "UTC"


class SignInForm(Form):
    """An e-mail and a password, and where to go then."""

    email: Word
    password: Word
    next: str = ""


def safe_path(text: str) -> str:
    """A path of this site, or nothing: no scheme, no host, no backslash."""
    address = urlsplit(text)
    inside = not address.scheme and not address.netloc and SAME_SITE_PATH.match(text)
    return text if inside else ""


@get("/", name="home", include_in_schema=False)
async def home(request: Asked) -> Response[Any]:
    """To the only agency, or to the choice; to the sign-in for somebody unknown."""
    person, seats = await _somebody(request)
    if person is None:
        return _to(request, "sign-in")
    if len(seats) == 1:
        return _to(request, "pipeline", slug=seats[0].slug)
    return _to(request, "agencies")


@get("/agencies", name="agencies", include_in_schema=False)
async def agencies(request: Asked) -> Response[Any]:
    """Every agency of the signed-in person, each with an address of its own."""
    person, seats = await _somebody(request)
    if person is None:
        return _to(request, "sign-in")
    return page(
        request, "agency/agencies.html", seats=seats, may_found=settings_of(request).signup != "closed"
    )


@get("/sign-up", name="sign-up", include_in_schema=False)
async def new_agency(request: Asked) -> Response[Any]:
    """The form for somebody new."""
    return _sign_up_form(request, {}, {})


@post("/sign-up", name="sign-up-create", include_in_schema=False, status_code=200)
async def create_agency(request: Asked) -> Response[Any]:
    """Found the agency, sign its founder in, and go to its empty board."""
    auth = auth_of(request)
    try:
        form = await from_form(request, SignUpForm)
        founding = Founding(
            name=form.agency,
            first_name=form.first_name,
            last_name=form.last_name,
            email=form.email,
            password=form.password,
            zone=form.zone,
        )
        founded = await found_agency(auth, founding, browser=browser_of(request), policy=auth.settings.signup)
    except Invalid as wrong:
        faults = wrong.by_field
        faults["agency"] = faults.pop("name", faults.get("agency", ""))
        return _sign_up_form(request, await typed(request), {k: v for k, v in faults.items() if v}, 422)
    except Conflict as taken:
        return _sign_up_form(request, await typed(request), {"email": taken.detail}, 409)
    assert founded.session is not None
    return signed_in(request, founded.session, request.app.route_reverse("pipeline", slug=founded.slug))


@get("/sign-in", name="sign-in", include_in_schema=False)
async def new_session(request: Asked, next: FromQuery[str] = "") -> Response[Any]:
    """The form; somebody who is signed in goes straight on."""
    person, _ = await _somebody(request)
    if person is not None:
        return Response(None, status_code=303, headers={"Location": safe_path(next) or "/"})
    return _sign_in_form(request, {"next": safe_path(next)}, {})


@post("/sign-in", name="sign-in-create", include_in_schema=False, status_code=200)
async def create_session(request: Asked) -> Response[Any]:
    """Sign in, and go where the person was going."""
    try:
        form = await from_form(request, SignInForm)
        entered = await sign_in(auth_of(request), form.email, form.password, browser_of(request))
    except Invalid as wrong:
        return _sign_in_form(request, await typed(request), wrong.by_field, 422)
    except (Unauthenticated, TooMany) as refused:
        return _sign_in_form(request, await typed(request), {"": str(refused)}, refused.status)
    return signed_in(request, entered.session, safe_path(form.next) or "/")


@post("/sign-out", name="sign-out", include_in_schema=False)
async def end_this_session(request: Asked) -> Response[None]:
    """End the session, here and on the server."""
    if secret := session_secret(request):
        await sign_out(auth_of(request), secret)
    return signed_out(request, request.app.route_reverse("sign-in"))


async def _somebody(request: Asked) -> tuple[Person | None, list[Seat]]:
    auth: Auth = auth_of(request)
    secret = session_secret(request)
    person = await person_of(auth.database, secret) if secret else None
    if person is None:
        return None, []
    async with auth.database.serving() as db:
        return person, await auth.directory.seats(db, person.account_id)


def _to(request: Asked, name: str, **parts: Any) -> Response[None]:
    return Response(None, status_code=303, headers={"Location": request.app.route_reverse(name, **parts)})


def _sign_in_form(
    request: Asked, values: dict[str, Any], faults: dict[str, str], status: int = 200
) -> Response[str]:
    may_found = settings_of(request).signup == "open"
    shown = page(
        request, "agency/sign_in.html", status=status, values=values, faults=faults, may_found=may_found
    )
    return shown


def _sign_up_form(
    request: Asked, values: dict[str, Any], faults: dict[str, str], status: int = 200
) -> Response[str]:
    if settings_of(request).signup != "open":
        return page(request, "agency/sign_up_closed.html", status=403)
    return page(request, "agency/sign_up.html", status=status, values=values, faults=faults)


HANDLERS = [home, agencies, new_agency, create_agency, new_session, create_session, end_this_session]
