"""One-time links of a person, and their password: an address proven, a password reset or changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.platform import clock
from audienceos.platform.auth import throttle
from audienceos.platform.auth.accounts import Browser
from audienceos.platform.auth.emails import email_key, is_email
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.letters import (
    RESET_MINUTES,
    VERIFY_DAYS,
    changed_letter,
    reset_letter,
    taking_letter,
    verify_letter,
)
from audienceos.platform.auth.models import Account, AccountToken
from audienceos.platform.auth.passwords import check_password
from audienceos.platform.auth.secrets import hash_of, new_token
from audienceos.platform.auth.security import note
from audienceos.platform.auth.sessions import Opened, end_sessions, open_session
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden, Gone, Invalid, NotFound
from audienceos.platform.mail.posting import Letter, post_to_account

Purpose = Literal["verify", "reset"]
LIVES = {"verify": timedelta(days=VERIFY_DAYS), "reset": timedelta(minutes=RESET_MINUTES)}
KEPT = timedelta(days=30)
GUESSES = throttle.Slowing("own password", free=5, longest=60)


async def start_verification(auth: Auth, account_id: UUID) -> None:
    """Mail the person a link that proves their address; nothing if it is proven. Raises `TooMany`."""
    async with auth.database.serving() as db:
        await throttle.take(db, throttle.MAILS_TO_ONE, "verify", str(account_id))
        await post_verification(auth, db, account_id)


async def post_verification(auth: Auth, db: Db, account_id: UUID) -> None:
    """The same, with the caller's transaction of the service login and without a limit."""
    whose = select(Account.id, Account.email).where(
        Account.id == account_id, Account.email_verified_at.is_(None)
    )
    token = new_token()
    await _post_link(db, whose, "verify", token, verify_letter(auth.settings.url, token))


async def verify(auth: Auth, token: str, account_id: UUID) -> None:
    """Take the address of the signed-in person for proven, here and in every seat.

    The link alone is not enough: whoever reads the mailbox must also hold the account, else the owner of a
    mistyped address would take over a stranger's agency. Raises `NotFound`, `Gone` for a used or old link,
    `Forbidden` (`other_account`) when somebody else is signed in.
    """
    async with auth.database.serving() as db:
        link = await _link(db, "verify", token)
        if link.account_id != account_id:
            raise Forbidden(
                "This link belongs to another account: sign in to that one.", code="other_account"
            )
        account = await db.get_one(Account, account_id, with_for_update=True)
        if account.email_verified_at is not None:
            return
        _require_live(link, account)
        await take_for_proven(auth, db, account_id)


async def take_for_proven(auth: Auth, db: Db, account_id: UUID) -> None:
    """The person's address is proven, whichever mail proved it; its open links have done their work."""
    now = clock.now()
    account = await db.get_one(Account, account_id, with_for_update=True)
    account.email_verified_at = now
    await _use_up(db, account.id, "verify")
    await auth.directory.address_verified(db, account.id, now)
    note(db, "account.verified", account_id=account.id)


async def start_reset(auth: Auth, email: str, address: str = "") -> None:
    """Mail a reset link if the address has an account; say and do the same if it hasn't.

    Where nobody ever proved the address, the letter tells what taking it means. Raises `TooMany`, by the address
    asked for and by who asks, whether or not there is an account.
    """
    key = email_key(email)
    there = Account.email_key == (key if is_email(key) else "")
    token, url = new_token(), auth.settings.url
    async with auth.database.serving() as db:
        await throttle.take(db, throttle.MAILS_TO_ONE, "reset", key)
        if address:
            await throttle.take(db, throttle.MAILS_FROM_ONE, throttle.prefix_of(address))
        is_unproven = await db.scalar(select(Account.email_verified_at.is_(None)).where(there))
        letter = taking_letter(url, token) if is_unproven else reset_letter(url, token)
        await _post_link(db, select(Account.id, Account.email).where(there), "reset", token, letter)
        note(db, "reset.asked", email_key=key)


async def look_at_reset(auth: Auth, token: str) -> bool:
    """Whether the account's address was proven before, while the link works. Raises `NotFound` or `Gone`."""
    async with auth.database.serving() as db:
        link = await _link(db, "reset", token)
        account = await db.get_one(Account, link.account_id)
        _require_live(link, account)
        return account.email_verified_at is not None


async def reset(auth: Auth, token: str, password: str) -> None:
    """Set a new password by a mailed link; ends every session and API token made before.

    Of an account whose address nobody had proven, whoever reads the mailbox takes it and proves it; its seats
    stay behind, closed. Raises `NotFound`, `Gone`, `Invalid` at `password`.
    """
    async with auth.database.serving() as db:
        link = await _link(db, "reset", token)
        account = await db.get_one(Account, link.account_id)
        _require_live(link, account)
        own = await own_words(auth, db, account) if account.email_verified_at else [account.email]
        check_password(password, own)
    fresh = await auth.passwords.hash(password)
    async with auth.database.serving() as db:
        account = await db.get_one(Account, link.account_id, with_for_update=True)
        _require_live(await _link(db, "reset", token), account)
        await _renew(auth, db, account, fresh)
        if account.email_verified_at is None:
            await _take_over(auth, db, account)


async def _take_over(auth: Auth, db: Db, account: Account) -> None:
    """The mailbox's owner has the account from now on, and nothing that somebody else began under their address.

    They may be another person than the one who typed it, so they get none of what was done there: an agency with
    its clients, or a seat that was meant for whoever held the link. An admin may open a seat again.
    """
    await auth.directory.close_seats(db, account.id)
    await _use_up(db, account.id)
    await take_for_proven(auth, db, account.id)
    note(db, "account.taken_over", account_id=account.id)


async def change_password(
    auth: Auth, account_id: UUID, current: str, password: str, browser: Browser
) -> Opened:
    """Set a new password by the old one; ends every session and API token made before, the present one too.

    Returns a fresh session for the present browser. Raises `Invalid` at `current_password` or `password`, and
    `TooMany`: a browser left open is no place to guess either.
    """
    async with auth.database.serving() as db:
        await throttle.admit(db, GUESSES, str(account_id))
        account = await db.get_one(Account, account_id)
        own = await own_words(auth, db, account)
    if not await auth.passwords.verify(account.password_hash, current):
        raise Invalid.at("current_password", "That is not your password")
    check_password(password, own)
    fresh = await auth.passwords.hash(password)
    async with auth.database.serving() as db:
        now = await db.get_one(Account, account_id, with_for_update=True)
        if now.password_hash != account.password_hash:
            raise Invalid.at("current_password", "Your password was changed meanwhile")
        await throttle.forget(db, GUESSES, str(account_id))
        await _renew(auth, db, now, fresh)
        return open_session(db, auth.settings, account_id, browser.user_agent)


async def forget_old_links(database: Database) -> int:
    """Drop one-time links that ran out a month ago; the timetable calls it. Returns how many."""
    async with database.serving() as db:
        old = AccountToken.expires_at < clock.now() - KEPT
        return len((await db.execute(delete(AccountToken).where(old).returning(AccountToken.id))).all())


async def own_words(auth: Auth, db: Db, account: Account) -> list[str]:
    """What must not stand in the person's password: their address, names and agencies."""
    seats = await auth.directory.seats(db, account.id)
    return [account.email, *(word for seat in seats for word in (seat.name, seat.agency_name))]


async def _renew(auth: Auth, db: Db, account: Account, fresh_hash: str) -> None:
    account.password_hash, account.password_changed_at = fresh_hash, clock.now()
    await _use_up(db, account.id, "reset")
    await end_sessions(auth, db, account.id)
    await auth.directory.end_tokens(db, account.id, clock.now())
    note(db, "password.changed", account_id=account.id)
    whose = select(Account.id, Account.email).where(Account.id == account.id)
    await post_to_account(db, whose, changed_letter(auth.settings.url))


async def _post_link(db: Db, whose: Select[UUID, str], purpose: Purpose, token: str, letter: Letter) -> None:
    # Two statements, whether the query finds somebody or not: the time they take must not tell which.
    found = whose.add_columns(Account.email_key).subquery()
    now = clock.now()
    await db.execute(
        insert(AccountToken)
        .from_select(
            ["id", "account_id", "email_key", "purpose", "hash", "expires_at", "created_at"],
            select(
                literal(uuid7()),
                found.c.id,
                found.c.email_key,
                literal(purpose),
                literal(hash_of(token)),
                literal(now + LIVES[purpose]),
                literal(now),
            ),
            include_defaults=False,
        )
        .returning(AccountToken.id)
    )
    await post_to_account(db, whose, letter)


async def _link(db: Db, purpose: Purpose, token: str) -> AccountToken:
    link = await db.scalar(
        select(AccountToken).where(AccountToken.hash == hash_of(token), AccountToken.purpose == purpose)
    )
    if link is None:
        raise NotFound("link")
    return link


def _require_live(link: AccountToken, account: Account) -> None:
    if link.used_at is not None or link.expires_at <= clock.now() or link.email_key != account.email_key:
        raise Gone("This link was used or is too old. Ask for a new one.")


async def _use_up(db: Db, account_id: UUID, purpose: Purpose | None = None) -> None:
    """Open links of that purpose, or of any, open nothing any more."""
    mine = (AccountToken.account_id == account_id) & AccountToken.used_at.is_(None)
    those = mine if purpose is None else mine & (AccountToken.purpose == purpose)
    await db.execute(update(AccountToken).where(those).values(used_at=clock.now()))
