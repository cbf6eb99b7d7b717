"""The agency's own page: who it is, when it works, where it lives. Users see it, admins change it."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from audienceos.agency.currencies import CURRENCIES
from audienceos.agency.entering import rename_slug
from audienceos.agency.forms import WORKDAYS, AgencyPatch, AgencyView, BusinessHours, Day
from audienceos.agency.pages.returning import NOTHING, REFUSALS, SIGNED_IN, Returned, form_page, go, returned
from audienceos.agency.profile import change_agency
from audienceos.agency.queries import agency_view, shell
from audienceos.agency.zones import zones
from audienceos.platform.actor import Sight
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import acting, actor_of, addresses_of, auth_of, reading, settings_of

Asked = Request[Any, Any, Any]
DONE = {
    "saved": "Saved.",
    "moved": "The agency has a new address; the old one leads here.",
    "logo": "The logo is changed.",
    "no-logo": "The logo is gone.",
}
WEEK = tuple(
    zip(
        get_args(Day),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
FORM_NAMES = {"business_hours.start": "hours_start", "business_hours.end": "hours_end"}
HOURS_DAYS = "hours_days"


class AgencyForm(Form):
    """The agency as its form sends it: what is empty is cleared."""

    version: int
    name: Annotated[str, Meta(max_length=100)] = ""
    domain: str | None = None
    timezone: str = ""
    currency: str = ""
    hours_start: str = ""
    hours_end: str = ""
    hours_days: list[Day] = []
    client_visibility: Sight = "all"

    @property
    def patch(self) -> AgencyPatch:
        """As a change of all of it."""
        return AgencyPatch(
            name=self.name,
            domain=self.domain,
            timezone=self.timezone,
            currency=self.currency,
            client_visibility=self.client_visibility,
            business_hours=self._hours,
        )

    @property
    def _hours(self) -> BusinessHours | None:
        if not (self.hours_start or self.hours_end):
            return None
        return BusinessHours(
            start=self.hours_start, end=self.hours_end, days=self.hours_days or list(WORKDAYS)
        )


class AddressForm(Form):
    """Another name in the address."""

    version: int
    slug: str = ""


@get("/{slug:str}/settings", name="settings", include_in_schema=False)
async def show_settings(request: Asked, done: FromQuery[str] = "") -> Response[str]:
    """The agency and its address."""
    return await settings_page(request, done=DONE.get(done, ""))


@post("/{slug:str}/settings", name="settings-update", include_in_schema=False, status_code=200)
async def save_settings(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Save the agency; what is wrong comes back beside what was typed."""
    try:
        form = await from_form(request, AgencyForm)
        async with acting(request) as db:
            await change_agency(db, form.patch, form.version)
    except REFUSALS as problem:
        back = await returned(request, problem, "agency", FORM_NAMES)
        sent = await request.form()
        return await settings_page(request, back, [str(day) for day in sent.getall(HOURS_DAYS, [])])
    return go(request, "settings", slug=slug, done="saved")


@post(
    "/{slug:str}/settings/address",
    name="settings-address",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def save_address(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Move to another address and go there."""
    try:
        form = await from_form(request, AddressForm)
        actor = await actor_of(request)
        new = await rename_slug(auth_of(request), actor, form.slug, expected=form.version)
    except REFUSALS as problem:
        names = {"": "slug"} if problem.code == "slug_taken" else None
        return await settings_page(request, await returned(request, problem, "address", names))
    addresses_of(request).forget(actor.agency_id)
    return go(request, "settings", slug=new, done="moved")


async def settings_page(
    request: Asked, back: Returned = NOTHING, days: list[str] | None = None, done: str = ""
) -> Response[str]:
    """The page; with a form that came back."""
    async with reading(request) as lane:
        agency = await agency_view(lane)
        hours = agency.business_hours
        return form_page(
            request,
            "agency/settings.html",
            back,
            agency=agency,
            given=_given(agency),
            hours_days=(hours.days if hours else WORKDAYS) if days is None else days,
            overnight=hours is not None and hours.end < hours.start,
            days=WEEK,
            currencies=sorted(CURRENCIES),
            zones=zones(),
            root=settings_of(request).url,
            here="settings",
            done=done,
            **await shell(lane, "settings"),
        )


def _given(agency: AgencyView) -> dict[str, Any]:
    """The agency as its form shows it."""
    hours = agency.business_hours
    shown = ("name", "domain", "timezone", "currency", "client_visibility")
    return {name: getattr(agency, name) for name in shown} | {
        "hours_start": hours.start if hours else None,
        "hours_end": hours.end if hours else None,
    }


HANDLERS = [show_settings, save_settings, save_address]
