"""Rules that hold for whatever the migrations make."""

from __future__ import annotations

from typing import Any, cast

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.urls import Addresses
from audienceos.tables import metadata
from tests.migrations import catalogue
from tests.migrations.conftest import LOGINS
from tests.migrations.people import acting, found

PGQUEUERS = {("jobs", "pgqueuer_status", "e"), ("jobs", "tg_pgqueuer_changed", "trigger")}
"""The named exceptions: the queue brings an enum and a trigger of its own."""


def queue_of(connection: Connection) -> Queries:
    """PgQueuer's own view of it; call it with PGQUEUER_SCHEMA set."""
    return Queries(AsyncpgDriver(cast("Any", connection)))


async def test_no_enum_domain_or_trigger_is_ours(migrated: Addresses) -> None:
    async with connected(migrated.owner) as connection:
        assert await catalogue.rows(connection, catalogue.TYPES_AND_TRIGGERS) == PGQUEUERS


async def test_no_function_runs_as_its_owner_or_leaks_and_all_fix_their_search_path(
    migrated: Addresses,
) -> None:
    async with connected(migrated.owner) as connection:
        functions = await catalogue.rows(connection, catalogue.FUNCTIONS)
    assert len(functions) >= 9
    for schema, name, as_owner, leakproof, settings, rights, _ in functions:
        assert not as_owner, name
        assert not leakproof, name
        assert schema == "jobs" or settings == '{"search_path=\\"\\""}', name
        assert str(rights).startswith("{audienceos_owner=X"), f"{name} is not open to everybody"
        assert ",=" not in str(rights), f"{name} is not open to everybody"


async def test_every_table_is_secured_even_from_its_owner(migrated: Addresses) -> None:
    async with connected(migrated.owner) as connection:
        relations = await catalogue.rows(connection, catalogue.RELATIONS)
    tables = [row for row in relations if row[2] in ("r", b"r")]
    assert len(tables) == len(metadata.tables) + 4
    for schema, name, _, secured, forced, *_ in tables:
        assert secured, (schema, name)
        assert forced, (schema, name)


async def test_every_view_asks_as_its_reader(migrated: Addresses) -> None:
    async with connected(migrated.owner) as connection:
        relations = await catalogue.rows(connection, catalogue.RELATIONS)
    views = {str(row[1]): str(row[6]) for row in relations if row[2] in ("v", b"v")}
    assert views == dict.fromkeys(("client_read", "user_read"), "{security_invoker=true}")


async def test_a_foreign_key_over_an_orphan_is_refused(migrated: Addresses) -> None:
    """Without the owner's own policy, FORCE hides every row from the check and the key is accepted."""
    agency = await found(migrated)
    async with connected(migrated.owner) as connection:
        await connection.execute("begin")
        await connection.execute("alter table task drop constraint task_agency_id_client_id_fk")
        await connection.execute(
            "insert into task (agency_id, id, client_id, name) values ($1, $2, $3, 'orphan')",
            *(agency.id, uuid7(), uuid7()),
        )
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute(
                "alter table task add constraint again foreign key (agency_id, client_id) references client (agency_id, id)"
            )
        await connection.execute("rollback")


async def test_the_owner_sees_and_changes_rows_of_every_agency(migrated: Addresses) -> None:
    agencies = [(await found(migrated)).id, (await found(migrated)).id]
    async with connected(migrated.owner) as connection:
        await connection.execute("begin")
        changed = "update client set notes = 'moved' where agency_id = any($1)"
        assert await connection.execute(changed, agencies) == "UPDATE 2"
        await connection.execute("rollback")


async def test_the_owner_sees_every_table(migrated: Addresses) -> None:
    async with connected(migrated.owner) as connection:
        policies = await catalogue.rows(connection, catalogue.POLICIES)
        tables = await connection.fetch(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname in ('public', 'jobs') and relkind = 'r'"
        )
    owners = {row[1] for row in policies if row[2] == "owner" and row[4] and row[6] == row[7] == "true"}
    assert owners == {row[0] for row in tables}


async def test_pgqueuer_has_nothing_to_upgrade(empty: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGQUEUER_SCHEMA", "jobs")
    await migrate(empty.owner.sqlalchemy(), LOGINS)
    async with connected(empty.owner) as connection:
        plan = await queue_of(connection).plan_upgrade()
    assert plan.statements == ()
    assert plan.notes == ()


async def test_the_request_login_queues_its_own_agencys_jobs_and_reads_no_payload(
    migrated: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGQUEUER_SCHEMA", "jobs")
    agency, stranger = await found(migrated), await found(migrated)
    async with connected(migrated.app) as connection:
        queue = queue_of(connection)
        await connection.execute("begin")
        await connection.fetchval("select app.set_claims($1)", agency.claims(agency.user))
        made = await queue.enqueue("noop", b"secret", headers={"agency_id": str(agency.id)})
        await connection.execute("savepoint before")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await queue.enqueue("noop", b"", headers={"agency_id": str(stranger.id)})
        await connection.execute("rollback to before")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await queue.enqueue("noop", b"")
        await connection.execute("rollback to before; commit")
    async with acting(migrated.app, stranger.claims(stranger.admin)) as other:
        assert await other.fetchval("select count(*) from jobs.pgqueuer where id = $1", made[0]) == 0
    async with acting(migrated.app, agency.claims(agency.user)) as own:
        assert await own.fetchval("select status::text from jobs.pgqueuer where id = $1", made[0]) == "queued"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own.fetchval("select payload from jobs.pgqueuer")
    async with acting(migrated.service) as service:
        assert await service.fetchval("select payload from jobs.pgqueuer where id = $1", made[0]) == b"secret"
        assert await service.execute("delete from jobs.pgqueuer where id = $1", made[0]) == "DELETE 1"
