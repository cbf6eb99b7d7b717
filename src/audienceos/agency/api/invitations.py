"""`/v1/invitations`: list, show, create, send again, remove. For admins who signed in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import JSONBody

from audienceos.agency.access import require_admin
from audienceos.agency.forms import InvitationBatchIn, InvitationIn, InvitationView
from audienceos.agency.invitations import Invited, cancel_invitation, invite, resend_invitation
from audienceos.agency.inviting_many import Judged, Line, looked_over, send_all
from audienceos.agency.rosters import InvitationQuery, invitation_view, invitations_of
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, reading, settings_of

Asked = Request[Any, Any, Any]


class Batch(msgspec.Struct, frozen=True):
    """What became of each line, in the order of the list."""

    lines: list[Judged]


PEOPLE: dict[str, Any] = {"people_only": True}
SECRET = PEOPLE | {"secret": True}
SEE = "see invitations"


@get("/v1/invitations", opt=PEOPLE | {"query": InvitationQuery})
async def list_invitations(request: Asked) -> Page[InvitationView]:
    """Every invitation, the newest first. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, SEE)
        return await invitations_of(lane, settings_of(request), filters_from(request, InvitationQuery))


@get("/v1/invitations/{invitation_id:uuid}", opt=PEOPLE)
async def show_invitation(request: Asked, invitation_id: Id) -> InvitationView:
    """One invitation. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, SEE)
        return await invitation_view(lane, settings_of(request), invitation_id)


@post("/v1/invitations", opt=SECRET)
async def add_invitation(request: Asked, db: Transaction, data: JSONBody[InvitationIn]) -> Invited:
    """Ask somebody in. The link is shown this once. Only for admins whose own address is confirmed."""
    return await invite(db, settings_of(request), data.email, data.role, data.message)


@post("/v1/invitations/{invitation_id:uuid}/resending", opt=SECRET, status_code=200)
async def resend(request: Asked, db: Transaction, invitation_id: Id) -> Invited:
    """Send it again, with a fresh link and seven fresh days; the old link is void. Only for admins."""
    return await resend_invitation(db, settings_of(request), invitation_id)


@delete("/v1/invitations/{invitation_id:uuid}", opt=PEOPLE)
async def remove_invitation(db: Transaction, invitation_id: Id) -> None:
    """Take an invitation back. Only for admins."""
    await cancel_invitation(db, invitation_id)


@post("/v1/invitation-batches", opt=SECRET | {OFF: True}, status_code=200)
async def create_invitation_batch(request: Asked, data: JSONBody[InvitationBatchIn]) -> Batch:
    """Ask many in, each as a single invitation does; what stands against one is told and stops none of the rest.
    Ten an hour are the limit: beyond it the rest waits, and the same list may be sent again. Lines count from one.
    """
    lines = [Line(at, one.email.strip(), one.role) for at, one in enumerate(data.invitations, start=1)]
    if data.dry:
        async with acting(request) as db:
            return Batch(await looked_over(db, lines))
    return Batch(await send_all(lambda: acting(request), settings_of(request), lines))


HANDLERS = [
    create_invitation_batch,
    list_invitations,
    show_invitation,
    add_invitation,
    resend,
    remove_invitation,
]
