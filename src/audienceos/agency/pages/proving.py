"""Links that a person gets by mail: their address confirmed, their password chosen anew."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.pages.returning import NOTHING, REFUSALS, Returned, form_page, go, returned
from audienceos.agency.visitors import visitor
from audienceos.platform.auth.readdressing import confirm_email, look_at_email_change
from audienceos.platform.auth.recovery import look_at_reset, reset, start_reset, start_verification, verify
from audienceos.platform.auth.terminal import show_verification
from audienceos.platform.errors import Unauthenticated
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import auth_of, client_address
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


class AddressForm(Form):
    """Whose password is to be reset."""

    email: Annotated[str, Meta(min_length=1, max_length=256)]


class PasswordForm(Form):
    """The new password."""

    password: Annotated[str, Meta(min_length=1, max_length=1000)]


@post("/verify", name="verification", include_in_schema=False, status_code=200)
async def send_verification(request: Asked) -> Response[Any]:
    """Mail the signed-in person the link that confirms their address once more."""
    person = await visitor(request)
    if person is None:
        return go(request, "sign-in")
    if not person.verified:
        await start_verification(auth_of(request), person.account_id)
        await show_verification(auth_of(request), person.account_id)
    return page(request, "agency/verification_sent.html", person=person)


@get("/verify/{token:str}", name="verify", include_in_schema=False)
async def show_confirmation(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Ask the person who owns the mailbox to confirm; they must hold the account too, so they sign in first."""
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    if person.verified:
        return go(request, "home")
    return page(request, "agency/verify.html", person=person, token=token)


@post("/verify/{token:str}", name="verify-create", include_in_schema=False, status_code=200)
async def confirm(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Take the address for proven."""
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    await verify(auth_of(request), token, person.account_id)
    return go(request, "home")


@get("/verify/email/{token:str}", name="verify-email", include_in_schema=False)
async def show_new_address(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Ask the person who holds the account whether the mailbox is theirs too."""
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    email = await look_at_email_change(auth_of(request), token, person.account_id)
    return page(request, "agency/verify_email.html", person=person, token=token, email=email)


@post("/verify/email/{token:str}", name="verify-email-create", include_in_schema=False, status_code=200)
async def take_new_address(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Use it from now on."""
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    await confirm_email(auth_of(request), token, person.account_id)
    return go(request, "home")


@get("/reset", name="reset", include_in_schema=False)
async def new_reset(request: Asked) -> Response[str]:
    """Ask whose password it is."""
    return _ask(request)


@post("/reset", name="reset-create", include_in_schema=False, status_code=200)
async def create_reset(request: Asked) -> Response[str]:
    """Mail a link if there is an account; say the same if there isn't."""
    try:
        form = await from_form(request, AddressForm)
        await start_reset(auth_of(request), form.email, client_address(request))
    except REFUSALS as problem:
        return _ask(request, await returned(request, problem))
    return page(request, "agency/reset_sent.html", email=form.email)


@get("/reset/{token:str}", name="reset-show", include_in_schema=False)
async def show_reset(request: Asked, token: FromPath[str]) -> Response[str]:
    """The form for the new password, if the link still works."""
    is_proven = await look_at_reset(auth_of(request), token)
    return form_page(request, "agency/reset.html", NOTHING, token=token, is_proven=is_proven)


@post("/reset/{token:str}", name="reset-update", include_in_schema=False, status_code=200)
async def finish_reset(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Set it; everything that was signed in is signed out."""
    is_proven = await look_at_reset(auth_of(request), token)
    try:
        form = await from_form(request, PasswordForm)
        await reset(auth_of(request), token, form.password)
    except REFUSALS as problem:
        back = await returned(request, problem)
        return form_page(request, "agency/reset.html", back, token=token, is_proven=is_proven)
    return go(request, "sign-in", done="reset")


def _ask(request: Asked, back: Returned = NOTHING) -> Response[str]:
    return form_page(request, "agency/reset_ask.html", back)


HANDLERS = [
    send_verification,
    show_confirmation,
    confirm,
    show_new_address,
    take_new_address,
    new_reset,
    create_reset,
    show_reset,
    finish_reset,
]
