"""What the page's forms do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath

from audienceos.agency.queries import shell
from audienceos.connections.actions.ad_accounts import list_accounts, map_account
from audienceos.connections.actions.connecting import Checked, check, disconnect
from audienceos.connections.actions.mailboxes import add_mailbox, check_mailbox
from audienceos.connections.actions.own_mail import end_mailbox
from audienceos.connections.actions.setting_up import configure, remove_app, save_app
from audienceos.connections.actions.starting import begin, keep_start
from audienceos.connections.actions.syncing import ask_for_sync
from audienceos.connections.entering import Door, door_of
from audienceos.connections.entering import told as as_ours
from audienceos.connections.forms import AppIn, AuthorisationIn, Configuration, MailboxIn
from audienceos.connections.pages.integrations import PAGE, draw_page
from audienceos.connections.ports import provider_of
from audienceos.platform.errors import AppError, Conflict, Forbidden, Invalid, TooMany, Unavailable
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing, refused
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)
BESIDE = (Invalid, Conflict, TooMany, Unavailable)
"""What is told beside the form that met it."""


class MappingForm(Form):
    """Whose an ad account is; left out for nobody's."""

    version: int
    client_id: UUID | None = None


@post(
    "/{slug:str}/integrations/authorisations",
    name="integration-authorisation",
    include_in_schema=False,
    status_code=200,
)
async def authorise(request: Asked) -> Response[Any]:
    """On to the service: a page that leads there by itself, since a form's answer may not lead to another site."""
    door = await door_of(request)
    form = await from_form(request, AuthorisationIn)
    try:
        address, what = await begin(
            door.database, door.settings, door.actor, form.provider, is_own=form.is_own
        )
        async with acting(request) as db:
            await keep_start(db, what)
    except (Conflict, TooMany) as wrong:
        where = "mailboxes" if form.is_own else f"connect-{form.provider}"
        return await draw_page(request, await refused(request, where, wrong))
    async with reading(request) as lane:
        words = provider_of(form.provider).words
        frame = await shell(lane, PAGE)
        return page(request, "connections/leaving.html", address=address, words=words, **frame)


@post("/{slug:str}/integrations/apps", name="integration-app-saving", include_in_schema=False)
async def save_own_app(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Keep the agency's own app."""

    async def act(door: Door, data: AppIn) -> Toast:
        await save_app(door.database, door.opening, data)
        return Toast("The app is kept; its secrets are sealed")

    return await _did(request, AppIn, act, "app")


@post(
    "/{slug:str}/integrations/apps/{app_id:uuid}/removal",
    name="integration-app-removal",
    include_in_schema=False,
)
async def remove_own_app(request: Asked, app_id: Id) -> Response[Any]:
    """Take it out."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_app(db, app_id)
    return _back(request, Toast("The app was removed, and its secrets with it"))


@post(
    "/{slug:str}/integrations/{integration_id:uuid}/tests", name="integration-test", include_in_schema=False
)
async def test(request: Asked, integration_id: Id) -> Response[Any]:
    """Ask the service whether it knows us."""

    async def act(door: Door, data: Nothing) -> Toast:
        return _tried(await check(door.database, door.opening, integration_id))

    return await _did(request, Nothing, act, f"test-{integration_id}")


@post(
    "/{slug:str}/integrations/{integration_id:uuid}/disconnection",
    name="integration-disconnection",
    include_in_schema=False,
)
async def end(request: Asked, integration_id: Id) -> Response[Any]:
    """End the connection."""

    async def act(door: Door, data: Nothing) -> Toast:
        ended = await disconnect(door.database, door.opening, integration_id)
        words = provider_of(ended.provider).words
        if ended.token_revoked:
            return Toast(f"{words} is disconnected")
        detail = f"{words} didn’t confirm that it took its grant back. Take our app out there, too."
        return Toast(f"{words} is disconnected here", "info", detail)

    return await _did(request, Nothing, act, f"end-{integration_id}")


@post(
    "/{slug:str}/integrations/{integration_id:uuid}/configuration",
    name="integration-configuration",
    include_in_schema=False,
)
async def set_up(request: Asked, integration_id: Id) -> Response[Any]:
    """Set how it is used."""

    async def act(door: Door, data: Configuration) -> Toast:
        async with door.database.acting(door.opening) as db:
            await configure(db, integration_id, data)
        return Toast("Saved how it is used")

    return await _did(request, Configuration, act, f"config-{integration_id}")


@post(
    "/{slug:str}/integrations/{integration_id:uuid}/syncs", name="integration-sync", include_in_schema=False
)
async def sync(request: Asked, integration_id: Id) -> Response[Any]:
    """Have it read now."""

    async def act(door: Door, data: Nothing) -> Toast:
        await ask_for_sync(door.database, door.opening, integration_id)
        return Toast("It is read within a minute")

    return await _did(request, Nothing, act, f"sync-{integration_id}")


@post(
    "/{slug:str}/integrations/{integration_id:uuid}/ad-accounts",
    name="integration-ad-accounts",
    include_in_schema=False,
)
async def list_anew(request: Asked, integration_id: Id) -> Response[Any]:
    """Ask anew which ad accounts there are."""

    async def act(door: Door, data: Nothing) -> Toast:
        with as_ours():
            found = await list_accounts(door.database, door.opening, integration_id)
        return Toast(f"{found.listed} ad accounts, {found.added} of them new")

    return await _did(request, Nothing, act, "accounts")


@post(
    "/{slug:str}/integrations/ad-accounts/{ad_account_id:uuid}/client",
    name="ad-account-client",
    include_in_schema=False,
)
async def give(request: Asked, ad_account_id: Id) -> Response[Any]:
    """Say whose an ad account is."""

    async def act(door: Door, data: MappingForm) -> Toast:
        async with door.database.acting(door.opening) as db:
            row = await map_account(db, ad_account_id, data.client_id, data.version)
        return Toast(f"Saved whose {row.name} is")

    return await _did(request, MappingForm, act, "accounts")


@post("/{slug:str}/integrations/mailboxes", name="mailbox-adding", include_in_schema=False)
async def add_one(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Connect a mailbox, once its servers have let us in."""

    async def act(door: Door, data: MailboxIn) -> Toast:
        await add_mailbox(door.database, door.settings, door.opening, door.actor, data)
        return Toast(f"{data.address} is connected")

    return await _did(request, MailboxIn, act, "mailbox", beside=(*BESIDE, Forbidden))


@post(
    "/{slug:str}/integrations/mailboxes/{mailbox_id:uuid}/tests",
    name="mailbox-test",
    include_in_schema=False,
)
async def test_mailbox(request: Asked, mailbox_id: Id) -> Response[Any]:
    """Sign in at its servers, and out again."""

    async def act(door: Door, data: Nothing) -> Toast:
        return _tried(await check_mailbox(door.database, door.settings, door.opening, door.actor, mailbox_id))

    return await _did(request, Nothing, act, "mailboxes")


@post(
    "/{slug:str}/integrations/mailboxes/{mailbox_id:uuid}/removal",
    name="mailbox-removal",
    include_in_schema=False,
)
async def remove_one(request: Asked, mailbox_id: Id) -> Response[Any]:
    """Take a mailbox out."""

    async def act(door: Door, data: Nothing) -> Toast:
        if await end_mailbox(door.database, door.opening, mailbox_id):
            return Toast("The mailbox was removed, and what opened it")
        detail = "Gmail didn’t confirm that it took its grant back. Take our app out there, too."
        return Toast("The mailbox was removed here", "info", detail)

    return await _did(request, Nothing, act, "mailboxes")


async def _did(
    request: Asked,
    shape: type[Shape],
    act: Callable[[Door, Shape], Awaitable[Toast]],
    form: str,
    *,
    beside: tuple[type[AppError], ...] = BESIDE,
) -> Response[Any]:
    """Act, and go back to the page; or the page again with what was wrong and what was typed."""
    door = await door_of(request)
    try:
        said = await act(door, await from_form(request, shape))
    except beside as wrong:
        return await draw_page(request, await refused(request, form, wrong))
    return _back(request, said)


def _tried(found: Checked) -> Toast:
    if found.works:
        return Toast(f"It works: {found.account_name}", detail=f"Answered in {found.milliseconds} ms")
    return Toast("It doesn’t work", "risk", f"{found.error}. {found.advice or ''}".strip())


def _back(request: Asked, said: Toast) -> Response[Any]:
    to = request.app.route_reverse(PAGE, slug=request.path_params["slug"])
    return told(request, Response(None, status_code=303, headers={"Location": to}), said)


HANDLERS = [
    authorise,
    save_own_app,
    remove_own_app,
    test,
    end,
    set_up,
    sync,
    list_anew,
    give,
    add_one,
    test_mailbox,
    remove_one,
]
