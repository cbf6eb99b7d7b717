"""An agency is founded, and gets an address that is nobody else's."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from audienceos.agency.directory import seats_of
from audienceos.agency.entering import Founding, found_agency, rename_slug
from audienceos.agency.models import Agency, User
from audienceos.agency.slugs import RESERVED, check_slug, slug_of
from audienceos.platform.auth.accounts import Browser
from audienceos.platform.auth.entry import Auth
from audienceos.platform.errors import Conflict, Forbidden, Invalid, TooMany
from audienceos.platform.events.models import Event
from tests.entering import PASSWORD, door, found, fresh_email, joined, mailed

NOBODY = Founding(
    name=" ", first_name="", last_name="x" * 51, email="nobody", password="short", zone="Mars/Base"
)


async def test_the_founder_is_let_in_at_once_as_the_admin(auth: Auth) -> None:
    founded = await found(auth, proven=False)

    async with auth.database.acting(door(founded)) as db:
        assert (db.actor.user_id, db.actor.role, db.actor.verified) == (founded.user_id, "admin", False)
        agency = await db.scalar(select(Agency))
        events = (await db.scalars(select(Event.name))).all()

    assert agency is not None
    assert (agency.slug, agency.pipeline_stages[0]) == (founded.slug, "Onboarding")
    assert events == ["agency.founded"]
    assert len(await mailed(auth.database, founded.account_id, "verify")) == 43


async def test_every_wrong_field_is_told_at_once(auth: Auth) -> None:
    with pytest.raises(Invalid) as wrong:
        await found_agency(auth, NOBODY)

    fields = {fault.field for fault in wrong.value.faults}
    assert fields == {"name", "zone", "first_name", "last_name", "email", "password"}


async def test_a_taken_address_founds_nothing(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)

    with pytest.raises(Conflict, match="has an account") as taken:
        await found(auth, email=email.upper(), name="Never Founded Twice")

    assert taken.value.code == "email_taken"
    assert await auth.directory.at("never-founded-twice") is None


async def test_one_address_at_the_same_moment_makes_one_account(auth: Auth) -> None:
    email = fresh_email()

    tries = await asyncio.gather(*(found(auth, email=email) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in tries) == ["Conflict", "Conflict", "Conflict", "Founded"]


async def test_somebody_signed_in_founds_another(auth: Auth) -> None:
    first = await found(auth)
    second = await found_agency(
        auth, Founding(name="Second House", first_name="Ada", last_name="Quist"), by=first.account_id
    )

    async with auth.database.serving() as db:
        seats = await seats_of(db, first.account_id)
        user = await db.get_one(User, (second.agency_id, second.user_id))

    assert {seat.agency_id for seat in seats} == {first.agency_id, second.agency_id}
    assert user.email_verified_at is not None
    assert second.session is None


@pytest.mark.parametrize(
    ("policy", "old_may", "new_may"), [("invite", True, False), ("closed", False, False)]
)
async def test_the_installation_says_who_may_found(
    auth: Auth, policy: str, old_may: bool, new_may: bool
) -> None:
    owner = await found(auth)
    founding = Founding(name="X", first_name="A", last_name="B", email=fresh_email(), password=PASSWORD)

    for by, may in ((owner.account_id, old_may), (None, new_may)):
        if may:
            assert await found_agency(auth, founding, by=by, policy=policy)  # pyright: ignore[reportArgumentType]
            continue
        with pytest.raises(Forbidden) as shut:
            await found_agency(auth, founding, by=by, policy=policy)  # pyright: ignore[reportArgumentType]
        assert shut.value.code == "signup_closed"


async def test_sign_ups_from_one_address_end_after_twenty(auth: Auth) -> None:
    browser = Browser(address="198.51.100.77")

    def another() -> Founding:
        return Founding(name="Mill", first_name="A", last_name="B", email=fresh_email(), password=PASSWORD)

    for _ in range(20):
        await found_agency(auth, another(), browser=browser)
    with pytest.raises(TooMany) as later:
        await found_agency(auth, another(), browser=browser)
    assert 3500 < later.value.retry_after <= 3600


async def test_a_person_founds_twenty_an_hour_at_most(auth: Auth) -> None:
    owner = await found(auth)
    another = Founding(name="Mill", first_name="Ada", last_name="Quist")

    for _ in range(20):
        await found_agency(auth, another, by=owner.account_id)
    with pytest.raises(TooMany):
        await found_agency(auth, another, by=owner.account_id)


async def test_namesakes_get_addresses_of_their_own_even_at_once(auth: Auth) -> None:
    founded = await asyncio.gather(*(found(auth, name="Same Name Inc") for _ in range(12)))

    slugs = {one.slug for one in founded}
    assert len(slugs) == 12
    assert "same-name-inc" in slugs
    assert all(slug.startswith("same-name-inc") for slug in slugs)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Müller & Söhne", "muller-sohne"),
        ("  --Ünï--  ", "uni"),
        ("株式会社", "agency"),
        ("9", "agency"),
        ("x" * 90, "x" * 40),
        ("ﬁne", "fine"),
    ],
)
def test_a_name_suggests_its_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug


async def test_a_reserved_word_is_given_to_nobody(auth: Auth) -> None:
    founded = await found(auth, name="Sign In")

    assert founded.slug.startswith("sign-in-")
    for word in sorted(RESERVED):
        with pytest.raises(Invalid):
            check_slug(word)


@pytest.mark.parametrize("slug", ["a", "-ab", "ab-", "a--b", "Ab", "a b", "a.b", "ä-b", "x" * 51, "ab\n", ""])
def test_what_is_no_address_is_refused(slug: str) -> None:
    with pytest.raises(Invalid):
        check_slug(slug)


async def test_an_old_address_leads_on_and_is_nobody_elses(auth: Auth) -> None:
    owner, rival = await found(auth, name="Old Harbour"), await found(auth)
    new = f"new-{owner.slug}"[:50]
    async with auth.database.acting(door(owner)) as db, auth.database.acting(door(rival)) as other:
        ours, theirs = db.actor, other.actor

    assert await rename_slug(auth, ours, new) == new

    old = await auth.directory.at(owner.slug)
    assert old is not None
    assert (old.agency_id, old.slug) == (owner.agency_id, new)
    for taken in (owner.slug, new):
        with pytest.raises(Conflict) as refused:
            await rename_slug(auth, theirs, taken)
        assert refused.value.code == "slug_taken"
    assert await rename_slug(auth, ours, owner.slug) == owner.slug
    assert (await auth.directory.at(new)) == (await auth.directory.at(owner.slug))


async def test_only_an_admin_of_today_renames(auth: Auth) -> None:
    owner = await found(auth)
    colleague = await joined(auth, owner)
    async with auth.database.acting(door(colleague)) as db:
        actor = db.actor

    with pytest.raises(Forbidden):
        await rename_slug(auth, actor, "anything-at-all")


async def test_no_address_is_asked_for_that_could_not_be(auth: Auth) -> None:
    for odd in ("", "\x00", "Über", "../..", "a" * 500, "\ud800"):
        assert await auth.directory.at(odd) is None
