"""What the database itself refuses, inside one agency and between two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from tests.migrations.people import Agency, acting, found

REFUSED = asyncpg.InsufficientPrivilegeError
LATER = datetime.now(UTC) + timedelta(days=1)
TOKEN = """
insert into api_token (agency_id, id, user_id, name, hash, hint, scopes, expires_at)
values ($1, $2, $3, 'key', $4, 'hint', '{read}', $5)"""
CLIENT = """
insert into client (agency_id, id, name, name_key, stage_entered_at, last_activity_at)
values ($1, $2, 'New', 'new', now(), now())"""


@pytest.fixture
async def agency(migrated: Addresses) -> Agency:
    return await found(migrated)


async def test_without_claims_there_is_nothing(migrated: Addresses, agency: Agency) -> None:
    async with acting(migrated.app) as connection:
        assert await connection.fetch("select 1 from client") == []
        assert await connection.fetch("select 1 from agency") == []
        with pytest.raises(REFUSED):
            await connection.execute(CLIENT, agency.id, uuid7())


async def test_another_agencys_rows_are_not_there(migrated: Addresses, agency: Agency) -> None:
    stranger = await found(migrated)
    async with acting(migrated.app, stranger.claims(stranger.admin)) as connection:
        assert {row[0] for row in await connection.fetch("select agency_id from client")} == {stranger.id}
        gone = await connection.execute("update client set name = 'x' where agency_id = $1", agency.id)
        assert gone == "UPDATE 0"
        with pytest.raises(REFUSED):
            await connection.execute("update client set agency_id = $1", agency.id)


async def test_a_reference_to_another_agencys_client_is_refused(migrated: Addresses, agency: Agency) -> None:
    stranger = await found(migrated)
    async with acting(migrated.app, stranger.claims(stranger.admin)) as connection:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute(
                "insert into client_note (agency_id, id, client_id, content, added_by) values ($1, $2, $3, '', $4)",
                *(stranger.id, uuid7(), agency.client, stranger.admin),
            )


@pytest.mark.parametrize(
    "change",
    ["role = 'admin'", "is_active = false", "deleted_at = now()"],
    ids=["role", "inactive", "deleted"],
)
async def test_nobody_changes_their_own_role_or_activity(
    migrated: Addresses, agency: Agency, change: str
) -> None:
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute(f'update "user" set {change} where id = $1', agency.user)


async def test_a_person_changes_their_own_name_and_nobody_elses(migrated: Addresses, agency: Agency) -> None:
    rename = 'update "user" set first_name = $1 where id = $2'
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        assert await connection.execute(rename, "New", agency.user) == "UPDATE 1"
        with pytest.raises(REFUSED):
            await connection.execute(rename, "New", agency.other)


async def test_an_admin_changes_others_and_not_themselves(migrated: Addresses, agency: Agency) -> None:
    demote = "update \"user\" set role = 'user', is_active = false where id = $1"
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        assert await connection.execute(demote, agency.user) == "UPDATE 1"
        with pytest.raises(REFUSED):
            await connection.execute(demote, agency.admin)


async def test_an_email_is_the_services_to_write(migrated: Addresses, agency: Agency) -> None:
    write = "update \"user\" set email = 'x@example.com' where agency_id = $1 and id = $2"
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute(write, agency.id, agency.user)
    async with acting(migrated.service) as connection:
        assert await connection.execute(write, agency.id, agency.user) == "UPDATE 1"


async def test_a_user_locks_the_agency_but_changes_nothing_of_it(migrated: Addresses, agency: Agency) -> None:
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        lock = "select name from agency where id = $1 for share"
        assert await connection.fetchval(lock, agency.id) == "Agency"
        with pytest.raises(REFUSED):
            await connection.execute("update agency set name = 'x' where id = $1", agency.id)


@pytest.mark.parametrize("who", ["admin", "system"])
async def test_admins_and_the_system_change_the_agency_but_not_its_slug(
    migrated: Addresses, agency: Agency, who: str
) -> None:
    actor = agency.admin if who == "admin" else None
    async with acting(migrated.app, agency.claims(actor)) as connection:
        assert await connection.execute("update agency set name = 'x'") == "UPDATE 1"
        with pytest.raises(REFUSED):
            await connection.execute("update agency set slug = 'x'")


async def test_preferences_and_conversations_are_their_owners(migrated: Addresses, agency: Agency) -> None:
    preference = """insert into user_preference (agency_id, id, user_id, category, key, value)
                    values ($1, $2, $3, 'display', 'theme', '"dark"')"""
    chat = "insert into chat_session (agency_id, id, user_id) values ($1, $2, $3)"
    message = """insert into chat_message (agency_id, id, session_id, user_id, role, content)
                 values ($1, $2, $3, $4, 'user', 'hello')"""
    session = uuid7()
    async with connected(migrated.owner) as owner:
        await owner.execute(preference, agency.id, uuid7(), agency.user)
        await owner.execute(chat, agency.id, session, agency.user)
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        shown = "select preferences from user_read where id = $1"
        assert await connection.fetchval(shown, agency.user) == '{"display": {"theme": "dark"}}'
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        assert (
            await connection.fetchval("select preferences from user_read where id = $1", agency.user) == "{}"
        )
        for table in ("user_preference", "chat_session"):
            assert await connection.execute(f"delete from {table}") == "DELETE 0"
    for owner_of_it, error in ((agency.user, REFUSED), (agency.admin, asyncpg.ForeignKeyViolationError)):
        async with acting(migrated.app, agency.claims(agency.admin)) as connection:
            with pytest.raises(error):
                await connection.execute(message, agency.id, uuid7(), session, owner_of_it)


async def token(migrated: Addresses, agency: Agency, owner: UUID) -> str:
    """A token of that person; gives the hash that it is known by."""
    hashed = uuid7().hex * 2
    async with connected(migrated.owner) as connection:
        await connection.execute(TOKEN, agency.id, uuid7(), owner, hashed, LATER)
    return hashed


async def test_a_token_is_seen_by_its_owner_and_by_whoever_shows_it(
    migrated: Addresses, agency: Agency
) -> None:
    hashed = await token(migrated, agency, agency.user)
    for claims, seen in (
        (agency.claims(agency.user), 1),
        (agency.claims(agency.other), 0),
        (agency.claims(None, credential=hashed), 1),
        (agency.claims(None, credential="guess"), 0),
    ):
        async with acting(migrated.app, claims) as connection:
            assert await connection.fetchval("select count(*) from api_token") == seen


async def test_a_token_is_made_for_oneself_and_never_grows(migrated: Addresses, agency: Agency) -> None:
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute(TOKEN, agency.id, uuid7(), agency.user, "0" * 64, LATER)
    for growth in ("expires_at = now()", "scopes = '{write}'", "hash = 'x'"):
        async with acting(migrated.app, agency.claims(agency.user)) as connection:
            with pytest.raises(REFUSED):
                await connection.execute(f"update api_token set {growth}")


async def test_an_admin_ends_a_token_and_does_nothing_else_to_it(migrated: Addresses, agency: Agency) -> None:
    await token(migrated, agency, agency.user)
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        assert await connection.execute("update api_token set ended_at = now()") == "UPDATE 1"
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute("update api_token set name = 'mine'")
    async with acting(migrated.app, agency.claims(agency.other)) as connection:
        assert await connection.execute("update api_token set ended_at = now()") == "UPDATE 0"


ADMINS_ROWS = {
    "invitation": """insert into invitation (agency_id, id, email, email_key, role, hash, invited_by, expires_at)
                     values ($1, $2, 'a@b.c', 'a@b.c', 'user', 'x', $3, now())""",
    "custom_field": """insert into custom_field (agency_id, id, name, name_key, kind)
                       select $1, $2, 'F', 'f', 'text' where $3::uuid is not null""",
    "client_import": """insert into client_import (agency_id, id, file_name, file_size, source, created_by)
                        values ($1, $2, 'f.csv', 1, 'csv', $3)""",
    "integration": """insert into integration (agency_id, id, provider, is_connected)
                      select $1, $2, 'slack', false where $3::uuid is not null""",
    "workflow": """insert into workflow (agency_id, id, name, triggers, actions, created_by)
                   values ($1, $2, 'W', '[]', '[]', $3)""",
}
TOUCH = {
    "invitation": "cancelled_at = now()",
    "custom_field": "name = 'x'",
    "client_import": "done = 1",
    "integration": "is_connected = true",
    "workflow": "run_count = run_count + 1",
}


@pytest.mark.parametrize("table", ADMINS_ROWS)
async def test_some_rows_are_admins_to_write_and_everyones_to_read(
    migrated: Addresses, agency: Agency, table: str
) -> None:
    row = (agency.id, uuid7(), agency.admin)
    async with connected(migrated.app) as connection:
        await connection.execute("begin")
        await connection.execute("select app.set_claims($1)", agency.claims(agency.admin))
        await connection.execute(ADMINS_ROWS[table], *row)
        await connection.execute("commit")
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        assert await connection.fetchval(f"select id from {table}") == row[1]
        with pytest.raises(REFUSED):
            await connection.execute(f"update {table} set {TOUCH[table]}")
    async with acting(migrated.app, agency.claims(agency.user)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute(ADMINS_ROWS[table], agency.id, uuid7(), agency.admin)
    if table != "invitation":
        async with acting(migrated.app, agency.claims(agency.user)) as connection:
            assert await connection.execute(f"delete from {table}") == "DELETE 0"
        async with acting(migrated.app, agency.claims(None)) as connection:
            assert await connection.execute(f"update {table} set {TOUCH[table]}") == "UPDATE 1"


async def test_a_providers_tokens_are_the_services_alone(migrated: Addresses, agency: Agency) -> None:
    async with connected(migrated.owner) as connection:
        await connection.execute(ADMINS_ROWS["integration"], agency.id, uuid7(), agency.admin)
    for statement in (
        "select access_token from integration",
        "select * from integration",
        "update integration set refresh_token = 'x'",
        "insert into integration (agency_id, id, provider, is_connected, access_token) values (null, null, '', true, '')",
    ):
        async with acting(migrated.app, agency.claims(agency.admin)) as connection:
            with pytest.raises(REFUSED):
                await connection.execute(statement)
    async with acting(migrated.service) as connection:
        sealed = "update integration set access_token = 'sealed' where agency_id = $1 returning access_token"
        assert await connection.fetchval(sealed, agency.id) == "sealed"


async def test_waiting_mail_is_everyones_to_write_and_admins_to_read(
    migrated: Addresses, agency: Agency
) -> None:
    write = """insert into mail_out (agency_id, id, kind, to_email, subject, body)
               values ($1, $2, 'note', 'a@b.c', '', '')"""
    async with connected(migrated.app) as connection:
        await connection.execute("begin")
        await connection.execute("select app.set_claims($1)", agency.claims(agency.user))
        await connection.execute(write, agency.id, uuid7())
        assert await connection.fetchval("select count(*) from mail_out") == 0
        await connection.execute("commit")
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        assert await connection.fetchval("select count(*) from mail_out") == 1


@pytest.mark.parametrize("table", ["event", "stage_event"])
@pytest.mark.parametrize("verb", ["update {} set id = id", "delete from {}"])
async def test_history_is_only_added_to(migrated: Addresses, agency: Agency, table: str, verb: str) -> None:
    async with acting(migrated.app, agency.claims(agency.admin)) as connection:
        with pytest.raises(REFUSED):
            await connection.execute(verb.format(table))
