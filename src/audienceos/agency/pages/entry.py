"""Where somebody goes who is signed in: to their agency, or to the choice of one, or to found another."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.entering import Founding, found_agency
from audienceos.agency.pages.cookies import browser_of
from audienceos.agency.pages.returning import NOTHING, REFUSALS, Returned, form_page, go, returned
from audienceos.agency.pages.signing import known_zone
from audienceos.agency.preferences import preferences_of
from audienceos.agency.slugs import could_be_slug
from audienceos.agency.visitors import seats_of, visitor
from audienceos.platform.auth.sessions import Person
from audienceos.platform.errors import NotFound
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import auth_of, reading, settings_of

Asked = Request[Any, Any, Any]
Word = Annotated[str, Meta(min_length=1, max_length=256)]
VIEWS = {"board": "pipeline", "list": "clients"}
"""Where somebody begins who says so; else at their own work, or as an admin at the agency's dashboard."""


class FoundingForm(Form):
    """Another agency of somebody who has an account."""

    agency: Word
    first_name: Word
    last_name: Word
    zone: str = "UTC"


@get("/", name="home", include_in_schema=False)
async def home(request: Asked) -> Response[Any]:
    """To the only agency, or to the choice; to the sign-in for somebody unknown."""
    person = await visitor(request)
    if person is None:
        return go(request, "sign-in")
    seats = await seats_of(request, person)
    if len(seats) == 1:
        return go(request, "agency-home", slug=seats[0].slug)
    return go(request, "agencies")


@get("/{slug:str}", name="agency-home", include_in_schema=False)
async def agency_home(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """To the view that the person likes; else an admin to how the agency stands, anybody else to their work."""
    if not could_be_slug(slug):
        raise NotFound
    async with reading(request) as lane:
        display = await preferences_of(lane, "display")
        usual = "dashboard" if lane.actor.is_admin else "my-work"
    return go(request, VIEWS.get(display.default_view, usual), slug=slug)


@get("/agencies", name="agencies", include_in_schema=False)
async def agencies(request: Asked) -> Response[Any]:
    """Every agency of the signed-in person, each with an address of its own."""
    person = await visitor(request)
    return go(request, "sign-in") if person is None else await _choice(request, person)


@post("/agencies", name="agencies-create", include_in_schema=False, status_code=200)
async def found_another(request: Asked) -> Response[Any]:
    """Found another agency and go to it."""
    person, auth = await visitor(request), auth_of(request)
    if person is None:
        return go(request, "sign-in")
    try:
        form = await from_form(request, FoundingForm)
        founding = Founding(
            name=form.agency,
            first_name=form.first_name,
            last_name=form.last_name,
            zone=known_zone(form.zone),
        )
        founded = await found_agency(
            auth, founding, by=person.account_id, browser=browser_of(request), policy=auth.settings.signup
        )
    except REFUSALS as problem:
        back = await returned(request, problem, "founding", names={"name": "agency"})
        return await _choice(request, person, back)
    return go(request, "pipeline", slug=founded.slug)


async def _choice(request: Asked, person: Person, back: Returned = NOTHING) -> Response[str]:
    seats = await seats_of(request, person)
    first, _, last = seats[0].name.partition(" ") if seats else ("", "", "")
    return form_page(
        request,
        "agency/agencies.html",
        back,
        person=person,
        seats=seats,
        names={"first_name": first, "last_name": last},
        may_found=settings_of(request).signup != "closed",
    )


HANDLERS = [home, agency_home, agencies, found_another]
