"""Keys for programs: shown once, within their scopes, ended by their holder or an admin."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from audienceos.agency.models import ApiToken
from audienceos.agency.presence import Presence
from audienceos.agency.tokens import MOST, OWN_TOKENS, Made, end_token, make_token
from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.secrets import hash_of, token_agency
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from audienceos.platform.events.models import Event
from tests.entering import Founded, Joined, door, found, joined


def as_program(someone: Founded | Joined, made: Made) -> Credential:
    return Credential(someone.agency_id, "token", hash_of(made.token))


async def made_by(auth: Auth, someone: Founded | Joined, *scopes: str, days: int = 90) -> Made:
    async with auth.database.acting(door(someone)) as db:
        return await make_token(db, "Nightly report", scopes or ("read",), days)


async def test_it_acts_for_its_holder_in_one_agency(auth: Auth) -> None:
    host = await found(auth)
    made = await made_by(auth, host)

    assert token_agency(made.token) == host.agency_id
    async with auth.database.acting(as_program(host, made)) as db:
        assert (db.actor.user_id, db.actor.kind, db.actor.scopes) == (host.user_id, "token", ("read",))
        assert db.actor.credential_id == made.id


async def test_it_is_shown_once_and_kept_as_a_hash(auth: Auth) -> None:
    host = await found(auth)
    made = await made_by(auth, host)

    async with auth.database.acting(door(host)) as db:
        kept = (await db.scalars(select(ApiToken))).one()
        told = (await db.scalars(select(Event).where(Event.name == "token.made"))).one()

    assert (kept.hash, kept.hint) == (hash_of(made.token), made.token[-4:])
    assert made.token not in str(vars(kept)) + str(vars(told))
    assert timedelta(days=89) < kept.expires_at - clock.now() <= timedelta(days=90)


async def test_writing_includes_reading(auth: Auth) -> None:
    host = await found(auth)

    assert (await made_by(auth, host, "write")).scopes == ["read", "write"]
    assert (await made_by(auth, host, "read", "write")).scopes == ["read", "write"]


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ["read"], 90, "name"),
        ("x" * 101, ["read"], 90, "name"),
        ("x", [], 90, "scopes"),
        ("x", ["read", "admin"], 90, "scopes"),
        ("x", ["read"], 0, "days"),
        ("x", ["read"], 366, "days"),
    ],
)
async def test_nonsense_makes_none(auth: Auth, name: str, scopes: list[str], days: int, field: str) -> None:
    host = await found(auth)

    with pytest.raises(Invalid) as refused:
        async with auth.database.acting(door(host)) as db:
            await make_token(db, name, scopes, days)
    assert [fault.field for fault in refused.value.faults] == [field]


async def test_an_ended_one_opens_nothing(auth: Auth) -> None:
    host = await found(auth)
    made = await made_by(auth, host)

    for _ in range(2):
        async with auth.database.acting(door(host)) as db:
            await end_token(db, made.id)

    with pytest.raises(Unauthenticated):
        async with auth.database.acting(as_program(host, made)):
            pass
    async with auth.database.acting(door(host)) as db:
        assert len((await db.scalars(select(Event).where(Event.name == "token.ended"))).all()) == 1


async def test_an_admin_ends_anyones_and_a_user_only_their_own(auth: Auth) -> None:
    host, stranger = await found(auth), await found(auth)
    bo, cy = await joined(auth, host), await joined(auth, host)
    of_bo, of_host = await made_by(auth, bo), await made_by(auth, host)

    for opening, token_id in (
        (door(cy), of_bo.id),
        (door(bo), of_host.id),
        (door(stranger), of_bo.id),
        (door(host), uuid4()),
    ):
        with pytest.raises(NotFound):
            async with auth.database.acting(opening) as db:
                await end_token(db, token_id)
    async with auth.database.acting(as_program(bo, of_bo)):
        pass
    async with auth.database.acting(door(host)) as db:
        await end_token(db, of_bo.id)
    with pytest.raises(Unauthenticated):
        async with auth.database.acting(as_program(bo, of_bo)):
            pass


async def test_a_program_makes_and_ends_none(auth: Auth) -> None:
    host = await found(auth)
    made = await made_by(auth, host, "write")

    for ending in (False, True):
        with pytest.raises(Forbidden) as refused:
            async with auth.database.acting(as_program(host, made)) as db:
                await (end_token(db, made.id) if ending else make_token(db, "More", ["read"]))
        assert refused.value.code == "person_only"


async def test_the_list_is_ones_own_live_ones(auth: Auth) -> None:
    host = await found(auth)
    bo = await joined(auth, host)
    await made_by(auth, bo)
    kept, ended = await made_by(auth, host), await made_by(auth, host)
    async with auth.database.acting(door(host)) as db:
        await end_token(db, ended.id)

    async with auth.database.reading(door(host)) as lane:
        rows = await OWN_TOKENS.all(lane)

    assert [(row.id, row.hint, row.last_used_at) for row in rows] == [(kept.id, kept.hint, None)]


async def test_too_many_are_too_many_even_at_once(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audienceos.agency.tokens.MOST", 3)
    host = await found(auth)

    tries = await asyncio.gather(*(made_by(auth, host) for _ in range(6)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in tries) == ["Conflict"] * 3 + ["Made"] * 3
    assert next(one for one in tries if isinstance(one, Conflict)).code == "too_many_tokens"
    assert MOST == 50


async def test_use_is_noted_for_token_and_holder(auth: Auth) -> None:
    host = await found(auth)
    made, presence = await made_by(auth, host), Presence(auth.database)
    async with auth.database.acting(as_program(host, made)) as db:
        actor = db.actor
    moment = clock.now()

    with clock.stopped_at(moment):
        presence.note(actor)
        await presence.flush()
        await presence.flush()

    async with auth.database.reading(door(host)) as lane:
        rows = await OWN_TOKENS.all(lane)
        seen = await lane.raw.fetchrow('select last_active_at from "user" where id = $1', host.user_id)
    assert rows[0].last_used_at == moment
    assert seen is not None
    assert seen[0] == moment
