from __future__ import annotations

import re

import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from audienceos.tables import metadata
from tests.migrations import catalogue
from tests.migrations.catalogue import Rows
from tests.migrations.seed_fields import COMPUTED, DEFAULTS, INDEXES, REFERENCES, UNIQUES, fields

ALL_FIELDS = 220


@pytest.fixture(scope="session")
async def columns(migrated: Addresses) -> Rows:
    async with connected(migrated.owner) as connection:
        return await catalogue.rows(connection, catalogue.COLUMNS)


@pytest.fixture(scope="session")
async def constraints(migrated: Addresses) -> dict[str, list[str]]:
    """For each table its constraints in SQL."""
    found: dict[str, list[str]] = {name: [] for name in metadata.tables}
    async with connected(migrated.owner) as connection:
        for table, _, _, text, _ in await catalogue.rows(connection, catalogue.CONSTRAINTS):
            found.setdefault(str(table), []).append(str(text))
    return found


async def keys(migrated: Addresses, *, unique: bool) -> set[tuple[str, tuple[str, ...]]]:
    """(table, columns) of every index."""
    async with connected(migrated.owner) as connection:
        rows = await connection.fetch(
            """
            select c.relname, array(select a.attname::text from unnest(x.indkey) with ordinality k (num, nth)
                                      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.num order by nth)
              from pg_index x join pg_class c on c.oid = x.indrelid
             where c.relnamespace = 'public'::regnamespace and (x.indisunique or not $1)
            """,
            unique,
        )
    return {(row[0], tuple(row[1])) for row in rows}


def test_the_given_model_is_written_out_whole() -> None:
    given = list(fields())
    assert len({field.table for field in given}) == 19
    assert len(given) == len({(field.table, field.name) for field in given}) == ALL_FIELDS


def test_every_given_field_is_a_column_of_its_type(columns: Rows) -> None:
    there = {(row[1], row[3]): (row[4], row[5]) for row in columns}
    for field in fields():
        view = COMPUTED.get((field.table, field.name))
        if view:
            assert (field.table, field.name) not in there
            assert there[view, field.name][0] == field.type
        else:
            assert there[field.table, field.name] == (field.type, field.required), field


def test_every_given_choice_is_checked(constraints: dict[str, list[str]]) -> None:
    chosen = [field for field in fields() if field.choices]
    assert len(chosen) == 18
    for field in chosen:
        (rule,) = [
            text for text in constraints[field.table] if text.startswith(f"CHECK (({field.name} = ANY")
        ]
        assert tuple(re.findall(r"'(\w+)'::text", rule)) == field.choices


def test_every_given_default_stands(columns: Rows) -> None:
    there = {(row[1], row[3]): str(row[8]) for row in columns}
    for (table, name), default in DEFAULTS.items():
        assert there[table, name].split("::")[0] == default


async def test_what_is_given_as_unique_is(migrated: Addresses) -> None:
    there = await keys(migrated, unique=True)
    for table, names in UNIQUES:
        assert (table, names) in there
    assert {table for table, _ in there} >= set(metadata.tables)


async def test_every_given_index_is_there(migrated: Addresses) -> None:
    there = await keys(migrated, unique=False)
    for table, names in INDEXES:
        assert (table, names) in there


def test_every_given_reference_carries_the_tenant(constraints: dict[str, list[str]]) -> None:
    for table, column, target in REFERENCES:
        held = [text for text in constraints[table] if f" REFERENCES {_quoted(target)}(" in text]
        carried = [text for text in held if re.match(rf"FOREIGN KEY \(agency_id, (\w+, )?{column}\)", text)]
        if column == "agency_id":
            carried = [
                text for text in held if text.startswith("FOREIGN KEY (agency_id) REFERENCES agency(id)")
            ]
        assert len(carried) == 1, (table, column, held)


async def test_a_view_shows_every_column_of_its_table_and_the_computed_one(columns: Rows) -> None:
    there: dict[object, set[object]] = {}
    for row in columns:
        there.setdefault(row[1], set()).add(row[3])
    for (table, name), view in COMPUTED.items():
        assert there[view] == there[table] | {name}


def _quoted(name: str) -> str:
    return f'"{name}"' if name == "user" else name
