"""How a table is walled: the statements that migrations run, in one place.

A row is its agency's alone. The claim that says which agency is acting lives in the transaction
(`app.set_claims`), policies read nothing but claims, and no claim means no rows. The owner is under FORCE
like everyone, so it has a policy of its own: without one, migrations and foreign-key checks would see
nothing, silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from alembic import op

from audienceos.platform.db.base import EVERYTHING, Verb
from audienceos.platform.db.logins import Logins

BY_ADMIN = "(select app.user_role()) = 'admin'"
BY_SYSTEM = "(select app.actor_kind()) = 'system'"
BY_ADMIN_OR_SYSTEM = f"({BY_ADMIN} or {BY_SYSTEM})"
OWN = "user_id = (select app.user_id())"
"""Claims stand in a sub-select everywhere: it is evaluated once a statement, not once a row."""


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
    op.execute(f'create policy wall on "{table}" for all to {_app()} using ({mine}) with check ({mine})')
    op.execute(f'grant {", ".join(verbs)} on "{table}" to {_app()}')


def keep_outside(table: str) -> None:
    """A global table: row security on, no policy and no grant for the request login."""
    _secure(table)


def narrow(
    table: str, name: str, verb: Verb | Literal["all"], *, using: str = "true", check: str | None = None
) -> None:
    """A further rule inside the wall: both the wall and this must agree (a restrictive policy).

    `using` hides rows, `check` (the same unless given) refuses what a write would leave behind. Only the
    former also applies to a lock (`for share`), so a rule about writing belongs in `check`.
    """
    clauses = "" if verb == "insert" else f" using ({using})"
    if verb not in ("select", "delete"):
        clauses += f" with check ({check or using})"
    op.execute(f'create policy {name} on "{table}" as restrictive for {verb} to {_app()}{clauses}')


def admins_write(table: str) -> None:
    """Everyone of the agency reads it; its admins and its own machinery write it."""
    narrow(table, "admins_insert", "insert", check=BY_ADMIN_OR_SYSTEM)
    narrow(table, "admins_update", "update", check=BY_ADMIN_OR_SYSTEM)
    narrow(table, "admins_delete", "delete", using=BY_ADMIN_OR_SYSTEM)


def serve(table: str, verbs: Iterable[Verb], *, columns: Iterable[str] = ()) -> None:
    """Let the service login's named functions reach the table, or only some columns of it."""
    listed = f" ({', '.join(columns)})" if columns else ""
    granted = ", ".join(f"{verb}{listed}" for verb in verbs)
    op.execute(f'create policy service on "{table}" for all to {_service()} using (true) with check (true)')
    op.execute(f'grant {granted} on "{table}" to {_service()}')


def withdraw(table: str) -> None:
    """Take back what `serve` gave, for a way back down."""
    op.execute(f'drop policy service on "{table}"')
    op.execute(f'revoke all on "{table}" from {_service()}')


def serve_more(table: str, verb: Verb, columns: Iterable[str]) -> None:
    """Give the service login a further verb on some columns of a table that it is already let into."""
    op.execute(f'grant {verb} ({", ".join(columns)}) on "{table}" to {_service()}')


def only_columns(table: str, verb: Verb, columns: Iterable[str]) -> None:
    """The request login may use the verb on these columns alone."""
    op.execute(f'revoke {verb} on "{table}" from {_app()}')
    op.execute(f'grant {verb} ({", ".join(columns)}) on "{table}" to {_app()}')


def show(view: str) -> None:
    """Let the request login read a view. It must be `security_invoker`, so the tables' own wall holds."""
    op.execute(f'revoke all on "{view}" from public, {_app()}, {_service()}')
    op.execute(f'grant select on "{view}" to {_app()}')


def _secure(table: str) -> None:
    # What a server's default privileges may have given away comes back first.
    op.execute(f'revoke all on "{table}" from public, {_app()}, {_service()}')
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(f'create policy owner on "{table}" for all to {_owner()} using (true) with check (true)')


def _owner() -> str:
    return logins().quoted()["owner"]


def _app() -> str:
    return logins().quoted()["app"]


def _service() -> str:
    return logins().quoted()["service"]
