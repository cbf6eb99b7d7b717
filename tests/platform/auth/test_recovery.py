"""One-time links and new passwords: who gets them, what they end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from audienceos.agency.entering import Founded, Founding, found_agency
from audienceos.agency.tokens import make_token
from audienceos.platform import clock
from audienceos.platform.auth.accounts import Browser, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import AccountToken
from audienceos.platform.auth.recovery import (
    change_password,
    forget_old_links,
    look_at_reset,
    reset,
    start_reset,
    start_verification,
    verify,
)
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.sessions import person_of, sessions_of
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated
from audienceos.platform.events.models import Event
from audienceos.platform.mail.models import AccountMail
from tests.entering import PASSWORD, door, found, fresh_email, mailed

NEW = "nine other bicycles"
HERE = Browser(user_agent="Firefox")


async def mails_to(auth: Auth, email: str) -> list[str]:
    async with auth.database.serving() as db:
        return list((await db.scalars(select(AccountMail.kind).where(AccountMail.to_email == email))).all())


async def reset_link(auth: Auth, email: str) -> tuple[str, Founded]:
    founded = await found(auth, email=email)
    await start_reset(auth, email)
    return await mailed(auth.database, founded.account_id, "reset"), founded


async def test_a_followed_link_verifies_the_person_in_every_seat(auth: Auth) -> None:
    founded = await found(auth, proven=False)
    link = await mailed(auth.database, founded.account_id, "verify")

    await verify(auth, link, founded.account_id)
    await verify(auth, link, founded.account_id)

    async with auth.database.acting(door(founded)) as db:
        assert db.actor.verified
        told = (await db.scalars(select(Event.name).where(Event.topic == "user"))).all()
    assert told == ["user.verified"]


async def test_the_mailbox_alone_verifies_nothing(auth: Auth) -> None:
    founded, stranger = await found(auth, proven=False), await found(auth)
    link = await mailed(auth.database, founded.account_id, "verify")

    with pytest.raises(Forbidden) as refused:
        await verify(auth, link, stranger.account_id)
    with pytest.raises(NotFound):
        await verify(auth, "no such link", founded.account_id)

    assert refused.value.code == "other_account"
    async with auth.database.acting(door(founded)) as db:
        assert not db.actor.verified


async def test_an_old_link_verifies_nothing(auth: Auth) -> None:
    founded = await found(auth, proven=False)
    link = await mailed(auth.database, founded.account_id, "verify")

    with clock.stopped_at(clock.now() + timedelta(days=3)), pytest.raises(Gone):
        await verify(auth, link, founded.account_id)


async def test_a_proven_person_is_not_mailed_again_and_nobody_is_flooded(auth: Auth) -> None:
    proven, other = fresh_email(), fresh_email()
    done = await found(auth, email=proven)
    before = await mails_to(auth, proven)
    await start_verification(auth, done.account_id)
    unproven = await found(auth, email=other, proven=False)
    for _ in range(5):
        await start_verification(auth, unproven.account_id)
    with pytest.raises(TooMany):
        await start_verification(auth, unproven.account_id)

    assert await mails_to(auth, proven) == before
    assert await mails_to(auth, other) == ["verify"] * 6


async def test_a_reset_ends_every_session_and_every_token(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    assert founded.session is not None
    async with auth.database.acting(door(founded)) as db:
        made = await make_token(db, "Reports", ["read"])
    await start_reset(auth, f" {email.upper()}")
    link = await mailed(auth.database, founded.account_id, "reset")

    await look_at_reset(auth, link)
    await reset(auth, link, NEW)

    assert await person_of(auth.database, founded.session.token) is None
    for how, secret in (("session", founded.session.token), ("token", made.token)):
        with pytest.raises(Unauthenticated):
            async with auth.database.acting(Credential(founded.agency_id, how, hash_of(secret))):
                pass
    with pytest.raises(Unauthenticated):
        await sign_in(auth, email, PASSWORD, HERE)
    assert (await sign_in(auth, email, NEW, HERE)).account_id == founded.account_id
    assert "password_changed" in await mails_to(auth, email)


async def test_a_reset_link_works_once_even_at_once(auth: Auth) -> None:
    link, _ = await reset_link(auth, fresh_email())

    tries = await asyncio.gather(
        *(reset(auth, link, f"{NEW} number {n}") for n in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in tries) == ["Gone", "Gone", "Gone", "NoneType"]
    with pytest.raises(Gone):
        await look_at_reset(auth, link)


async def test_a_second_links_use_voids_the_first(auth: Auth) -> None:
    email = fresh_email()
    first, founded = await reset_link(auth, email)
    await start_reset(auth, email)
    second = await mailed(auth.database, founded.account_id, "reset")

    await reset(auth, second, NEW)

    assert first != second
    with pytest.raises(Gone):
        await reset(auth, first, "seven more bicycles")


async def test_a_reset_link_ends_after_an_hour(auth: Auth) -> None:
    link, _ = await reset_link(auth, fresh_email())

    with clock.stopped_at(clock.now() + timedelta(minutes=60)), pytest.raises(Gone):
        await reset(auth, link, NEW)
    with pytest.raises(NotFound):
        await look_at_reset(auth, "no such link")


async def test_a_verification_link_resets_nothing(auth: Auth) -> None:
    founded = await found(auth, proven=False)
    link = await mailed(auth.database, founded.account_id, "verify")

    with pytest.raises(NotFound):
        await reset(auth, link, NEW)


async def test_a_poor_new_password_leaves_the_link_alive(auth: Auth) -> None:
    link, _ = await reset_link(auth, fresh_email())

    with pytest.raises(Invalid, match="Leave your own name"):
        await reset(auth, link, "lighthouse keeper 77")

    await reset(auth, link, NEW)


async def test_an_unknown_address_gets_no_mail_and_the_same_silence(auth: Auth) -> None:
    unknown = fresh_email()

    for email in (unknown, "no address", "\x00"):
        await start_reset(auth, email)

    assert await mails_to(auth, unknown) == []


async def test_asking_takes_the_same_statements_for_everybody(auth: Auth) -> None:
    proven, unproven = fresh_email(), fresh_email()
    await found(auth, email=proven)
    await found(auth, email=unproven, proven=False)
    asked: list[list[str]] = []
    me = asyncio.current_task()
    for email in (proven, unproven, fresh_email()):
        statements: list[str] = []

        def note(*args: object, kept: list[str] = statements) -> None:
            if asyncio.current_task() is me:  # the service notes now and then who was seen
                kept.append(str(args[2]))

        event.listen(auth.database.service.sync_engine, "before_cursor_execute", note)
        try:
            await start_reset(auth, email)
        finally:
            event.remove(auth.database.service.sync_engine, "before_cursor_execute", note)
        asked.append(statements)

    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) >= 4
    assert "reset" in await mails_to(auth, proven)


async def test_asking_is_limited_for_everybody_alike(auth: Auth) -> None:
    proven, unknown = fresh_email(), fresh_email()
    await found(auth, email=proven)

    for email in (proven, unknown):
        for _ in range(5):
            await start_reset(auth, email)
        with pytest.raises(TooMany):
            await start_reset(auth, email)


async def test_a_change_keeps_this_browser_and_ends_the_rest(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    assert founded.session is not None
    async with auth.database.acting(door(founded)) as db:
        made = await make_token(db, "Reports", ["read"])
    await sign_in(auth, email, PASSWORD, Browser())

    fresh = await change_password(auth, founded.account_id, PASSWORD, NEW, HERE)

    assert [s.id for s in await sessions_of(auth.database, founded.account_id)] == [fresh.session_id]
    assert fresh.token != founded.session.token
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(Credential(founded.agency_id, "token", hash_of(made.token))):
            pass


async def test_a_change_needs_the_present_password_and_a_good_new_one(auth: Auth) -> None:
    founded = await found(auth)
    assert founded.session is not None

    with pytest.raises(Invalid) as wrong:
        await change_password(auth, founded.account_id, "not my password", NEW, HERE)
    with pytest.raises(Invalid) as poor:
        await change_password(auth, founded.account_id, PASSWORD, "ada quist 12345", HERE)

    assert wrong.value.faults[0].field == "current_password"
    assert poor.value.faults[0].field == "password"
    assert await person_of(auth.database, founded.session.token) is not None


@pytest.mark.usefixtures("still")
async def test_an_open_browser_is_no_place_to_guess(auth: Auth) -> None:
    founded = await found(auth)
    for _ in range(5):
        with pytest.raises(Invalid):
            await change_password(auth, founded.account_id, "not my password", NEW, HERE)

    with pytest.raises(TooMany):
        await change_password(auth, founded.account_id, PASSWORD, NEW, HERE)


async def test_a_change_is_told_in_every_agency_of_the_person(auth: Auth) -> None:
    first = await found(auth)
    second = await found_agency(
        auth, Founding(name="Second House", first_name="Ada", last_name="Quist"), by=first.account_id
    )

    await change_password(auth, first.account_id, PASSWORD, NEW, HERE)

    async with auth.database.serving() as db:
        for agency_id, user_id in ((first.agency_id, first.user_id), (second.agency_id, second.user_id)):
            told = await db.scalars(
                select(Event.actor_id).where(Event.agency_id == agency_id, Event.name == "session.ended")
            )
            assert told.all() == [user_id]


async def test_old_links_are_dropped(auth: Auth) -> None:
    founded = await found(auth, proven=False)
    link = await mailed(auth.database, founded.account_id, "verify")

    for days, outcome in ((29, Gone), (31, NotFound)):
        async with auth.database.serving() as db:
            ended = clock.now() - timedelta(days=days)
            mine = AccountToken.account_id == founded.account_id
            await db.execute(update(AccountToken).where(mine).values(expires_at=ended))
        await forget_old_links(auth.database)
        with pytest.raises(outcome):
            await verify(auth, link, founded.account_id)
