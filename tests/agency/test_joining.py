"""Whoever holds the link takes the seat: once, and only as who they are."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from audienceos.agency.directory import seats_of
from audienceos.agency.entering import Founding, found_agency
from audienceos.agency.invitations import invite
from audienceos.agency.joining import Joining, accept_invitation, look_at_invitation
from audienceos.agency.letters import proving_invitations
from audienceos.agency.models import User
from audienceos.platform.auth.accounts import Browser, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.sessions import sessions_of
from audienceos.platform.errors import Conflict, Forbidden, Gone, Invalid, Unauthenticated
from audienceos.platform.events.models import Event
from audienceos.platform.mail.mailer import Outgoing
from tests.entering import PASSWORD, Founded, as_mailed, door, found, fresh_email, joined, mailed, prove

BO = Joining(first_name="Bo", last_name="Lund", password=PASSWORD)


async def links(auth: Auth, host: Founded, email: str) -> tuple[str, str]:
    """The secrets of the copied and of the mailed link."""
    async with auth.database.acting(door(host)) as db:
        sent = await invite(db, auth.settings, email, "user")
    return sent.link.rpartition("/")[2], as_mailed(auth, email, sent.link).rpartition("/")[2]


async def test_somebody_new_by_mail_is_verified_and_signed_in(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    _, by_mail = await links(auth, host, email)

    accepted = await accept_invitation(auth, by_mail, BO, browser=Browser(user_agent="Firefox"))

    async with auth.database.acting(door(accepted)) as db:
        assert (db.actor.user_id, db.actor.role, db.actor.verified) == (accepted.user_id, "user", True)
        user = await db.get_one(User, (host.agency_id, accepted.user_id))
        events = (await db.scalars(select(Event.name).order_by(Event.seq))).all()
    assert (user.email, user.first_name) == (email, "Bo")
    assert events[-2:] == ["invitation.accepted", "user.joined"]
    assert (await sessions_of(auth.database, accepted.account_id))[0].user_agent == "Firefox"


async def test_a_copied_link_makes_an_account_that_joins_nothing_else(auth: Auth) -> None:
    host, other, email = await found(auth), await found(auth), fresh_email("bo")
    copied, _ = await links(auth, host, email)
    accepted = await accept_invitation(auth, copied, BO)
    elsewhere, _ = await links(auth, other, email)

    async with auth.database.acting(door(accepted)) as db:
        assert not db.actor.verified
    with pytest.raises(Forbidden) as refused:
        await accept_invitation(auth, elsewhere, Joining(), by=accepted.account_id)
    assert refused.value.code == "verify_first"

    await prove(auth, accepted.account_id)
    assert await accept_invitation(auth, elsewhere, Joining(), by=accepted.account_id)


async def test_the_mailed_link_verifies_an_account_that_was_not(auth: Auth) -> None:
    host, other, email = await found(auth), await found(auth), fresh_email("bo")
    copied, _ = await links(auth, host, email)
    accepted = await accept_invitation(auth, copied, BO)
    _, by_mail = await links(auth, other, email)

    await accept_invitation(auth, by_mail, Joining(), by=accepted.account_id)

    async with auth.database.acting(door(accepted)) as db:
        assert db.actor.verified


async def test_an_admin_who_reads_the_waiting_mail_gains_no_proof(auth: Auth) -> None:
    host, victim, mine = await found(auth), fresh_email("victim"), fresh_email("mallory")
    copied, _ = await links(auth, host, victim)
    link = f"{auth.settings.url}/invite/{copied}"
    async with auth.database.acting(door(host)) as db:
        await invite(db, auth.settings, mine, "user", f"hello\n{link}\r{link}\u2028{link}\n")

    finish = proving_invitations(auth.settings)
    smuggled = finish(Outgoing(id=host.user_id, to_email=mine, subject="", body=f"\n{link}\n")).body.strip()

    assert smuggled != link
    offer = await look_at_invitation(auth, smuggled.rpartition("/")[2])
    assert not offer.proven


async def test_an_address_with_an_account_signs_in_and_keeps_its_password(auth: Auth) -> None:
    host, email = await found(auth), fresh_email()
    owner = await found(auth, email=email)
    copied, by_mail = await links(auth, host, email.upper())

    assert (await look_at_invitation(auth, copied)).has_account
    for link in (copied, by_mail):
        with pytest.raises(Unauthenticated) as refused:
            await accept_invitation(
                auth, link, Joining(first_name="E", last_name="V", password="an evil password")
            )
        assert refused.value.code == "sign_in_first"
    accepted = await accept_invitation(auth, copied, Joining(), by=owner.account_id)

    assert accepted.session is None
    seats = (await sign_in(auth, email, PASSWORD, Browser())).seats
    assert {(seat.agency_id, seat.name) for seat in seats} == {
        (owner.agency_id, "Ada Quist"),
        (host.agency_id, "Ada Quist"),
    }


async def test_somebody_else_signed_in_does_not_take_the_seat(auth: Auth) -> None:
    host, stranger, taken = await found(auth), await found(auth), fresh_email()
    await found(auth, email=taken)

    for email in (taken, fresh_email()):
        copied, by_mail = await links(auth, host, email)
        for link in (copied, by_mail):
            with pytest.raises(Forbidden) as refused:
                await accept_invitation(auth, link, BO, by=stranger.account_id)
            assert refused.value.code == "other_account"
    async with auth.database.serving() as db:
        assert len(await seats_of(db, stranger.account_id)) == 1


async def test_the_link_works_once_even_at_once(auth: Auth) -> None:
    host = await found(auth)
    copied, by_mail = await links(auth, host, fresh_email("bo"))

    tries = await asyncio.gather(
        *(accept_invitation(auth, link, BO) for link in (copied, by_mail, copied)), return_exceptions=True
    )

    kinds = sorted(type(one).__name__ for one in tries)
    assert kinds.count("Joined") == 1
    assert set(kinds) <= {
        "Joined",
        "Gone",
        "Conflict",
        "Unauthenticated",
    }  # by now an account has that address
    with pytest.raises(Gone):
        await look_at_invitation(auth, copied)


async def test_every_wrong_field_is_told_and_the_link_stays_alive(auth: Auth) -> None:
    host = await found(auth, name="Lighthouse")
    copied, _ = await links(auth, host, fresh_email("bo"))

    with pytest.raises(Invalid) as wrong:
        await accept_invitation(auth, copied, Joining(password="lighthouse keeper"))

    assert {fault.field for fault in wrong.value.faults} == {"first_name", "last_name", "password"}
    assert await accept_invitation(auth, copied, BO)


async def test_a_founder_elsewhere_is_invited_with_the_address_they_have(auth: Auth) -> None:
    host, email = await found(auth), fresh_email()
    first = await found(auth, email=email)
    second = await found_agency(
        auth, Founding(name="B", first_name="Grace", last_name="Ny"), by=first.account_id
    )
    copied, _ = await links(auth, host, email)

    accepted = await accept_invitation(
        auth, copied, Joining(first_name="G.", last_name="Ny"), by=first.account_id
    )

    async with auth.database.serving() as db:
        names = {seat.agency_id: seat.name for seat in await seats_of(db, first.account_id)}
    assert names == {first.agency_id: "Ada Quist", second.agency_id: "Grace Ny", accepted.agency_id: "G. Ny"}


async def test_who_signed_up_meanwhile_is_asked_to_sign_in(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    copied, _ = await links(auth, host, email)
    new = await found(auth, email=email)

    with pytest.raises(Unauthenticated):
        await accept_invitation(auth, copied, BO)
    assert (await accept_invitation(auth, copied, Joining(), by=new.account_id)).session is None
    assert await mailed(auth.database, new.account_id, "verify")
    with pytest.raises(Conflict):
        await joined(auth, host, email=email)
