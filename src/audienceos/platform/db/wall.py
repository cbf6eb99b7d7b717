"""How a table is walled: the statements that migrations run, in one place.

A row is its agency's alone. The claim that says which agency is acting lives in the transaction
(`app.set_claims`), policies read nothing but claims, and no claim means no rows. The owner is under FORCE
like everyone, so it has a policy of its own: without one, migrations and foreign-key checks would see
nothing, silently.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from alembic import op

from audienceos.platform.db.base import EVERYTHING, Verb

MINE = "agency_id = (select app.agency_id())"
"""Evaluated once a statement, since it stands in a sub-select."""
BY_ADMIN = "(select app.user_role()) = 'admin'"
BY_SYSTEM = "(select app.actor_kind()) = 'system'"


class Logins(msgspec.Struct, frozen=True):
    """The three database logins, by the names that this installation gave them."""

    owner: str
    app: str
    service: str


def logins() -> Logins:
    """The logins of the migration that is running."""
    config = op.get_context().config
    assert config is not None
    return config.attributes["logins"]


def isolate(table: str, verbs: Iterable[Verb] = EVERYTHING, *, key: str = "agency_id") -> None:
    """Wall the table for the request login: USING and WITH CHECK, ENABLE and FORCE, and the verbs granted.

    `key` is the column that holds the tenant; `id` for the agency itself.
    """
    mine = f"{key} = (select app.agency_id())"
    _secure(table)
    op.execute(
        f'create policy wall on "{table}" for all to {logins().app} using ({mine}) with check ({mine})'
    )
    op.execute(f'grant {", ".join(verbs)} on "{table}" to {logins().app}')


def keep_outside(table: str) -> None:
    """A global table: row security on, no policy and no grant for the request login."""
    _secure(table)


def narrow(table: str, name: str, verb: Verb, *, using: str = "true", check: str | None = None) -> None:
    """A further rule inside the wall: both the wall and this must agree (a restrictive policy)."""
    clauses = "" if verb == "insert" else f" using ({using})"
    if verb in ("insert", "update"):
        clauses += f" with check ({check or using})"
    op.execute(f'create policy {name} on "{table}" as restrictive for {verb} to {logins().app}{clauses}')


def serve(table: str, verbs: Iterable[Verb], *, columns: Iterable[str] = ()) -> None:
    """Let the service login's named functions reach the table, or only some columns of it to read."""
    listed = f" ({', '.join(columns)})" if columns else ""
    granted = ", ".join(f"{verb}{listed}" for verb in verbs)
    op.execute(
        f'create policy service on "{table}" for all to {logins().service} using (true) with check (true)'
    )
    op.execute(f'grant {granted} on "{table}" to {logins().service}')


def only_columns(table: str, verb: Verb, columns: Iterable[str]) -> None:
    """The request login may use the verb on these columns alone."""
    op.execute(f'revoke {verb} on "{table}" from {logins().app}')
    op.execute(f'grant {verb} ({", ".join(columns)}) on "{table}" to {logins().app}')


def _secure(table: str) -> None:
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(f'create policy owner on "{table}" for all to {logins().owner} using (true) with check (true)')
