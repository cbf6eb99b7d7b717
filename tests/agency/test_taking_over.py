"""Somebody gave an address for an account that they never confirmed: who reads the mailbox takes it, and nothing else."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from audienceos.agency.entering import Founded
from audienceos.agency.joining import Joining, accept_invitation
from audienceos.agency.models import User
from audienceos.agency.readmitting import readmit
from audienceos.agency.team import reactivate
from audienceos.agency.tokens import make_token
from audienceos.platform.auth.accounts import Browser, account_at, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.readdressing import confirm_email, start_email_change
from audienceos.platform.auth.recovery import look_at_reset, reset, start_reset, verify
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.sessions import person_of
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import Gone, NotFound, Unauthenticated
from audienceos.platform.events.models import Event
from audienceos.platform.mail.models import AccountMail
from tests.agency.browsing import empty_tab
from tests.agency.test_joining import BO, links
from tests.cast import Stage
from tests.entering import PASSWORD, door, found, fresh_email, mailed

NEW = "nine other bicycles"
HERE = Browser(user_agent="Firefox")


async def squatted(auth: Auth) -> tuple[str, Founded]:
    """An address with an agency that somebody opened under it and never confirmed."""
    email = fresh_email()
    return email, await found(auth, email=email, proven=False)


async def taken(auth: Auth, email: str, founded: Founded) -> None:
    """Its owner asks, reads the mail and chooses a password."""
    await start_reset(auth, email)
    await reset(auth, await mailed(auth.database, founded.account_id, "reset"), NEW)


async def test_the_letter_says_what_taking_it_means(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await start_reset(auth, email)
    async with auth.database.serving() as db:
        kept = select(AccountMail.body).where(AccountMail.to_email == email, AccountMail.kind == "reset")
        assert "never confirmed" in (await db.scalar(kept) or "")
    assert not await look_at_reset(auth, await mailed(auth.database, founded.account_id, "reset"))


async def test_the_owner_has_it_proven_and_enters_no_agency_of_anothers(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await taken(auth, email, founded)
    entered = await sign_in(auth, email, NEW, HERE)
    assert (entered.verified, entered.seats) == (True, [])
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(
            Credential(founded.agency_id, "session", hash_of(entered.session.token))
        ):
            pass


async def test_who_squatted_is_out_with_every_session_token_and_password(auth: Auth) -> None:
    email, founded = await squatted(auth)
    assert founded.session is not None
    async with auth.database.acting(door(founded)) as db:
        made = await make_token(db, "Reports", ["read"])
    await taken(auth, email, founded)
    assert await person_of(auth.database, founded.session.token) is None
    for how, secret in (("session", founded.session.token), ("token", made.token)):
        with pytest.raises(Unauthenticated):
            async with auth.database.acting(Credential(founded.agency_id, how, hash_of(secret))):
                pass
    with pytest.raises(Unauthenticated):
        await sign_in(auth, email, PASSWORD, HERE)


async def test_no_link_that_the_squatter_had_sent_opens_anything_afterwards(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await start_email_change(auth, founded.account_id, fresh_email(), PASSWORD)
    moving = await mailed(auth.database, founded.account_id, "email")
    await taken(auth, email, founded)
    with pytest.raises(Gone):
        await confirm_email(auth, moving, founded.account_id)


async def test_it_works_once_even_at_once(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await start_reset(auth, email)
    link = await mailed(auth.database, founded.account_id, "reset")
    tries = (reset(auth, link, f"{NEW} number {number}") for number in range(3))
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Gone", "Gone", "NoneType"]


async def test_a_seat_that_a_copied_link_gave_waits_for_an_admin(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    copied, _ = await links(auth, host, email)
    joined = await accept_invitation(auth, copied, BO)
    await start_reset(auth, email)
    await reset(auth, await mailed(auth.database, joined.account_id, "reset"), NEW)
    async with auth.database.acting(door(host)) as db:
        assert not (await db.get_one(User, (host.agency_id, joined.user_id))).is_active
        told = await db.scalar(select(Event).where(Event.name == "user.deactivated"))
        assert told is not None
        assert (told.actor_kind, told.data["why"]) == ("system", "somebody else proved the address")
        await reactivate(db, joined.user_id)
    (seat,) = (await sign_in(auth, email, NEW, HERE)).seats
    assert seat.agency_id == host.agency_id


async def test_who_confirmed_in_time_loses_nothing(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await start_reset(auth, email)
    link = await mailed(auth.database, founded.account_id, "reset")
    await verify(auth, await mailed(auth.database, founded.account_id, "verify"), founded.account_id)
    await reset(auth, link, NEW)
    assert [seat.agency_id for seat in (await sign_in(auth, email, NEW, HERE)).seats] == [founded.agency_id]


async def test_another_agencys_invitation_is_accepted_then(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await taken(auth, email, founded)
    host = await found(auth)
    copied, _ = await links(auth, host, email)
    names = Joining(first_name="Bo", last_name="Ek")
    joined = await accept_invitation(auth, copied, names, by=founded.account_id)
    assert joined.agency_id == host.agency_id


async def test_the_way_is_found_from_the_sign_up(stage: Stage) -> None:
    auth = stage.parts.auth
    email, founded = await squatted(auth)
    tab = empty_tab(stage)
    page = await tab.open("/sign-up")
    given = {"agency": "Mine", "first_name": "Bo", "last_name": "Ek", "email": email, "password": NEW}
    refused = await tab.send(page.form("/sign-up"), given)
    assert (refused.status, "Prove it by mail" in refused.text) == (409, True)
    asked = await tab.send((await tab.open("/reset")).form("/reset"), {"email": email})
    assert "Look into your mailbox" in asked.text
    link = await mailed(auth.database, founded.account_id, "reset")
    choosing = await tab.open(f"/reset/{link}")
    assert "Nobody has confirmed this address yet" in choosing.text
    done = await tab.send(choosing.form(link), {"password": NEW})
    entered = await tab.send(done.form("/sign-in"), {"email": email, "password": NEW})
    assert entered.answer.url.path == "/agencies"
    async with auth.database.serving() as db:
        account = await account_at(db, email)
    assert account is not None
    assert account.verified_at is not None


async def test_who_runs_the_machine_lets_them_in_again(auth: Auth) -> None:
    email, founded = await squatted(auth)
    await taken(auth, email, founded)
    for _ in range(2):
        async with auth.database.serving() as db:
            assert await readmit(db, email, founded.slug) == founded.slug
    assert [seat.agency_id for seat in (await sign_in(auth, email, NEW, HERE)).seats] == [founded.agency_id]


@pytest.mark.parametrize("there", [True, False])
async def test_nobody_is_let_in_where_they_never_were(auth: Auth, there: bool) -> None:
    _, founded = await squatted(auth)
    async with auth.database.serving() as db:
        with pytest.raises(NotFound):
            await readmit(db, fresh_email(), founded.slug if there else "never-was")
