"""Where Alembic meets the program: the runner brings the connection, each migration is one transaction.

Run by `platform/db/migrating.py`, which already holds the lock that keeps a second migrator waiting.
"""

from alembic import context

LIMITS = ("set lock_timeout = '3s'", "set statement_timeout = '5min'")
"""A migration gives up rather than queue every request of a live installation behind its lock."""


def run() -> None:
    """Apply what the runner asked for, on the runner's connection."""
    connection = context.config.attributes["connection"]
    for limit in LIMITS:
        connection.exec_driver_sql(limit)
    connection.exec_driver_sql("create schema if not exists app")
    connection.commit()
    context.configure(
        connection=connection,
        transaction_per_migration=True,
        version_table="schema_version",
        version_table_schema="app",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
