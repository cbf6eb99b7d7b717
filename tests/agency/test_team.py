"""People change: never themselves, never to leave an agency without an admin, never into another agency."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from audienceos.agency import ports
from audienceos.agency.entering import Founded
from audienceos.agency.joining import Joined
from audienceos.agency.models import User
from audienceos.agency.ports import Held
from audienceos.agency.team import Profile, change_profile, change_role, deactivate, reactivate, remove
from audienceos.agency.tokens import make_token
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.sessions import Credential, Db
from audienceos.platform.errors import (
    AppError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    Unauthenticated,
)
from audienceos.platform.events.models import Event
from tests.entering import door, found, joined

Someone = Founded | Joined
Act = Callable[[Db], Awaitable[object]]


async def enters(auth: Auth, someone: Someone) -> bool:
    try:
        async with auth.database.acting(door(someone)):
            return True
    except Unauthenticated:
        return False


async def attempt(auth: Auth, by: Someone, whom: Someone, verb: str) -> str:
    """What became of one admin's act on another: done, or the error's name."""
    try:
        async with auth.database.acting(door(by)) as db:
            if verb == "demote":
                await change_role(db, whom.user_id, "user")
            else:
                await {"deactivate": deactivate, "remove": remove}[verb](db, whom.user_id)
    except AppError as refused:
        return type(refused).__name__
    return "done"


class Desk:
    """A stand-in for a room whose rows have owners."""

    def __init__(self) -> None:
        self.owner: dict[UUID, list[Held]] = {}

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        return self.owner.get(user_id, [])

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        self.owner.setdefault(to, []).extend(self.owner.pop(user_id, []))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(ports, "_leaving", [])
    desk = Desk()
    ports.on_leaving(desk)
    return desk


async def test_a_promoted_person_is_an_admin_on_the_next_request(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)

    async with auth.database.acting(door(host)) as db:
        user = await change_role(db, bo.user_id, "admin")
        assert user.version == 2

    async with auth.database.acting(door(bo)) as db:
        assert db.actor.is_admin
        told = (await db.scalars(select(Event).where(Event.name == "user.role_changed"))).one()
    assert (told.subject_id, told.before, told.after) == (bo.user_id, {"role": "user"}, {"role": "admin"})


@pytest.mark.parametrize("verb", ["demote", "deactivate", "remove"])
async def test_nobody_changes_their_own_seat(auth: Auth, verb: str) -> None:
    host = await found(auth)
    await joined(auth, host, "admin")

    assert await attempt(auth, host, host, verb) == "Forbidden"
    assert await enters(auth, host)


@pytest.mark.parametrize("verb", ["demote", "deactivate", "remove"])
async def test_a_user_changes_nobody(auth: Auth, verb: str) -> None:
    host = await found(auth)
    bo = await joined(auth, host)

    assert await attempt(auth, bo, host, verb) == "Forbidden"


@pytest.mark.parametrize("verb", ["demote", "deactivate", "remove"])
async def test_two_admins_who_end_each_other_at_once_leave_one(auth: Auth, verb: str) -> None:
    for _ in range(5):
        host = await found(auth)
        bo = await joined(auth, host, "admin")

        done = await asyncio.gather(attempt(auth, host, bo, verb), attempt(auth, bo, host, verb))

        assert sorted(done) in (["Forbidden", "done"], ["Unauthenticated", "done"])
        async with auth.database.serving() as db:
            admins = await db.scalars(
                select(User.id).where(
                    User.agency_id == host.agency_id,
                    User.role == "admin",
                    User.is_active,
                    User.deleted_at.is_(None),
                )
            )
            assert len(admins.all()) == 1


async def test_a_ring_of_admins_leaves_one(auth: Auth) -> None:
    host = await found(auth)
    ring: list[Someone] = [host, *[await joined(auth, host, "admin") for _ in range(3)]]

    await asyncio.gather(
        *(attempt(auth, by, ring[(at + 1) % len(ring)], "demote") for at, by in enumerate(ring)),
        *(attempt(auth, by, ring[(at + 2) % len(ring)], "deactivate") for at, by in enumerate(ring)),
    )

    async with auth.database.serving() as db:
        admins = await db.scalars(
            select(User.id).where(User.agency_id == host.agency_id, User.role == "admin", User.is_active)
        )
        assert len(admins.all()) >= 1


async def test_a_deactivated_person_is_out_here_and_in_elsewhere(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)
    async with auth.database.acting(door(bo)) as db:
        made = await make_token(db, "Reports", ["read"])
    token = Credential(host.agency_id, "token", hash_of(made.token))

    async with auth.database.acting(door(host)) as db:
        await deactivate(db, bo.user_id)
    assert not await enters(auth, bo)
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(token):
            pass
    async with auth.database.acting(door(host)) as db:
        await reactivate(db, bo.user_id)
    assert await enters(auth, bo)


async def test_what_somebody_holds_must_be_taken_over(auth: Auth, desk: Desk) -> None:
    host = await found(auth)
    bo, cy = await joined(auth, host), await joined(auth, host)
    client = Held("client", uuid4(), "Harbour Coffee")
    desk.owner[bo.user_id] = [client]

    with pytest.raises(Conflict) as refused:
        async with auth.database.acting(door(host)) as db:
            await remove(db, bo.user_id)
    assert refused.value.code == "reassignment_required"
    assert refused.value.extra == {
        "held": [{"kind": "client", "id": str(client.id), "name": "Harbour Coffee"}]
    }
    assert await enters(auth, bo)

    async with auth.database.acting(door(host)) as db:
        await remove(db, bo.user_id, reassign_to=cy.user_id)
    assert desk.owner == {cy.user_id: [client]}
    assert not await enters(auth, bo)


async def test_deactivating_keeps_everything_unless_told(auth: Auth, desk: Desk) -> None:
    host = await found(auth)
    bo, cy = await joined(auth, host), await joined(auth, host)
    client = Held("client", uuid4(), "Harbour Coffee")
    desk.owner[bo.user_id] = [client]

    async with auth.database.acting(door(host)) as db:
        await deactivate(db, bo.user_id)
        assert desk.owner == {bo.user_id: [client]}
        await reactivate(db, bo.user_id)
        await deactivate(db, bo.user_id, reassign_to=cy.user_id)
    assert desk.owner == {cy.user_id: [client]}


async def test_only_somebody_active_here_takes_over(auth: Auth, desk: Desk) -> None:
    host, stranger = await found(auth), await found(auth)
    bo, gone = await joined(auth, host), await joined(auth, host)
    async with auth.database.acting(door(host)) as db:
        await deactivate(db, gone.user_id)

    for heir in (bo.user_id, gone.user_id, stranger.user_id, uuid4()):
        with pytest.raises(Invalid) as refused:
            async with auth.database.acting(door(host)) as db:
                await remove(db, bo.user_id, reassign_to=heir)
        assert refused.value.faults[0].field == "reassign_to"
    assert await enters(auth, bo)


async def test_a_removed_person_is_still_named_by_history(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)
    async with auth.database.acting(door(bo)) as db:
        made = await make_token(db, "Reports", ["read"])

    async with auth.database.acting(door(host)) as db:
        await remove(db, bo.user_id)

    async with auth.database.acting(door(host)) as db:
        user = await db.get_one(User, (host.agency_id, bo.user_id))
        assert (user.first_name, user.is_active) == ("Bo", False)
        assert user.deleted_at is not None
        with pytest.raises(NotFound):
            await reactivate(db, bo.user_id)
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(Credential(host.agency_id, "token", hash_of(made.token))):
            pass


@pytest.mark.parametrize("verb", ["demote", "deactivate", "remove"])
async def test_another_agencys_people_are_nowhere(auth: Auth, verb: str) -> None:
    host, stranger = await found(auth), await found(auth)

    assert await attempt(auth, stranger, host, verb) == "NotFound"


async def test_a_stale_version_changes_nothing(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)

    acts: list[Act] = [
        lambda db: change_role(db, bo.user_id, "admin", expected=7),
        lambda db: deactivate(db, bo.user_id, expected=7),
        lambda db: change_profile(db, bo.user_id, Profile(nickname="B"), expected=7),
        lambda db: remove(db, bo.user_id, expected=7),
    ]
    for act in acts:
        with pytest.raises(Stale):
            async with auth.database.acting(door(host)) as db:
                await act(db)
    assert await enters(auth, bo)


async def test_a_program_changes_nobody(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)
    async with auth.database.acting(door(host)) as db:
        made = await make_token(db, "Robot", ["write"])

    acts: list[Act] = [
        lambda db: change_role(db, bo.user_id, "admin"),
        lambda db: remove(db, bo.user_id),
        lambda db: change_profile(db, host.user_id, Profile(nickname="R")),
    ]
    for act in acts:
        with pytest.raises(Forbidden) as refused:
            async with auth.database.acting(Credential(host.agency_id, "token", hash_of(made.token))) as db:
                await act(db)
        assert refused.value.code == "person_only"
