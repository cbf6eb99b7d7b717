"""The team: who is here, who is asked to come. Everyone sees the people, admins the invitations."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.access import require_admin
from audienceos.agency.invitations import Invited, cancel_invitation, invite, resend_invitation
from audienceos.agency.pages.returning import (
    NOTHING,
    REFUSALS,
    SIGNED_IN,
    Returned,
    form_page,
    go,
    posted,
    returned,
)
from audienceos.agency.ports import workload_of
from audienceos.agency.queries import shell
from audienceos.agency.rosters import USERS, InvitationQuery, UserQuery, invitations_of, mails_of
from audienceos.platform import clock
from audienceos.platform.actor import Role
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.paging import LONGEST_PAGE
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading, settings_of
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
OPEN = ("pending", "expired")
DONE = {
    "invited": "The invitation is on its way.",
    "resent": "Sent again; the first link no longer works.",
    "cancelled": "The invitation is taken back.",
    "removed": "They are no longer here.",
}


class TeamQuery(UserQuery, frozen=True, kw_only=True):
    """What the page can be asked: as the list, and what was just done."""

    done: str = ""


class InvitationForm(Form):
    """Whom to ask, to be what, and a word to them."""

    email: Annotated[str, Meta(min_length=1, max_length=256)]
    role: Role = "user"
    message: Annotated[str, Meta(max_length=1000)] | None = None


class Nothing(Form):
    """A form of one button."""


@get("/{slug:str}/team", name="team", include_in_schema=False, opt={"query": TeamQuery})
async def show_team(request: Asked) -> Response[str]:
    """The people; for admins the open invitations and the form for another."""
    asked = filters_from(request, TeamQuery)
    return await _team(request, asked, done=DONE.get(asked.done, ""))


@post(
    "/{slug:str}/team/invitations",
    name="team-invitations",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def create_invitation(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Ask somebody in. Where no mail leaves, the link is shown this once to be handed on."""
    try:
        form = await from_form(request, InvitationForm)
        async with acting(request) as db:
            sent = await invite(db, settings_of(request), form.email, form.role, form.message)
    except REFUSALS as problem:
        names = {"": "email"} if problem.status == 409 else None
        return await _team(request, UserQuery(), await returned(request, problem, "invite", names))
    return await _sent(request, slug, sent, "invited")


@post(
    "/{slug:str}/team/invitations/{invitation_id:uuid}/resending",
    name="team-resending",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def resend(request: Asked, slug: FromPath[str], invitation_id: Id) -> Response[Any]:
    """Send it again with a fresh link."""
    try:
        async with acting(request) as db:
            sent = await resend_invitation(db, settings_of(request), invitation_id)
    except REFUSALS as problem:
        return await _team(request, UserQuery(), await returned(request, problem, "invitations"))
    return await _sent(request, slug, sent, "resent")


@post(
    "/{slug:str}/team/invitations/{invitation_id:uuid}/removal",
    name="team-invitation-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def cancel(request: Asked, slug: FromPath[str], invitation_id: Id) -> Response[Any]:
    """Take it back."""
    back = await posted(request, Nothing, lambda db, _: cancel_invitation(db, invitation_id), "invitations")
    if back.is_refused:
        return await _team(request, UserQuery(), back)
    return go(request, "team", slug=slug, done="cancelled")


@get("/{slug:str}/settings/mails", name="mails", include_in_schema=False, opt=SIGNED_IN)
async def show_mails(request: Asked) -> Response[str]:
    """Mails of the agency that have not left, whole, so that a link can be handed on. For admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, "read the agency's mail")
        return page(
            request,
            "agency/mails.html",
            mails=await mails_of(lane),
            delivers=bool(settings_of(request).smtp_url),
            here="mails",
            done="",
            **await shell(lane, "settings"),
        )


async def _sent(request: Asked, slug: str, sent: Invited, done: str) -> Response[Any]:
    if sent.email_status != "kept":
        return go(request, "team", slug=slug, done=done)
    return await _team(request, UserQuery(), sent=sent)


async def _team(
    request: Asked,
    asked: UserQuery,
    back: Returned = NOTHING,
    sent: Invited | None = None,
    done: str = "",
) -> Response[str]:
    async with reading(request) as lane:
        people = await USERS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)
        invitations = []
        if lane.actor.is_admin:
            newest = InvitationQuery(limit=LONGEST_PAGE)
            found = await invitations_of(lane, settings_of(request), newest)
            invitations = [one for one in found.items if one.state in OPEN]
        return form_page(
            request,
            "agency/team.html",
            back,
            people=people,
            asked=asked,
            workload=await workload_of(lane),
            invitations=invitations,
            sent=sent,
            done=done,
            now=clock.now(),
            **await shell(lane, "team"),
        )


HANDLERS = [show_team, create_invitation, resend, cancel, show_mails]
