"""An admin asks somebody in; the link works once, for seven days, and only for whom it was meant."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from audienceos.agency.invitations import Invited, cancel_invitation, invite, resend_invitation
from audienceos.agency.joining import Joining, accept_invitation, look_at_invitation
from audienceos.agency.models import Invitation
from audienceos.agency.team import deactivate, remove
from audienceos.agency.tokens import make_token
from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany
from audienceos.platform.events.models import Event
from audienceos.platform.mail.models import AgencyMail
from tests.entering import PASSWORD, Founded, door, found, fresh_email, joined

BO = Joining(first_name="Bo", last_name="Lund", password=PASSWORD)


async def invited(auth: Auth, host: Founded, email: str | None = None) -> Invited:
    async with auth.database.acting(door(host)) as db:
        return await invite(db, auth.settings, email or fresh_email("bo"), "user", "Welcome!\nSee you.")


def secret(sent: Invited) -> str:
    return sent.link.rpartition("/")[2]


async def test_the_page_says_who_asks_whom_to_what(auth: Auth) -> None:
    host = await found(auth, name="Beacon")
    sent = await invited(auth, host)

    offer = await look_at_invitation(auth, secret(sent))

    assert (offer.agency_name, offer.inviter, offer.email, offer.role) == (
        "Beacon",
        "Ada Quist",
        sent.email,
        "user",
    )
    assert not offer.has_account
    assert offer.expires_at - clock.now() > timedelta(days=6)
    assert sent.link.startswith(f"{auth.settings.url}/invite/")
    assert sent.email_status == "kept"


async def test_the_link_is_kept_as_a_hash_and_the_mail_waits(auth: Auth) -> None:
    host = await found(auth, name="Beacon")
    sent = await invited(auth, host)

    async with auth.database.acting(door(host)) as db:
        row = (await db.scalars(select(Invitation))).one()
        mail = (await db.scalars(select(AgencyMail))).one()
        told = (await db.scalars(select(Event).where(Event.topic == "invitation"))).one()

    assert row.hash == hash_of(secret(sent))
    assert (mail.to_email, mail.about_id, mail.subject) == (
        sent.email,
        sent.id,
        "Ada Quist invites you to Beacon",
    )
    assert f"\n{sent.link}\n" in mail.body
    assert "\n> Welcome!\n> See you.\n" in mail.body
    assert (told.name, told.after) == ("invitation.sent", {"email": sent.email, "role": "user"})


async def test_only_a_verified_signed_in_admin_invites(auth: Auth) -> None:
    unverified, host = await found(auth, proven=False), await found(auth)
    user = await joined(auth, host)
    async with auth.database.acting(door(host)) as db:
        made = await make_token(db, "Reports", ["write"])
    token = Credential(host.agency_id, "token", hash_of(made.token))

    for opening, code in (
        (door(unverified), "verify_first"),
        (door(user), "forbidden"),
        (token, "person_only"),
    ):
        with pytest.raises(Forbidden) as refused:
            async with auth.database.acting(opening) as db:
                await invite(db, auth.settings, fresh_email(), "user")
        assert refused.value.code == code


async def test_a_waiting_one_is_offered_for_resending(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    sent = await invited(auth, host, email)

    with pytest.raises(Conflict) as pending:
        await invited(auth, host, email.upper())

    assert pending.value.code == "invitation_pending"
    assert pending.value.extra == {"invitation_id": str(sent.id)}


async def test_two_at_once_make_one(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")

    tries = await asyncio.gather(*(invited(auth, host, email) for _ in range(3)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in tries) == ["Conflict", "Conflict", "Invited"]


async def test_members_are_not_invited_and_the_removed_may_be_again(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    first = await joined(auth, host, email=email)

    with pytest.raises(Conflict) as active:
        await invited(auth, host, email)
    async with auth.database.acting(door(host)) as db:
        await deactivate(db, first.user_id)
    with pytest.raises(Conflict) as inactive:
        await invited(auth, host, email)
    async with auth.database.acting(door(host)) as db:
        await remove(db, first.user_id)
    sent = await invited(auth, host, email)
    again = await accept_invitation(auth, secret(sent), Joining(), by=first.account_id)

    assert (active.value.code, inactive.value.code) == ("already_member", "deactivated")
    assert again.user_id != first.user_id
    async with auth.database.acting(door(first)) as db:
        assert db.actor.user_id == again.user_id
        assert db.actor.name == "Bo Lund"


async def test_ten_an_hour_resent_ones_too(auth: Auth) -> None:
    host = await found(auth)
    for _ in range(8):
        await invited(auth, host)
    last = await invited(auth, host)
    async with auth.database.acting(door(host)) as db:
        await resend_invitation(db, auth.settings, last.id)

    with pytest.raises(TooMany) as slow:
        await invited(auth, host)
    with pytest.raises(TooMany):
        async with auth.database.acting(door(host)) as db:
            await resend_invitation(db, auth.settings, last.id)

    assert 3500 < slow.value.retry_after <= 3601
    with clock.stopped_at(clock.now() + timedelta(hours=1)):
        assert await invited(auth, host)


async def test_ten_an_hour_even_at_once(auth: Auth) -> None:
    host = await found(auth)

    tries = await asyncio.gather(*(invited(auth, host) for _ in range(14)), return_exceptions=True)

    kinds = [type(one).__name__ for one in tries]
    assert (kinds.count("Invited"), kinds.count("TooMany")) == (10, 4)


async def test_a_resent_one_has_seven_fresh_days_and_voids_the_old_link(auth: Auth) -> None:
    host = await found(auth)
    sent = await invited(auth, host)

    with clock.stopped_at(clock.now() + timedelta(days=8)):
        with pytest.raises(Gone):
            await look_at_invitation(auth, secret(sent))
        async with auth.database.acting(door(host)) as db:
            again = await resend_invitation(db, auth.settings, sent.id)
        assert (await look_at_invitation(auth, secret(again))).email == sent.email

    assert again.id == sent.id
    with pytest.raises(NotFound):
        await look_at_invitation(auth, secret(sent))


async def test_one_that_ran_out_makes_way(auth: Auth) -> None:
    host, email = await found(auth), fresh_email("bo")
    sent = await invited(auth, host, email)

    with clock.stopped_at(clock.now() + timedelta(days=7)):
        again = await invited(auth, host, email)
        assert again.id != sent.id
        with pytest.raises(Gone):
            await look_at_invitation(auth, secret(sent))


async def test_a_cancelled_one_is_gone(auth: Auth) -> None:
    host = await found(auth)
    sent = await invited(auth, host)

    for _ in range(2):
        async with auth.database.acting(door(host)) as db:
            await cancel_invitation(db, sent.id)

    with pytest.raises(Gone):
        await look_at_invitation(auth, secret(sent))
    with pytest.raises(Gone):
        await accept_invitation(auth, secret(sent), BO)
    with pytest.raises(Gone):
        async with auth.database.acting(door(host)) as db:
            await resend_invitation(db, auth.settings, sent.id)
    async with auth.database.acting(door(host)) as db:
        cancelled = await db.scalars(select(Event).where(Event.name == "invitation.cancelled"))
        assert len(cancelled.all()) == 1


async def test_an_accepted_one_is_neither_cancelled_nor_resent(auth: Auth) -> None:
    host = await found(auth)
    sent = await invited(auth, host)
    await accept_invitation(auth, secret(sent), BO)

    with pytest.raises(Conflict):
        async with auth.database.acting(door(host)) as db:
            await cancel_invitation(db, sent.id)
    with pytest.raises(Gone):
        async with auth.database.acting(door(host)) as db:
            await resend_invitation(db, auth.settings, sent.id)


async def test_another_agencys_invitation_is_nowhere(auth: Auth) -> None:
    host, stranger = await found(auth), await found(auth)
    sent = await invited(auth, host)

    for invitation_id in (sent.id, uuid4()):
        with pytest.raises(NotFound):
            async with auth.database.acting(door(stranger)) as db:
                await cancel_invitation(db, invitation_id)
        with pytest.raises(NotFound):
            async with auth.database.acting(door(stranger)) as db:
                await resend_invitation(db, auth.settings, invitation_id)
    assert (await look_at_invitation(auth, secret(sent))).email == sent.email


async def test_what_is_no_address_or_no_message_is_refused(auth: Auth) -> None:
    host = await found(auth)

    with pytest.raises(Invalid):
        await invited(auth, host, "no address")
    for message in ("x" * 1001, "a\x00b", "\ud800"):
        with pytest.raises(Invalid):
            async with auth.database.acting(door(host)) as db:
                await invite(db, auth.settings, fresh_email(), "user", message)
    for odd in ("", "nothing", "\x00", "x" * 66, secret(await invited(auth, host))[:-1]):
        with pytest.raises(NotFound):
            await look_at_invitation(auth, odd)
