"""Random statements that would change, lock, copy or give away what another agency has."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.wallcheck.filling import Values, insert_of
from tests.wall.ground import GLOBAL, WALLED, Side, key_of, shown_columns

COLLIDE = "collide"


class Change(msgspec.Struct, frozen=True):
    """A statement with its values. A collision alone may go well, and is undone; it tells by going otherwise."""

    kind: str
    text: str
    values: tuple[Any, ...] = ()


Maker = Callable[[Random, Side, Side], Change]


def change(dice: Random, mine: Side, theirs: Side) -> Change:
    """One attempt of one of the kinds below."""
    return dice.choice(MAKERS)(dice, mine, theirs)


def updated(dice: Random, mine: Side, theirs: Side) -> Change:
    """Change their rows, by their key, by their texts, through a join or a common table expression."""
    table = dice.choice(sorted(WALLED))
    column = dice.choice(shown_columns(table))
    text = f'update "{table}" as t set "{column}" = t."{column}" where {_at(dice, table, theirs)}'
    if dice.random() < 0.3:
        text = f"with gone as ({text} returning t.{key_of(table)}) select count(*) from gone"
    return Change("update", text)


def removed(dice: Random, mine: Side, theirs: Side) -> Change:
    """Remove their rows."""
    table, other = dice.choice(sorted(WALLED)), dice.choice(sorted(WALLED))
    using = f' using "{other}" as u' if dice.random() < 0.3 else ""
    return Change("delete", f'delete from "{table}" as t{using} where {_at(dice, table, theirs)}')


def planted(dice: Random, mine: Side, theirs: Side) -> Change:
    """Write a row into their agency, new or on top of one that they have."""
    table = dice.choice(sorted(WALLED))
    row = dict(theirs.rows[table])
    if "id" in row and table != "agency" and dice.random() < 0.5:
        row["id"] = uuid7()
    text, *values = insert_of(table, row)
    columns = ", ".join(f'"{column.name}"' for column in WALLED[table].primary_key.columns)
    text += dice.choice(
        (
            "",
            " on conflict do nothing",
            f' on conflict ({columns}) do update set "{next(iter(row))}" = excluded."{next(iter(row))}"',
            f" returning {key_of(table)}",
        )
    )
    return Change("insert", text, tuple(values))


def planted_from_own(dice: Random, mine: Side, theirs: Side) -> Change:
    """Copy own rows into their agency."""
    table = dice.choice(sorted(WALLED))
    names = [name for name in shown_columns(table) if name in mine.rows[table]]
    given = [f"'{theirs.agency}'::uuid" if name == key_of(table) else f't."{name}"' for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    return Change(
        "insert from own",
        f'insert into "{table}" ({listed}) select {", ".join(given)} from "{table}" t on conflict do nothing',
    )


def given_away(dice: Random, mine: Side, theirs: Side) -> Change:
    """Push an own row over the wall."""
    table = dice.choice(sorted(WALLED))
    key = key_of(table)
    return Change(
        "give away", f"update \"{table}\" set {key} = '{theirs.agency}' where {key} = '{mine.agency}'"
    )


def leant_over(dice: Random, mine: Side, theirs: Side) -> Change:
    """Point an own row at one of theirs: foreign keys look past row security."""
    table, column, target = dice.choice(LEANING)
    keys = [key.name for key in WALLED[table].primary_key.columns]
    where = " and ".join(f'"{name}" = ${at + 2}' for at, name in enumerate(keys))
    own = (mine.rows[table][name] for name in keys)
    text = f'update "{table}" set "{column}" = $1 where {where}'
    return Change("lean over", text, (theirs.rows[target]["id"], *own))


def collided(dice: Random, mine: Side, theirs: Side) -> Change:
    """Give an own row the very value that one of theirs has: a key over all agencies would refuse it."""
    table = dice.choice([name for name in sorted(WALLED) if "id" in mine.rows[name] and name != "agency"])
    row = theirs.rows[table]
    column = dice.choice([name for name, value in row.items() if isinstance(value, str)] or ["id"])
    text = f'update "{table}" set "{column}" = $1 where agency_id = $2 and id = $3'
    return Change(COLLIDE, text, (row[column], mine.agency, mine.rows[table]["id"]))


def merged(dice: Random, mine: Side, theirs: Side) -> Change:
    """MERGE, which is of no use here and asks for the wall in a way of its own."""
    table = dice.choice(sorted(WALLED))
    then = dice.choice(("delete", f"update set {key_of(table)} = t.{key_of(table)}", "do nothing"))
    return Change(
        "merge",
        f"merge into \"{table}\" t using (select '{theirs.agency}'::uuid as a) s on t.{key_of(table)} = s.a"
        f" when matched then {then}",
    )


def locked(dice: Random, mine: Side, theirs: Side) -> Change:
    """Lock their rows, or the whole table."""
    table = dice.choice(sorted(WALLED))
    how = dice.choice(("for update", "for share", "for no key update", "for key share skip locked"))
    rows = f'select t.{key_of(table)} from "{table}" t where {_at(dice, table, theirs)} {how}'
    mode = dice.choice(("access exclusive", "share row exclusive", "exclusive"))
    return Change("lock", dice.choice((rows, rows, f'lock table "{table}" in {mode} mode nowait')))


def knocked(dice: Random, mine: Side, theirs: Side) -> Change:
    """A table outside the wall, where the request login has nothing to look for."""
    table = dice.choice(sorted(GLOBAL))
    column = dice.choice([column.name for column in GLOBAL[table].columns])
    text, *values = insert_of(table, theirs.rows[table])
    plain = (
        f'select "{column}" from "{table}"',
        f'select count(*) from "{table}"',
        f'update "{table}" set "{column}" = "{column}"',
        f'delete from "{table}"',
    )
    if dice.random() < 0.2:
        return Change("global table", text, tuple(values))
    return Change("global table", dice.choice(plain))


def _at(dice: Random, table: str, theirs: Side) -> str:
    row: Values = theirs.rows[table]
    key = key_of(table)
    return dice.choice(
        (
            f"t.{key} = '{theirs.agency}'",
            f"t.{key} in ('{theirs.agency}')",
            f"t.{key} <> (select app.agency_id())",
            f"t.{key} is distinct from (select app.agency_id())",
            f"t.{key} = '{theirs.agency}' and t.\"{'id' if 'id' in row else key}\" = '{row.get('id', theirs.agency)}'",
            f"t::text like '%{theirs.mark}%'"
            if not WALLED[table].info.get("hidden")
            else f"t.{key} = '{theirs.agency}'",
        )
    )


LEANING = [
    (table, column, key.referred_table.name)
    for table, found in sorted(WALLED.items())
    for key in found.foreign_key_constraints
    if key.referred_table.name in WALLED
    for column in key.column_keys
    if column not in ("agency_id", "id")
]
MAKERS: tuple[Maker, ...] = (
    updated,
    removed,
    planted,
    planted_from_own,
    given_away,
    leant_over,
    collided,
    merged,
    locked,
    knocked,
)
