"""`/v1/mailboxes` and `/v1/ad-accounts`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET

from audienceos.agency.access import require_admin
from audienceos.connections.access import ad_account_for
from audienceos.connections.actions.ad_accounts import list_accounts, map_account
from audienceos.connections.actions.connecting import Checked
from audienceos.connections.actions.mailboxes import add_mailbox, check_mailbox
from audienceos.connections.actions.own_mail import end_mailbox
from audienceos.connections.entering import door_of, told
from audienceos.connections.forms import AdAccountPatch, AdAccountView, Listing, MailboxIn, MailboxView
from audienceos.connections.queries import (
    AD_ACCOUNTS,
    MAILBOXES,
    SEE_ACCOUNTS,
    ad_account_view,
    mailbox_view,
    mailboxes_of,
)
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/mailboxes", opt={"query": Listed})
async def list_mailboxes(request: Asked) -> Page[MailboxView]:
    """The agency's mailboxes and your own; for admins everybody's."""
    asked = filters_from(request, Listed)
    async with reading(request) as lane:
        found = await MAILBOXES.page(lane, asked, sort="address", everyone=lane.actor.is_admin)
        return Page(await mailboxes_of(lane, found.items), found.next_cursor)


@post("/v1/mailboxes")
async def create_mailbox(request: Asked, data: JSONBody[MailboxIn]) -> MailboxView:
    """Connect a mailbox, once its servers have let us in. Your own, or as an admin the agency's."""
    door = await door_of(request)
    mailbox_id = await add_mailbox(door.database, door.settings, door.opening, door.actor, data)
    async with reading(request) as lane:
        return await mailbox_view(lane, mailbox_id)


@get("/v1/mailboxes/{mailbox_id:uuid}")
async def show_mailbox(request: Asked, mailbox_id: Id) -> MailboxView:
    """One mailbox and how it stands."""
    async with reading(request) as lane:
        return await mailbox_view(lane, mailbox_id)


@post("/v1/mailboxes/{mailbox_id:uuid}/tests")
async def create_mailbox_test(request: Asked, mailbox_id: Id) -> Checked:
    """Sign in at its servers, and out again."""
    door = await door_of(request)
    return await check_mailbox(door.database, door.settings, door.opening, door.actor, mailbox_id)


@delete("/v1/mailboxes/{mailbox_id:uuid}")
async def remove_one_mailbox(request: Asked, mailbox_id: Id) -> None:
    """Take it out, its password or its grant with it; what was read of it stays."""
    door = await door_of(request)
    await end_mailbox(door.database, door.opening, mailbox_id)


@get("/v1/ad-accounts", opt={"query": Listed})
async def list_ad_accounts(request: Asked) -> Page[AdAccountView]:
    """The ad accounts that were listed, and whose they are. Only for admins."""
    asked = filters_from(request, Listed)
    async with reading(request) as lane:
        require_admin(lane.actor, SEE_ACCOUNTS)
        return await AD_ACCOUNTS.page(lane, asked, sort="name")


@get("/v1/ad-accounts/{ad_account_id:uuid}")
async def show_ad_account(request: Asked, ad_account_id: Id) -> Response[AdAccountView]:
    """One of them. Only for admins."""
    async with reading(request) as lane:
        view = await ad_account_view(lane, ad_account_id)
        return with_etag(view, view.version)


@patch("/v1/ad-accounts/{ad_account_id:uuid}")
async def update_ad_account(
    request: Asked, db: Transaction, ad_account_id: Id, data: JSONBody[AdAccountPatch]
) -> Response[AdAccountView]:
    """Say whose client's it is; null for nobody's. Only for admins."""
    row = await ad_account_for(db, ad_account_id)
    client_id = row.client_id if data.client_id is UNSET else data.client_id
    await map_account(db, ad_account_id, client_id, expected_version(request))
    view = await ad_account_view(await lane_of(db), ad_account_id)
    return with_etag(view, view.version)


@post("/v1/integrations/{integration_id:uuid}/ad-account-listings")
async def create_listing(request: Asked, integration_id: Id) -> Listing:
    """Ask the service anew which ad accounts the grant reaches. Only for admins."""
    door = await door_of(request)
    with told():
        return await list_accounts(door.database, door.opening, integration_id)


HANDLERS = [
    list_mailboxes,
    create_mailbox,
    show_mailbox,
    create_mailbox_test,
    remove_one_mailbox,
    list_ad_accounts,
    show_ad_account,
    update_ad_account,
    create_listing,
]
