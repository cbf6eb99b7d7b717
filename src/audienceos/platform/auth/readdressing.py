"""A person takes another e-mail address: nothing changes before they have shown that it is theirs.

Whoever asks shows their password; a link goes to the new address, and a word about it to the present one. The link works
once, for its account alone, and whoever follows it must hold that account too. Nobody learns who has an account: for an
address that has one, the answer and the work are the same, and only its owner's mailbox tells that nothing will change.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import literal, select, update

from audienceos.platform import clock
from audienceos.platform.auth import throttle
from audienceos.platform.auth.emails import checked_email, email_key
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.letters import (
    EMAIL_HOURS,
    asked_letter,
    moved_letter,
    new_address_letter,
    taken_letter,
)
from audienceos.platform.auth.models import Account, AccountToken
from audienceos.platform.auth.recovery import GUESSES
from audienceos.platform.auth.secrets import hash_of, new_token
from audienceos.platform.auth.security import note
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from audienceos.platform.mail.posting import Letter, post_to_account

PURPOSE = "email"
LIVES = timedelta(hours=EMAIL_HOURS)


async def start_email_change(auth: Auth, account_id: UUID, email: str, password: str) -> None:
    """Mail the new address a link, and tell the present one. An earlier link of the kind is void from then on.

    Raises `Invalid` at `email` or `current_password`, and `TooMany`: for passwords tried, and for mails to the address.
    """
    wanted = checked_email(email)
    async with auth.database.serving() as db:
        await throttle.admit(db, GUESSES, str(account_id))
        account = await db.get_one(Account, account_id)
    if email_key(wanted) == account.email_key:
        raise Invalid.at("email", "This is your address already")
    if not await auth.passwords.verify(account.password_hash, password):
        raise Invalid.at("current_password", "That is not your password")
    async with auth.database.serving() as db:
        now = await db.get_one(Account, account_id, with_for_update=True)
        await throttle.forget(db, GUESSES, str(account_id))
        await throttle.take(db, throttle.MAILS_TO_ONE, PURPOSE, str(account_id))
        await throttle.take(db, throttle.MAILS_TO_ONE, PURPOSE, email_key(wanted))
        await _post(auth, db, now, wanted)


async def look_at_email_change(auth: Auth, token: str, account_id: UUID) -> str:
    """The address that the link proves, while it works. Raises as `confirm_email` does, but for `Conflict`."""
    async with auth.database.serving() as db:
        link = await _link(db, token, account_id)
        _require_live(link, await db.get_one(Account, account_id))
        return link.new_email or ""


async def confirm_email(auth: Auth, token: str, account_id: UUID) -> str:
    """Take the new address, proven, here and in every seat; open resets and other links end. Gives the address.

    Raises `NotFound`, `Gone` for a used or old link, `Forbidden` (`other_account`) when somebody else is signed in, and
    `Conflict` (`email_taken`) when the address has got an account: its owner asks, so they may know.
    """
    async with auth.database.serving() as db:
        link = await _link(db, token, account_id)
        account = await db.get_one(Account, account_id, with_for_update=True)
        await db.refresh(link, with_for_update=True)
        _require_live(link, account)
        wanted = link.new_email or ""
        if await _has_account(db, wanted):
            raise Conflict("This address has an account of its own: sign in to that one.", code="email_taken")
        before, now = account.email, clock.now()
        account.email, account.email_key, account.email_verified_at = wanted, email_key(wanted), now
        await _end_links(db, account_id)
        await auth.directory.address_changed(db, account_id, wanted, now)
        note(db, "email.changed", account_id=account_id, email_key=account.email_key)
        await _tell(db, account_id, before, moved_letter(auth.settings.url))
        return wanted


async def _post(auth: Auth, db: Db, account: Account, wanted: str) -> None:
    """The same steps whether or not the address has an account: the time they take must not tell."""
    token, is_taken = new_token(), await _has_account(db, wanted)
    await _end_links(db, account.id, PURPOSE)
    db.add(
        AccountToken(
            id=uuid7(),
            account_id=account.id,
            purpose=PURPOSE,
            hash=hash_of(token),
            email_key=account.email_key,
            new_email=wanted,
            expires_at=clock.now() + LIVES,
        )
    )
    await db.flush()
    url = auth.settings.url
    await _tell(db, account.id, wanted, taken_letter(url) if is_taken else new_address_letter(url, token))
    await _tell(db, account.id, account.email, asked_letter(url))
    note(db, "email.asked", account_id=account.id, email_key=email_key(wanted))


async def _has_account(db: Db, email: str) -> bool:
    found = await db.scalar(select(Account.id).where(Account.email_key == email_key(email)))
    return found is not None


async def _tell(db: Db, account_id: UUID, email: str, letter: Letter) -> None:
    await post_to_account(db, select(Account.id, literal(email)).where(Account.id == account_id), letter)


async def _end_links(db: Db, account_id: UUID, *purposes: str) -> None:
    """Those of the purposes, or all: a link that was mailed to an address given up opens nothing any more."""
    mine = (AccountToken.account_id == account_id) & AccountToken.used_at.is_(None)
    those = mine & AccountToken.purpose.in_(purposes) if purposes else mine
    await db.execute(update(AccountToken).where(those).values(used_at=clock.now()))


async def _link(db: Db, token: str, account_id: UUID) -> AccountToken:
    link = await db.scalar(
        select(AccountToken).where(AccountToken.hash == hash_of(token), AccountToken.purpose == PURPOSE)
    )
    if link is None:
        raise NotFound("link")
    if link.account_id != account_id:
        raise Forbidden("This link belongs to another account: sign in to that one.", code="other_account")
    return link


def _require_live(link: AccountToken, account: Account) -> None:
    if link.used_at is not None or link.expires_at <= clock.now() or link.email_key != account.email_key:
        raise Gone("This link was used or is too old. Ask for the change once more.")
