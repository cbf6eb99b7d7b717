"""An invitation's link: looked at by anyone who has it, accepted once."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from audienceos.agency.joining import Joining, Offer, accept_invitation, look_at_invitation
from audienceos.agency.pages.cookies import browser_of, signed_in
from audienceos.agency.pages.returning import NOTHING, REFUSALS, Returned, form_page, go, returned
from audienceos.agency.visitors import visitor
from audienceos.platform.auth.emails import email_key
from audienceos.platform.auth.sessions import Person
from audienceos.platform.auth.terminal import show_verification
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import auth_of

Asked = Request[Any, Any, Any]


class JoinForm(Form):
    """What somebody new says of themselves; somebody with an account says nothing."""

    first_name: str = ""
    last_name: str = ""
    password: str = ""


@get("/invite/{token:str}", name="invite", include_in_schema=False)
async def show_invitation(request: Asked, token: FromPath[str]) -> Response[str]:
    """Who asks whom to which agency, and the next step: join, sign in first, or sign out first."""
    offer = await look_at_invitation(auth_of(request), token)
    return _offer(request, token, offer, await visitor(request))


@post("/invite/{token:str}", name="invite-accept", include_in_schema=False, status_code=200)
async def accept(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Take the seat and go there."""
    auth, person = auth_of(request), await visitor(request)
    offer = await look_at_invitation(auth, token)
    try:
        form = await from_form(request, JoinForm)
        joining = Joining(first_name=form.first_name, last_name=form.last_name, password=form.password)
        by = person.account_id if person else None
        joined = await accept_invitation(auth, token, joining, by=by, browser=browser_of(request))
    except REFUSALS as problem:
        return _offer(request, token, offer, person, await returned(request, problem))
    to = request.app.route_reverse("pipeline", slug=joined.slug)
    if joined.session is None:
        return go(request, "pipeline", slug=joined.slug)
    await show_verification(auth, joined.account_id)
    return signed_in(request, joined.session, to)


def _offer(
    request: Asked, token: str, offer: Offer, person: Person | None, back: Returned = NOTHING
) -> Response[str]:
    is_other = person is not None and email_key(person.email) != email_key(offer.email)
    return form_page(
        request, "agency/invitation.html", back, offer=offer, person=person, is_other=is_other, token=token
    )


HANDLERS = [show_invitation, accept]
