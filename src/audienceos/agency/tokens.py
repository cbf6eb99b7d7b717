"""Keys for programs: made by a person for themselves, shown once, ended by them or an admin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from audienceos.agency.models import ApiToken, User
from audienceos.agency.people import checked_words, tried
from audienceos.agency.standing import require_signed_in
from audienceos.platform import clock
from audienceos.platform.actor import Scope, Sight
from audienceos.platform.auth.secrets import hash_of, new_api_token
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, FieldFault, Invalid, NotFound
from audienceos.platform.events.recording import record

DAYS, MOST_DAYS = 90, 365
NAME_LENGTH = 100
HINT = 4  # letters of the token's end, to know it again in a list
MOST = 50  # live tokens a person may hold: more are forgotten ones


class Made(msgspec.Struct, frozen=True):
    """A new token. `token` is shown this once."""

    id: UUID
    token: str
    name: str
    hint: str
    scopes: list[Scope]
    expires_at: datetime


class TokenRow(msgspec.Struct, frozen=True):
    """A token in the list of its holder."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


async def make_token(db: Db, name: str, scopes: Collection[str], days: int = DAYS) -> Made:
    """A token of the acting person, for this agency, that ends by itself after 1 to 365 days.

    Writing includes reading. Raises `Forbidden` for a token that asks, `Invalid`, `Conflict` (`too_many_tokens`).
    """
    actor = db.actor
    require_signed_in(actor, "make a token")
    name, granted = _checked(name, scopes, days)
    await _refuse_too_many(db)
    token, expires = new_api_token(actor.agency_id), clock.now() + timedelta(days=days)
    row = ApiToken(
        id=uuid7(),
        user_id=actor.person,
        name=name,
        hash=hash_of(token),
        hint=token[-HINT:],
        scopes=list(granted),
        expires_at=expires,
    )
    db.add(row)
    told = {"name": name, "scopes": list(granted)}
    await record(db, "token.made", "token", row.id, user_id=actor.person, after=told)
    return Made(row.id, token, name, row.hint, granted, expires)


async def end_token(db: Db, token_id: UUID) -> None:
    """End one's own token, or as an admin anyone's; ending an ended one is no error. Raises `NotFound`."""
    actor = db.actor
    require_signed_in(actor, "end a token")
    query = select(ApiToken).where(ApiToken.agency_id == actor.agency_id, ApiToken.id == token_id)
    if not actor.is_admin:
        query = query.where(ApiToken.user_id == actor.person)
    token = await db.scalar(query.with_for_update())
    if token is None:
        raise NotFound("token")
    if token.ended_at is None:
        token.ended_at = clock.now()
        await record(db, "token.ended", "token", token.id, user_id=token.user_id, after={"name": token.name})


def _own_tokens(sight: Sight) -> Question:
    columns = [getattr(ApiToken, name) for name in TokenRow.__struct_fields__]
    return (
        select(*columns)
        .where(ApiToken.agency_id == AGENCY, ApiToken.user_id == PERSON)
        .where(ApiToken.ended_at.is_(None), ApiToken.expires_at > func.now())
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )


OWN_TOKENS = Read(TokenRow, _own_tokens)
"""The reader's live tokens in this agency, the newest first."""


def _checked(name: str, scopes: Collection[str], days: int) -> tuple[str, list[Scope]]:
    faults: list[FieldFault] = []
    tidy = tried(faults, checked_words, name, "name", NAME_LENGTH) or ""
    known: tuple[Scope, ...] = get_args(Scope)
    if not scopes or not set(scopes) <= set(known):
        faults.append(FieldFault("scopes", f"Choose from {' and '.join(known)}"))
    if not 1 <= days <= MOST_DAYS:
        faults.append(FieldFault("days", f"Choose 1 to {MOST_DAYS} days"))
    if faults:
        raise Invalid(faults)
    return tidy, list(known) if "write" in scopes else ["read"]


async def _refuse_too_many(db: Db) -> None:
    """Their own row is locked, so two at once count as two."""
    mine = (User.agency_id == db.actor.agency_id) & (User.id == db.actor.person)
    await db.execute(select(User.id).where(mine).with_for_update())
    live = await db.scalar(
        select(func.count())
        .select_from(ApiToken)
        .where(ApiToken.agency_id == db.actor.agency_id, ApiToken.user_id == db.actor.person)
        .where(ApiToken.ended_at.is_(None), ApiToken.expires_at > clock.now())
    )
    if (live or 0) >= MOST:
        raise Conflict(f"{MOST} tokens are the most; end one that isn't used.", code="too_many_tokens")
