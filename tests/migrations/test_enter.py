"""The first statement of every request: a credential, shown as the request login, becomes an actor or nobody."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.raw import Row
from audienceos.platform.db.urls import Addresses
from tests.migrations.people import Agency, acting, found

SESSION = """
insert into session (id, account_id, hash, last_seen_at, idle_until, expires_at)
values ($1, $2, $3, now(), now() + interval '1 hour', now() + interval '1 day')"""
TOKEN = """
insert into api_token (agency_id, id, user_id, name, hash, hint, scopes, expires_at)
values ($1, $2, $3, 'key', $4, 'hint', '{read}', now() + interval '1 day')"""


@pytest.fixture
async def agency(migrated: Addresses) -> Agency:
    return await found(migrated)


async def signed_in(ways: Addresses, person: UUID) -> str:
    """A session of that person; gives its hash."""
    shown = uuid7().hex * 2
    async with connected(ways.owner) as connection:
        await connection.execute(SESSION, uuid7(), person, shown)
    return shown


async def entered(ways: Addresses, agency: UUID, how: str, shown: str) -> Row | None:
    async with acting(ways.app) as connection:
        return await connection.fetchrow("select * from app.enter($1, $2, $3)", agency, how, shown)


async def test_a_session_is_let_in_as_its_person(migrated: Addresses, agency: Agency) -> None:
    shown = await signed_in(migrated, agency.user)
    async with acting(migrated.app) as connection:
        row = await connection.fetchrow("select * from app.enter($1, 'session', $2)", agency.id, shown)
        assert row is not None
        assert (row["user_id"], row["role"], row["scopes"]) == (agency.user, "user", ["read", "write"])
        claims = await connection.fetchrow(
            "select app.agency_id(), app.user_id(), app.user_role(), app.actor_kind(), app.credential()"
        )
        assert claims is not None
        assert tuple(claims) == (agency.id, agency.user, "user", "person", None)
        assert await connection.fetchval("select count(*) from session") == 0


async def test_a_token_is_let_in_with_its_scopes(migrated: Addresses, agency: Agency) -> None:
    shown = uuid7().hex * 2
    async with connected(migrated.owner) as connection:
        await connection.execute(TOKEN, agency.id, uuid7(), agency.user, shown)
    row = await entered(migrated, agency.id, "token", shown)
    assert row is not None
    assert (row["user_id"], row["scopes"]) == (agency.user, ["read"])
    assert await entered(migrated, agency.id, "session", shown) is None


@pytest.mark.parametrize(
    "ending",
    [
        "update session set ended_at = now() where hash = $1",
        "update session set idle_until = now() where hash = $1",
        "update session set expires_at = now() where hash = $1",
        'update "user" set is_active = false where account_id = (select account_id from session where hash = $1)',
        'update "user" set deleted_at = now() where account_id = (select account_id from session where hash = $1)',
    ],
    ids=["ended", "idle", "expired", "deactivated", "removed"],
)
async def test_what_has_ended_is_not_let_in(migrated: Addresses, agency: Agency, ending: str) -> None:
    shown = await signed_in(migrated, agency.user)
    async with connected(migrated.owner) as connection:
        assert await connection.execute(ending, shown) == "UPDATE 1"
    async with acting(migrated.app) as connection:
        enter = "select * from app.enter($1, 'session', $2)"
        assert await connection.fetchrow(enter, agency.id, shown) is None
        assert await connection.fetchval("select count(*) from client") == 0


async def test_nobody_enters_an_agency_that_is_not_theirs(migrated: Addresses, agency: Agency) -> None:
    stranger = await found(migrated)
    shown = await signed_in(migrated, stranger.admin)
    assert await entered(migrated, stranger.id, "session", shown) is not None
    assert await entered(migrated, agency.id, "session", shown) is None
    assert await entered(migrated, agency.id, "session", "a guess") is None


async def test_a_session_shows_no_more_than_entering_needs(migrated: Addresses, agency: Agency) -> None:
    shown = await signed_in(migrated, agency.user)
    async with acting(migrated.app, agency.claims(None, credential=shown)) as connection:
        assert await connection.fetchval("select account_id from session") == agency.user
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("select user_agent from session")
