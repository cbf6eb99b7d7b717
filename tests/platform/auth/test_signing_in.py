"""Signing in: by the right password, from a browser that others can't shut out."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import event, select

from audienceos.platform.auth import models
from audienceos.platform.auth.accounts import Browser, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import SecurityLog, SignIn
from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.auth.recovery import change_password
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.errors import TooMany, Unauthenticated
from tests.entering import PASSWORD, door_of, found, fresh_email

HOME = Browser(address="192.0.2.1", user_agent="Firefox")
WRONG = "seven wrong bicycles"


async def attempt(auth: Auth, email: str, password: str, browser: Browser = HOME) -> str:
    try:
        await sign_in(auth, email, password, browser)
    except TooMany:
        return "slow down"
    except Unauthenticated as refused:
        return refused.code
    return "in"


def elsewhere() -> Browser:
    return Browser(address=f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1")


async def test_the_right_password_opens_every_agency_of_the_person(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)

    signed_in = await sign_in(auth, f" {email.upper()} ", PASSWORD, HOME)

    assert [seat.slug for seat in signed_in.seats] == [founded.slug]
    assert signed_in.verified
    async with auth.database.acting(door_of(founded.agency_id, signed_in.session)) as db:
        assert db.actor.user_id == founded.user_id


async def test_only_the_sessions_hash_is_kept(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)

    opened = (await sign_in(auth, email, PASSWORD, HOME)).session

    async with auth.database.serving() as db:
        kept = await db.get_one(SignIn, opened.session_id)
    assert kept.hash == hash_of(opened.token)
    assert opened.token not in str(vars(kept))


@pytest.mark.parametrize(
    "email", ["nobody@example.com", "no address", "", "a\x00@example.com", "\ud800", "x" * 5000]
)
async def test_an_unknown_one_hears_the_same_as_a_wrong_password(auth: Auth, email: str) -> None:
    mine = fresh_email()
    await found(auth, email=mine)

    assert await attempt(auth, email, WRONG, elsewhere()) == "wrong_credentials"
    assert await attempt(auth, mine, WRONG, elsewhere()) == "wrong_credentials"


async def test_an_unknown_one_costs_the_same_statements_and_the_same_hash(auth: Auth) -> None:
    hashed: list[bool] = []

    class Counting(Passwords):
        async def verify(self, kept: str | None, password: str) -> bool:
            hashed.append(kept is not None)
            return await super().verify(kept, password)

    counting = replace(auth, passwords=Counting(auth.settings))
    email = fresh_email()
    await found(auth, email=email)
    asked: dict[str, list[str]] = {}
    for name, address in (("known", email), ("unknown", fresh_email())):
        statements = asked.setdefault(name, [])

        def note(*args: object, kept: list[str] = statements) -> None:
            kept.append(str(args[2]))

        event.listen(auth.database.service.sync_engine, "before_cursor_execute", note)
        try:
            assert await attempt(counting, address, WRONG, elsewhere()) == "wrong_credentials"
        finally:
            event.remove(auth.database.service.sync_engine, "before_cursor_execute", note)

    assert hashed == [True, False]
    assert asked["known"] == asked["unknown"]
    assert len(asked["known"]) > 3


async def test_a_failure_is_logged_without_the_address(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)

    await attempt(auth, email, WRONG)

    async with auth.database.serving() as db:
        lines = (
            await db.scalars(
                select(SecurityLog).where(
                    SecurityLog.account_id == founded.account_id, SecurityLog.name == "sign_in.failed"
                )
            )
        ).all()
    assert [line.email_hash for line in lines] == [hash_of(email)]


@pytest.mark.usefixtures("still")
async def test_guessing_is_slowed(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)

    tries = [await attempt(auth, email, WRONG) for _ in range(6)]

    assert tries == ["wrong_credentials"] * 5 + ["slow down"]
    assert await attempt(auth, email, PASSWORD) == "slow down"


@pytest.mark.usefixtures("still")
async def test_a_burst_of_guesses_gets_no_more_than_its_free_tries(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)
    browser = elsewhere()

    tries = await asyncio.gather(*(attempt(auth, email, WRONG, browser) for _ in range(30)))

    assert sorted(tries) == ["slow down"] * 25 + ["wrong_credentials"] * 5


@pytest.mark.usefixtures("still")
async def test_an_attacker_does_not_keep_the_owners_browser_out(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)
    mark = (await sign_in(auth, email, PASSWORD, HOME)).session.mark
    for _ in range(8):
        await attempt(auth, email, WRONG, HOME)

    assert await attempt(auth, email, PASSWORD, HOME) == "slow down"
    assert await attempt(auth, email, PASSWORD, replace(HOME, mark=mark)) == "in"


@pytest.mark.usefixtures("still")
async def test_a_mark_of_another_account_helps_nobody(auth: Auth) -> None:
    mine, theirs = fresh_email(), fresh_email()
    await found(auth, email=mine)
    await found(auth, email=theirs)
    mark = (await sign_in(auth, mine, PASSWORD, HOME)).session.mark
    browser = replace(elsewhere(), mark=mark)

    tries = [await attempt(auth, theirs, WRONG, browser) for _ in range(6)]

    assert tries[-1] == "slow down"
    assert await attempt(auth, theirs, PASSWORD, replace(browser, mark="\x00")) == "slow down"


@pytest.mark.usefixtures("still")
async def test_failures_from_everywhere_only_delay_the_owner_at_a_new_browser(
    auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    email, waited = fresh_email(), list[float]()

    async def noted(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("audienceos.platform.auth.accounts.sleep", noted)
    await found(auth, email=email)
    for _ in range(24):
        assert await attempt(auth, email, WRONG, elsewhere()) == "wrong_credentials"
    assert await attempt(auth, email, PASSWORD, elsewhere()) == "in"

    assert waited == [0.25, 0.5, 0.75, 1.0, 1.25]


async def test_a_success_forgets_the_failures_before_it(auth: Auth) -> None:
    email, browser = fresh_email(), elsewhere()
    await found(auth, email=email)
    for _ in range(3):
        for _ in range(4):
            assert await attempt(auth, email, WRONG, browser) == "wrong_credentials"
        assert await attempt(auth, email, PASSWORD, browser) == "in"


async def test_an_old_hash_is_made_anew_at_todays_cost(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)
    dearer = replace(auth, passwords=Passwords(replace(auth.settings, argon2_passes=2)))

    assert await attempt(dearer, email, PASSWORD) == "in"

    async with auth.database.serving() as db:
        account = await db.get_one(models.Account, founded.account_id)
    assert not dearer.passwords.is_outdated(account.password_hash)
    assert await attempt(dearer, email, PASSWORD) == "in"


async def test_a_password_changed_meanwhile_leaves_no_session_behind(auth: Auth) -> None:
    email = fresh_email()
    founded = await found(auth, email=email)

    class Overtaken(Passwords):
        """Between the password's check and the session, the password is changed."""

        async def verify(self, kept: str | None, password: str) -> bool:
            right = await super().verify(kept, password)
            await change_password(auth, founded.account_id, PASSWORD, "nine other bicycles", HOME)
            return right

    assert (
        await attempt(replace(auth, passwords=Overtaken(auth.settings)), email, PASSWORD)
        == "wrong_credentials"
    )
