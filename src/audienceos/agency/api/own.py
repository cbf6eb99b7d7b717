"""What is the caller's own: `/v1/me`, `/v1/preferences`, `/v1/tokens`, `/v1/sessions`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.agency.forms import EmailChangeIn, SessionRow, Standing, TokenIn, UserView, Whereabouts
from audienceos.agency.preferences import Preferences, PreferencesPatch, preferences_of, save_preferences
from audienceos.agency.queries import here
from audienceos.agency.rosters import user_view
from audienceos.agency.tokens import OWN_TOKENS, Made, TokenRow, end_token, make_token
from audienceos.agency.visitors import member
from audienceos.platform.auth.readdressing import start_email_change
from audienceos.platform.auth.sessions import end_all, end_session, sessions_of
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.paging import Page
from audienceos.platform.web.requests import Id, Transaction, auth_of, database_of, lane_of, reading

Asked = Request[Any, Any, Any]
PEOPLE: dict[str, Any] = {"people_only": True}


class Me(msgspec.Struct, frozen=True):
    """Who asks, where, by what, and what they set for themselves (read-only here: see preferences)."""

    user: UserView
    agency: Whereabouts
    by: Standing
    preferences: Preferences


@get("/v1/me")
async def show_me(request: Asked) -> Me:
    """Who you are in this agency, and how far the session or token you show reaches."""
    async with reading(request) as lane:
        actor, at = lane.actor, await here(lane)
        return Me(
            user=await user_view(lane, actor.person),
            agency=Whereabouts(actor.agency_id, at.name, at.slug, at.timezone),
            by=Standing(actor.kind, list(actor.scopes)),
            preferences=await preferences_of(lane),
        )


@get("/v1/preferences")
async def show_preferences(request: Asked) -> Preferences:
    """What holds for you: what you set, and the default of everything else."""
    async with reading(request) as lane:
        return await preferences_of(lane)


@patch("/v1/preferences")
async def update_preferences(db: Transaction, data: JSONBody[PreferencesPatch]) -> Preferences:
    """Change several at once: absent leaves, null goes back to the default."""
    lane = await lane_of(db)
    await save_preferences(db, lane, data)
    return await preferences_of(lane)


@get("/v1/tokens", opt=PEOPLE)
async def list_tokens(request: Asked) -> Page[TokenRow]:
    """Your live tokens in this agency."""
    async with reading(request) as lane:
        return Page(await OWN_TOKENS.all(lane))


@post("/v1/tokens", opt=PEOPLE | {"secret": True})
async def add_token(db: Transaction, data: JSONBody[TokenIn]) -> Made:
    """Make a token that acts for you in this agency. It is shown this once."""
    return await make_token(db, data.name, data.scopes, data.days)


@delete("/v1/tokens/{token_id:uuid}", opt=PEOPLE)
async def remove_token(db: Transaction, token_id: Id) -> None:
    """End a token: your own, or as an admin anyone's."""
    await end_token(db, token_id)


@get("/v1/sessions", opt=PEOPLE)
async def list_sessions(request: Asked) -> Page[SessionRow]:
    """The browsers in which you are signed in, whichever the agency."""
    person = await member(request)
    found = await sessions_of(database_of(request), person.account_id)
    return Page(
        [
            SessionRow(
                s.id, s.user_agent, s.created_at, s.last_seen_at, s.expires_at, s.id == person.session_id
            )
            for s in found
        ]
    )


@delete("/v1/sessions", opt=PEOPLE)
async def remove_other_sessions(request: Asked) -> None:
    """Sign out everywhere but here."""
    person = await member(request)
    await end_all(auth_of(request), person.account_id, but=person.session_id)


@delete("/v1/sessions/{session_id:uuid}", opt=PEOPLE)
async def remove_session(request: Asked, session_id: Id) -> None:
    """Sign one browser out."""
    person = await member(request)
    await end_session(auth_of(request), person.account_id, session_id)


@post("/v1/email-changes", opt=PEOPLE | {"secret": True, OFF: True}, status_code=204)
async def add_email_change(request: Asked, data: JSONBody[EmailChangeIn]) -> None:
    """Ask for another address. A link goes there, and nothing changes before it is followed. The answer is the same
    for an address that has an account.
    """
    person = await member(request)
    await start_email_change(auth_of(request), person.account_id, data.email, data.current_password)


HANDLERS = [
    add_email_change,
    show_me,
    show_preferences,
    update_preferences,
    list_tokens,
    add_token,
    remove_token,
    list_sessions,
    remove_other_sessions,
    remove_session,
]
