"""Another e-mail address: nothing changes before it is proven, and nobody learns who has an account."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from audienceos.agency.models import User
from audienceos.platform import clock
from audienceos.platform.auth.accounts import Browser, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import Account, AccountToken
from audienceos.platform.auth.readdressing import confirm_email, look_at_email_change, start_email_change
from audienceos.platform.auth.recovery import look_at_reset, start_reset
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated
from audienceos.platform.mail.models import AccountMail
from tests.entering import PASSWORD, found, fresh_email, joined, mailed

HERE = Browser(user_agent="Firefox")


async def letters(auth: Auth, email: str) -> list[str]:
    """The kinds of the mails to an address, in their order."""
    async with auth.database.serving() as db:
        sent = select(AccountMail.kind).where(AccountMail.to_email == email).order_by(AccountMail.id)
        return list((await db.scalars(sent)).all())


async def address(auth: Auth, account_id: object) -> str:
    """With what the person signs in."""
    async with auth.database.serving() as db:
        return await db.scalar(select(Account.email).where(Account.id == account_id)) or ""


async def test_nothing_changes_before_the_link_is_followed(auth: Auth) -> None:
    old, new = fresh_email(), fresh_email("new")
    one = await found(auth, email=old)
    await start_email_change(auth, one.account_id, new, PASSWORD)
    assert await address(auth, one.account_id) == old
    with pytest.raises(Unauthenticated):
        await sign_in(auth, new, PASSWORD, HERE)
    assert (await letters(auth, new), (await letters(auth, old))[-1]) == (["email"], "email_asked")


async def test_the_link_changes_it_in_every_seat_and_tells_the_old_address(auth: Auth) -> None:
    old, new = fresh_email(), fresh_email("New")
    one = await found(auth, email=old)
    host = await found(auth)
    await joined(auth, host, email=fresh_email())
    await start_email_change(auth, one.account_id, new, PASSWORD)
    link = await mailed(auth.database, one.account_id, "email")
    assert await look_at_email_change(auth, link, one.account_id) == new
    assert await confirm_email(auth, link, one.account_id) == new
    async with auth.database.serving() as db:
        seats = (await db.scalars(select(User).where(User.account_id == one.account_id))).all()
    assert [(seat.email, seat.email_key) for seat in seats] == [(new, new.casefold())]
    assert all(seat.email_verified_at for seat in seats)
    assert (await sign_in(auth, new, PASSWORD, HERE)).verified
    assert (await letters(auth, old))[-1] == "email_changed"


async def test_only_a_hash_of_the_link_is_kept_and_it_works_once(auth: Auth) -> None:
    one = await found(auth)
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    link = await mailed(auth.database, one.account_id, "email")
    async with auth.database.serving() as db:
        kept = (await db.scalars(select(AccountToken.hash))).all()
    assert (hash_of(link) in kept, link in kept) == (True, False)
    await confirm_email(auth, link, one.account_id)
    with pytest.raises(Gone):
        await confirm_email(auth, link, one.account_id)


async def test_after_a_day_it_is_too_old(auth: Auth) -> None:
    one = await found(auth)
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    link = await mailed(auth.database, one.account_id, "email")
    with clock.stopped_at(clock.now() + timedelta(hours=24, minutes=1)), pytest.raises(Gone):
        await confirm_email(auth, link, one.account_id)


async def test_asking_again_voids_the_earlier_link(auth: Auth) -> None:
    one = await found(auth)
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    first = await mailed(auth.database, one.account_id, "email")
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    with pytest.raises(Gone):
        await confirm_email(auth, first, one.account_id)


async def test_the_mailbox_alone_is_not_enough(auth: Auth) -> None:
    one, other = await found(auth), await found(auth)
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    link = await mailed(auth.database, one.account_id, "email")
    with pytest.raises(Forbidden):
        await confirm_email(auth, link, other.account_id)
    with pytest.raises(NotFound):
        await confirm_email(auth, "no-such-link", one.account_id)


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("no address", PASSWORD, "email"),
        ("", PASSWORD, "email"),
        ("x@example.com", "wrong", "current_password"),
    ],
)
async def test_what_is_wrong_is_told_by_its_field(auth: Auth, email: str, password: str, field: str) -> None:
    one = await found(auth)
    with pytest.raises(Invalid) as told:
        await start_email_change(auth, one.account_id, email, password)
    assert list(told.value.by_field) == [field]


async def test_ones_own_address_is_no_change(auth: Auth) -> None:
    email = fresh_email()
    one = await found(auth, email=email)
    with pytest.raises(Invalid, match="your address already"):
        await start_email_change(auth, one.account_id, email.upper(), PASSWORD)


async def test_an_address_with_an_account_is_answered_the_same_and_only_its_owner_told(auth: Auth) -> None:
    theirs = fresh_email()
    one, _ = await found(auth), await found(auth, email=theirs)
    await start_email_change(auth, one.account_id, theirs, PASSWORD)
    assert (await letters(auth, theirs))[-1] == "email_taken"
    with pytest.raises(AssertionError, match="no email mail"):
        await mailed(auth.database, one.account_id, "email")


async def test_an_address_that_got_an_account_meanwhile_stays_theirs(auth: Auth) -> None:
    one, wanted = await found(auth), fresh_email()
    await start_email_change(auth, one.account_id, wanted, PASSWORD)
    link = await mailed(auth.database, one.account_id, "email")
    await found(auth, email=wanted)
    with pytest.raises(Conflict):
        await confirm_email(auth, link, one.account_id)


async def test_a_reset_that_was_mailed_to_the_old_address_opens_nothing(auth: Auth) -> None:
    old = fresh_email()
    one = await found(auth, email=old)
    await start_reset(auth, old)
    way_in = await mailed(auth.database, one.account_id, "reset")
    await start_email_change(auth, one.account_id, fresh_email(), PASSWORD)
    await confirm_email(auth, await mailed(auth.database, one.account_id, "email"), one.account_id)
    with pytest.raises(Gone):
        await look_at_reset(auth, way_in)


async def ask_often(auth: Auth, account_id: UUID, password: str) -> None:
    """Seven times, whatever is said of the password."""
    for _ in range(7):
        with suppress(Invalid):
            await start_email_change(auth, account_id, fresh_email(), password)


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
async def test_neither_passwords_nor_mailboxes_can_be_tried_without_end(auth: Auth, password: str) -> None:
    one = await found(auth)
    with pytest.raises(TooMany):
        await ask_often(auth, one.account_id, password)
