"""The words that migrations are written in: columns, keys and rules, named as the models name them.

A migration is frozen once released, so these words never change their meaning; a new need gets a new word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, cast

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.types import TypeEngine, UserDefinedType

from audienceos.platform.db.raw import Raw
from audienceos.platform.db.wall import logins

UUID, TEXT, INT, BIGINT, BOOL = sa.Uuid(), sa.Text(), sa.Integer(), sa.BigInteger(), sa.Boolean()
TIME, DATE, JSON, BYTES = sa.DateTime(timezone=True), sa.Date(), postgresql.JSONB(), sa.LargeBinary()

Kind = TypeEngine[Any]


class _Xid8(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


XID8 = _Xid8()


def words(length: int) -> sa.String:
    """Text of at most that many characters."""
    return sa.String(length)


def number(precision: int, scale: int) -> sa.Numeric[Any]:
    """An exact decimal number."""
    return sa.Numeric(precision, scale)


def many(kind: Kind) -> TypeEngine[Any]:
    """An array."""
    return postgresql.ARRAY(kind)


def must(name: str, kind: Kind, default: str | None = None) -> sa.Column[Any]:
    """A column that always has a value; `default` is SQL."""
    return sa.Column(name, kind, nullable=False, server_default=None if default is None else sa.text(default))


def may(name: str, kind: Kind) -> sa.Column[Any]:
    """A column that may be null."""
    return sa.Column(name, kind, nullable=True)


def numbered(name: str) -> sa.Column[Any]:
    """A column that counts up by itself and can't be given."""
    return sa.Column(name, BIGINT, sa.Identity(always=True), nullable=False)


def created() -> list[sa.Column[Any]]:
    """When the row was made."""
    return [must("created_at", TIME, "now()")]


def stamped() -> list[sa.Column[Any]]:
    """When the row was made and last changed."""
    return [*created(), must("updated_at", TIME, "now()")]


def versioned() -> list[sa.Column[Any]]:
    """The same, and the number that a person's edit raises."""
    return [*stamped(), must("version", INT, "1")]


def tenant_table(name: str, *columns: sa.Column[Any], refs: Mapping[str, str] | None = None) -> None:
    """A table inside the wall: key (agency_id, id), and foreign keys that carry the tenant.

    `refs` says for each column to which table it points.
    """
    keys = [sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=f"{name}_agency_id_fk")]
    keys += [
        sa.ForeignKeyConstraint(
            ["agency_id", column],
            [f"{target}.agency_id", f"{target}.id"],
            name=f"{name}_agency_id_{column}_fk",
        )
        for column, target in (refs or {}).items()
    ]
    primary = sa.PrimaryKeyConstraint("agency_id", "id", name=f"{name}_pk")
    op.create_table(name, must("agency_id", UUID), must("id", UUID), *columns, primary, *keys)


def table(name: str, *columns: sa.Column[Any], key: str = "id") -> None:
    """A table keyed on one column."""
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(key, name=f"{name}_pk"))


def tenant_key(
    table: str,
    columns: tuple[str, ...],
    target: str,
    remote: tuple[str, ...] = ("id",),
    *,
    on_delete: str | None = None,
) -> None:
    """A foreign key that carries the tenant, with more to say than `refs` can."""
    op.create_foreign_key(
        f"{table}_agency_id_{'_'.join(columns)}_fk",
        table,
        target,
        ["agency_id", *columns],
        ["agency_id", *remote],
        ondelete=on_delete,
    )


def refer(table: str, column: str, target: str) -> None:
    """A foreign key of a table of no agency, to the `id` of another."""
    op.create_foreign_key(f"{table}_{column}_fk", table, target, [column], ["id"])


def check(table: str, name: str, rule: str) -> None:
    """A named CHECK."""
    op.create_check_constraint(f"{table}_{name}_ck", table, rule)


def one_of(table: str, column: str, *choices: str) -> None:
    """A choice: text with a CHECK, since row security hides the indexes of an enum."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    check(table, column, f"{column} in ({listed})")


def unique(table: str, *columns: str, name: str | None = None, nulls_distinct: bool = True) -> None:
    """A unique constraint."""
    op.create_unique_constraint(
        name or f"{table}_{'_'.join(columns)}_uq",
        table,
        list(columns),
        postgresql_nulls_not_distinct=not nulls_distinct,
    )


def index(table: str, name: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    """An index; a column may carry `desc`. `where` makes it partial."""
    keys = [sa.text(column) if " " in column else column for column in columns]
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, keys, unique=unique, postgresql_where=condition)


def script(name: str) -> None:
    """Run one of the SQL files beside this one, as it is; `%(app)s` and its like become the logins' names."""
    text = resources.files("audienceos.migrations").joinpath(name).read_text() % logins().quoted()
    connection = op.get_bind()
    connection.exec_driver_sql(
        "select 1"
    )  # opens the transaction, which the driver's own `execute` would not
    driver = cast("AdaptedConnection", connection.connection.dbapi_connection)
    driver.run_async(lambda raw: cast("Raw", raw).execute(text))


def drop(*tables: str) -> None:
    """Drop the tables in this order."""
    for table in tables:
        op.drop_table(table)


def run(statements: Iterable[str]) -> None:
    """Plain statements, one after the other."""
    for statement in statements:
        op.execute(statement)
