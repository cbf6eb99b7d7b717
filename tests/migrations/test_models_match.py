"""The models and the migrated database say the same: the models' tables are made beside it and compared."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from audienceos.tables import metadata
from tests.migrations import catalogue
from tests.migrations.catalogue import Rows
from tests.migrations.conftest import Server

NO_ACL = -1


@pytest.fixture(scope="session")
async def modelled(server: Server) -> Addresses:
    """A database whose tables were made from the models alone."""
    there = await server.empty()
    engine = create_async_engine(there.owner.sqlalchemy())
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    return there


async def both(migrated: Addresses, modelled: Addresses, query: str) -> tuple[Rows, Rows]:
    """The answers of the migrated and of the modelled database; of the former the models' tables alone."""
    ours = query.replace(catalogue.OURS, "n.nspname = 'public'").replace(
        catalogue.TABLES, "c.relkind in ('r', 'p')"
    )
    async with connected(migrated.owner) as connection:
        first = await catalogue.rows(connection, ours)
    async with connected(modelled.owner) as connection:
        second = await catalogue.rows(connection, ours)
    assert len(second) > len(metadata.tables), "the comparison found something to compare"
    return first, second


async def test_columns_types_nulls_defaults_and_their_order(migrated: Addresses, modelled: Addresses) -> None:
    migrations, models = await both(migrated, modelled, catalogue.COLUMNS)
    assert {row[:NO_ACL] for row in migrations} == {row[:NO_ACL] for row in models}
    assert {row[1] for row in models} == set(metadata.tables)


async def test_keys_and_checks(migrated: Addresses, modelled: Addresses) -> None:
    migrations, models = await both(migrated, modelled, catalogue.CONSTRAINTS)
    assert migrations == models
    assert all(row[-1] for row in migrations), "every constraint is validated"


async def test_indexes_and_their_predicates(migrated: Addresses, modelled: Addresses) -> None:
    migrations, models = await both(migrated, modelled, catalogue.INDEXES)
    assert migrations == models


async def test_the_verbs_of_each_model_are_what_the_request_login_was_granted(migrated: Addresses) -> None:
    async with connected(migrated.admin or migrated.owner) as connection:
        rows = await connection.fetch(
            """
            select c.relname, array(
              select verb from unnest(array['select', 'insert', 'update', 'delete']) verb
               where case verb when 'delete' then has_table_privilege($1, c.oid, verb)
                     else has_any_column_privilege($1, c.oid, verb) end)
              from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            """,
            migrated.app.login,
        )
    granted = {row[0]: tuple(row[1]) for row in rows}
    order = ("select", "insert", "update", "delete")
    for name, table in metadata.tables.items():
        expected = tuple(verb for verb in order if verb in table.info.get("verbs", order))
        assert granted[name] == (("select",) if name == "session" else expected), name
