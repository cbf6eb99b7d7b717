"""A person's signed-in browsers: seen, and ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from audienceos.platform import clock
from audienceos.platform.auth.accounts import Browser, SignedIn, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import SignIn
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.sessions import (
    LastSeen,
    end_all,
    end_session,
    forget_old,
    person_of,
    sessions_of,
    sign_out,
)
from audienceos.platform.errors import NotFound, Unauthenticated
from audienceos.platform.events.models import Event
from tests.entering import PASSWORD, door, door_of, found, fresh_email


async def signed_in_again(auth: Auth, email: str, agent: str = "") -> SignedIn:
    return await sign_in(auth, email, PASSWORD, Browser(user_agent=agent))


async def test_the_secret_tells_whose_it_is(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    opened = (await signed_in_again(auth, email)).session

    person = await person_of(auth.database, opened.token)

    assert person is not None
    assert (person.account_id, person.email, person.verified) == (founded.account_id, email, True)
    assert person.session_id == opened.session_id
    assert await person_of(auth.database, opened.mark) is None
    assert await person_of(auth.database, "\ud800\x00") is None


async def test_a_person_sees_their_own_sessions(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    await found(auth)
    later = await signed_in_again(auth, email, "Firefox\x00 on Linux" + "x" * 400)

    seen = await sessions_of(auth.database, founded.account_id)

    assert len(seen) == 2
    assert seen[0].id == later.session.session_id
    assert seen[0].user_agent.startswith("Firefox on Linux")
    assert len(seen[0].user_agent) == 300


async def test_an_ended_session_opens_nothing_from_the_next_statement_on(auth: Auth) -> None:
    founded = await found(auth)
    assert founded.session is not None

    await sign_out(auth, founded.session.token)
    await sign_out(auth, founded.session.token)

    with pytest.raises(Unauthenticated):
        async with auth.database.acting(door(founded)):
            pass
    assert await person_of(auth.database, founded.session.token) is None
    assert await sessions_of(auth.database, founded.account_id) == []


async def test_nobody_ends_anothers_session(auth: Auth) -> None:
    mine, theirs = await found(auth), await found(auth)
    assert theirs.session is not None

    for session_id in (theirs.session.session_id, uuid4()):
        with pytest.raises(NotFound):
            await end_session(auth, mine.account_id, session_id)

    assert await person_of(auth.database, theirs.session.token) is not None


async def test_all_but_the_present_one_end(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    others = [await signed_in_again(auth, email) for _ in range(3)]
    here = others.pop().session

    await end_all(auth, founded.account_id, but=here.session_id)

    assert [s.id for s in await sessions_of(auth.database, founded.account_id)] == [here.session_id]


async def test_the_persons_agencies_are_told_so_that_open_pages_look_again(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    opened = (await signed_in_again(auth, email)).session

    await end_session(auth, founded.account_id, opened.session_id)

    async with auth.database.acting(door(founded)) as db:
        told = (await db.scalars(select(Event).where(Event.name == "session.ended"))).one()
    assert (told.subject_id, told.actor_id) == (opened.session_id, founded.user_id)


async def test_use_moves_the_end_by_idleness_but_never_past_the_absolute_one(auth: Auth) -> None:
    founded = await found(auth)
    assert founded.session is not None
    seen, began = LastSeen(auth.database, auth.settings), clock.now()
    idle, longest = (
        timedelta(days=auth.settings.session_idle_days),
        timedelta(days=auth.settings.session_days),
    )

    async def after(days: float) -> SignIn:
        with clock.stopped_at(began + timedelta(days=days)):
            seen.note(hash_of(founded.session.token))  # pyright: ignore[reportOptionalMemberAccess]
            await seen.flush()
        async with auth.database.serving() as db:
            return await db.get_one(SignIn, founded.session.session_id)  # pyright: ignore[reportOptionalMemberAccess]

    week = await after(7)
    assert week.idle_until == week.last_seen_at + idle
    late = await after(auth.settings.session_days - 1)
    assert late.idle_until == late.expires_at
    assert late.expires_at - late.created_at <= longest
    back = await after(3)
    assert back.last_seen_at == late.last_seen_at


async def test_nothing_noted_is_nothing_written(auth: Auth) -> None:
    founded = await found(auth)
    assert founded.session is not None
    seen = LastSeen(auth.database, auth.settings)

    assert await seen.flush() == 0
    for _ in range(1000):
        seen.note(hash_of(founded.session.token))
    seen.note(hash_of("no such session"))
    assert await seen.flush() == 1
    assert await seen.flush() == 0


@pytest.mark.parametrize("column", ["idle_until", "expires_at"])
async def test_either_end_is_an_end(auth: Auth, column: str) -> None:
    founded = await found(auth)
    assert founded.session is not None
    async with auth.database.serving() as db:
        await db.execute(
            update(SignIn)
            .where(SignIn.id == founded.session.session_id)
            .values({column: func.now() - timedelta(seconds=1)})
        )

    assert await person_of(auth.database, founded.session.token) is None
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(door_of(founded.agency_id, founded.session)):
            pass


async def test_a_session_is_remembered_for_a_year_after_its_end(auth: Auth) -> None:
    founded = await found(auth)
    assert founded.session is not None
    mine = SignIn.id == founded.session.session_id

    for days, there in ((364, True), (366, False)):
        async with auth.database.serving() as db:
            ended = clock.now() - timedelta(days=days)
            await db.execute(update(SignIn).where(mine).values(expires_at=ended))
        await forget_old(auth.database)
        async with auth.database.serving() as db:
            assert (await db.scalar(select(SignIn.id).where(mine)) is not None) is there
