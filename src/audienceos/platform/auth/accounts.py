"""A person's account: made, and entered by e-mail and password."""

from __future__ import annotations

import re
from asyncio import sleep
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.platform import clock
from audienceos.platform.auth import models, throttle
from audienceos.platform.auth.emails import email_key, is_email
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import SignIn
from audienceos.platform.auth.ports import Seat
from audienceos.platform.auth.security import note
from audienceos.platform.auth.sessions import Opened, open_session
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, NotFound, Unauthenticated

MARK = re.compile(r"[0-9a-f]{64}")
WRONG = "That e-mail and password don't belong together."


class Account(msgspec.Struct, frozen=True):
    """A person, as other rooms may know them."""

    id: UUID
    email: str
    verified_at: datetime | None


class Browser(msgspec.Struct, frozen=True):
    """What a sign-in comes from."""

    address: str = ""
    """The network address, as the trusted proxies report it."""
    user_agent: str = ""
    mark: str | None = None
    """What an earlier sign-in left in this browser (`Opened.mark`)."""


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody came in: their session, shown this once, and the agencies they may enter."""

    account_id: UUID
    verified: bool
    session: Opened
    seats: list[Seat]


class _Found(msgspec.Struct, frozen=True):
    account_id: UUID
    password_hash: str
    is_known: bool


async def create_account(
    db: Db, email: str, password_hash: str, *, verified_at: datetime | None = None
) -> Account:
    """Keep a new person, with this transaction of the service login; the caller has checked both.

    Raises `Conflict` (`email_taken`) when the address has an account already.
    """
    account_id = await db.scalar(
        insert(models.Account)
        .values(
            id=uuid7(),
            email=email,
            email_key=email_key(email),
            email_verified_at=verified_at,
            password_hash=password_hash,
            password_changed_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["email_key"])
        .returning(models.Account.id)
    )
    if account_id is None:
        raise Conflict("This e-mail has an account already: sign in to it.", code="email_taken")
    note(db, "account.created", account_id=account_id)
    return Account(account_id, email, verified_at)


async def account_of(db: Db, account_id: UUID) -> Account:
    """The person, by the service login. Raises `NotFound`."""
    return _facts(await db.scalar(select(models.Account).where(models.Account.id == account_id)))


async def account_at(db: Db, email: str) -> Account | None:
    """Whose address this is, by the service login."""
    key = email_key(email)
    found = await db.scalar(select(models.Account).where(models.Account.email_key == key))
    return _facts(found) if found else None


def _facts(row: models.Account | None) -> Account:
    if row is None:
        raise NotFound("account")
    return Account(row.id, row.email, row.email_verified_at)


async def sign_in(auth: Auth, email: str, password: str, browser: Browser) -> SignedIn:
    """Open a session for the person whose e-mail and password these are.

    Raises `Unauthenticated` (`wrong_credentials`), the same for an unknown e-mail and after the same work, and
    `TooMany` by the rule of `throttle`.
    """
    key = email_key(email)
    found, wait = await _admitted(auth, key, browser)
    if wait:
        await sleep(wait)
    kept = found and found.password_hash
    right = await auth.passwords.verify(kept, password)
    if not (right and found):
        await _failed(auth, key, found)
        raise Unauthenticated(WRONG, code="wrong_credentials")
    outdated = auth.passwords.is_outdated(found.password_hash)
    return await _entered(
        auth, key, browser, found, await auth.passwords.hash(password) if outdated else None
    )


async def _admitted(auth: Auth, key: str, browser: Browser) -> tuple[_Found | None, float]:
    async with auth.database.serving() as db:
        found = await _find(db, key, browser.mark)
        known = browser.mark if found and found.is_known else None
        return found, await throttle.admit_sign_in(db, key, browser.address, known)


async def _find(db: Db, key: str, mark: str | None) -> _Found | None:
    # What can't be an address (it may hold a NUL) is asked for as the address that nobody has.
    asked = key if is_email(key) else ""
    shown = mark if mark and MARK.fullmatch(mark) else ""
    left_here = select(SignIn.id).where(SignIn.account_id == models.Account.id, SignIn.hash == shown)
    row = (
        await db.execute(
            select(models.Account.id, models.Account.password_hash, left_here.exists()).where(
                models.Account.email_key == asked
            )
        )
    ).one_or_none()
    return _Found(row[0], row[1], row[2]) if row else None


async def _failed(auth: Auth, key: str, found: _Found | None) -> None:
    async with auth.database.serving() as db:
        note(db, "sign_in.failed", account_id=found and found.account_id, email_key=key)


async def _entered(auth: Auth, key: str, browser: Browser, found: _Found, fresh_hash: str | None) -> SignedIn:
    async with auth.database.serving() as db:
        # The row is locked and compared again: a password changed meanwhile must not leave a session behind.
        account = await db.scalar(
            select(models.Account)
            .where(models.Account.id == found.account_id, models.Account.password_hash == found.password_hash)
            .with_for_update()
        )
        if account is None:
            raise Unauthenticated(WRONG, code="wrong_credentials")
        if fresh_hash is not None:
            await db.execute(
                update(models.Account).where(models.Account.id == account.id).values(password_hash=fresh_hash)
            )
        await throttle.forgive_sign_in(db, key, browser.address, browser.mark if found.is_known else None)
        opened = open_session(db, auth.settings, account.id, browser.user_agent)
        note(db, "sign_in.succeeded", account_id=account.id)
        seats = await auth.directory.seats(db, account.id)
        return SignedIn(account.id, account.email_verified_at is not None, opened, seats)
