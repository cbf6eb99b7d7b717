"""Where a vendor sends people back to: one address a service, the same for all agencies.

Whatever is wrong with what came back is told in one sentence that says no more than that: it was used before, its
time is over, it was altered, or somebody else began it.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from audienceos.agency.queries import here
from audienceos.connections.actions.connecting import connect
from audienceos.connections.actions.own_mail import connect_own
from audienceos.connections.actions.starting import return_address, take_start
from audienceos.connections.ports import (
    NAMES,
    MissingScopes,
    ProviderName,
    Returned,
    Transient,
    VendorError,
    provider_of,
)
from audienceos.connections.state import BadState, Carried, read, verifier
from audienceos.connections.vault import app_for
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import AppError, BadRequest, Unauthenticated
from audienceos.platform.sealing import Secret
from audienceos.platform.web.parameters import ANY
from audienceos.platform.web.requests import database_of, lane_of, settings_of
from audienceos.platform.web.templating import told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]
PAGE = "integrations"
LONGEST_CODE = 4000
PATHS = {name: f"/connect/{name.replace('_', '-')}/return" for name in NAMES}
NOT_GOOD = "This way back isn't good, or isn't good any more. Open Integrations and connect from there again."


def _returning(provider: ProviderName) -> HTTPRouteHandler:
    """The handler of one service's address."""

    async def come_back(request: Asked) -> Response[Any]:
        """Somebody comes back from the service, having granted access or not."""
        return await _came_back(request, provider)

    name = f"connect-{provider.replace('_', '-')}-return"
    return get(PATHS[provider], name=name, include_in_schema=False, opt={"query": ANY})(come_back)


async def _came_back(request: Asked, provider: ProviderName) -> Response[Any]:
    given = request.query_params
    try:
        what = read(settings_of(request), given.get("state", ""))
        if what.provider != provider:
            raise BadState
        opening, slug = await _let_in(request, what)
    except BadState:
        raise BadRequest(NOT_GOOD, code="bad_return") from None
    to = request.app.route_reverse(PAGE, slug=slug)
    answer: Response[Any] = Response(None, status_code=303, headers={"Location": to})
    return told(request, answer, await _outcome(request, what, opening))


async def _let_in(request: Asked, what: Carried) -> tuple[Credential, str]:
    """The person's way into the agency that they began in, and its address; their start is used up by it.

    Raises `BadState` for anybody else, whoever they are.
    """
    secret = visit_of(request).session
    if secret is None:
        raise BadState
    opening = Credential(what.agency_id, "session", hash_of(secret))
    try:
        async with database_of(request).acting(opening) as db:
            await take_start(db, what)
            return opening, (await here(await lane_of(db))).slug
    except Unauthenticated:
        raise BadState from None


async def _outcome(request: Asked, what: Carried, opening: Credential) -> Toast:
    service, given = provider_of(what.provider), request.query_params
    if given.get("error") in ("access_denied", "user_cancelled_login", "user_denied"):
        return Toast(
            f"{service.words} wasn't connected: you went no further there", "info", "Nothing has changed."
        )
    code = given.get("code", "")
    if not code or len(code) > LONGEST_CODE:
        return Toast(f"{service.words} sent you back without granting access", "risk", "Connect it again.")
    settings, database = settings_of(request), database_of(request)
    try:
        app = await app_for(database, what.agency_id, service.vendor)
        if app is None:
            return Toast(f"{service.words} wasn't connected: its app was taken out meanwhile", "risk")
        proof = verifier(settings, what.nonce)
        returned = Returned(Secret(code), return_address(settings, what.provider), proof)
        bring = connect_own if what.is_own else connect
        account = await bring(database, opening, service, app, returned)
    except MissingScopes as problem:
        detail = f"It lacks {', '.join(problem.scopes)}. Connect again and leave everything ticked."
        return Toast(f"{service.words} wasn't connected: less was granted than is needed", "risk", detail)
    except (VendorError, AppError) as problem:
        later = "Try again in a while." if isinstance(problem, Transient) else ""
        return Toast(
            f"{service.words} wasn't connected", "risk", f"{str(problem).rstrip('.')}. {later}".strip()
        )
    return Toast(f"{service.words} is connected: {account.name}")


HANDLERS = [_returning(name) for name in NAMES]
