"""What opens a person's account: the browsers that are signed in, and the tokens of their programs."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.forms import Days
from audienceos.agency.pages.account import account_page
from audienceos.agency.pages.returning import REFUSALS, SIGNED_IN, go, returned
from audienceos.agency.tokens import end_token, make_token
from audienceos.agency.visitors import member
from audienceos.platform.actor import Scope
from audienceos.platform.auth.sessions import end_all, end_session
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import Id, acting, auth_of

Asked = Request[Any, Any, Any]


class TokenForm(Form):
    """What a new token is for, how far it reaches and how long."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scope: Scope = "read"
    days: Days = 90


@post(
    "/{slug:str}/account/sessions/{session_id:uuid}/removal",
    name="account-session-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def remove_session(request: Asked, slug: FromPath[str], session_id: Id) -> Response[Any]:
    """Sign one browser out; this one too, if it is the one."""
    person = await member(request)
    await end_session(auth_of(request), person.account_id, session_id)
    return go(request, "account", slug=slug, done="session")


@post(
    "/{slug:str}/account/sessions/removal",
    name="account-sessions-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def remove_others(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Sign out everywhere but here."""
    person = await member(request)
    await end_all(auth_of(request), person.account_id, but=person.session_id)
    return go(request, "account", slug=slug, done="sessions")


@post(
    "/{slug:str}/account/tokens",
    name="account-tokens",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def create_token(request: Asked) -> Response[Any]:
    """Make a token; the page shows it this once."""
    try:
        form = await from_form(request, TokenForm)
        async with acting(request) as db:
            made = await make_token(db, form.name, [form.scope], form.days)
    except REFUSALS as problem:
        return await account_page(request, await returned(request, problem, "token"))
    return await account_page(request, made=made)


@post(
    "/{slug:str}/account/tokens/{token_id:uuid}/removal",
    name="account-token-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def remove_token(request: Asked, slug: FromPath[str], token_id: Id) -> Response[Any]:
    """End a token."""
    async with acting(request) as db:
        await end_token(db, token_id)
    return go(request, "account", slug=slug, done="token")


HANDLERS = [remove_session, remove_others, create_token, remove_token]
