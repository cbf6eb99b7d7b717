"""Ways around a wall rather than over it: settings, roles, functions, cursors, notices, the catalogue, the queue.

Not tried is what PostgreSQL tells everybody who may speak SQL at all, and no request ever asks: the planner's
guesses (EXPLAIN, `reltuples`), the names of running statements, and LISTEN, on which no content travels.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from tests.wall.ground import WALLED, Side, key_of, verbs_of


class Trick(msgspec.Struct, frozen=True):
    """Statements one after the other; the first that is refused ends it. Then somebody looks around."""

    kind: str
    statements: tuple[str, ...]
    look: str
    """What is asked in the end: a count of the other agency's rows, which must be nought."""


Maker = Callable[[Random, Side, Side], tuple[str, ...]]


def trick(dice: Random, mine: Side, theirs: Side) -> Trick:
    """One of the kinds below."""
    make = dice.choice(MAKERS)
    table = dice.choice(sorted(name for name in WALLED if "select" in verbs_of(name)))
    key = key_of(table)
    look = f"select count({key}) from \"{table}\" where {key} = '{theirs.agency}' or {key} <> '{mine.agency}'"
    return Trick(make.__name__, make(dice, mine, theirs), look)


def a_setting(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Switch the wall off by a setting."""
    name, value = dice.choice(
        (
            ("row_security", "off"),
            ("session_replication_role", "replica"),
            ("search_path", "pg_temp, public"),
            ("check_function_bodies", "off"),
            ("constraint_exclusion", "off"),
            ("is_superuser", "on"),
            ("request.jwt.claim.agency_id", str(theirs.agency)),
            ("request.jwt.claims.agency_id", str(theirs.agency)),
        )
    )
    quoted = f"'{value}'"
    return (dice.choice((f"set local {name} = {quoted}", f"select set_config('{name}', {quoted}, true)")),)


def other_claims(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Claims that name no agency, or the own one in clothes that are too large."""
    claims = dice.choice(
        (
            "",
            "{}",
            "null",
            "[]",
            '{"agency_id": null}',
            '{"agency_id": ""}',
            '{"agency_id": "*"}',
            '{"role": "service_role"}',
            '{"user_role": "admin", "actor_kind": "system"}',
            '{"actor_kind": "system", "agency_id": ["MINE", "MINE"]}',
            '{"agency_id": "MINE", "user_role": "owner", "actor_kind": "system"}',
            '{"agency_id": "MINE", "agency_ids": ["THEIRS"], "sub": "THEIRS"}',
            '{"AGENCY_ID": "THEIRS", "agency_id": "MINE"}',
            '{"agency_id" : "THEIRS", "agency_id" : "MINE"}',
            '{"tenant": {"agency_id": "THEIRS"}}',
            "{",
        )
    )
    claims = claims.replace("MINE", str(mine.agency)).replace("THEIRS", str(theirs.agency))
    return (
        dice.choice(
            (
                f"select app.set_claims('{claims}')",
                f"set local \"request.jwt.claims\" = '{claims}'",
                f"select set_config('request.jwt.claims', '{claims}', true)",
            )
        ),
    )


def another_role(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Become somebody with other rights."""
    role = dice.choice(
        ("audienceos_owner", "audienceos_service", "postgres", "pg_read_all_data", "pg_database_owner")
    )
    return (
        dice.choice(
            (
                f"set local role {role}",
                f"set session authorization {role}",
                f"select set_config('role', '{role}', true)",
                f"grant {role} to audienceos_app",
                "alter role audienceos_app bypassrls",
                "create role intruder",
                "reset role",
            )
        ),
    )


def the_catalogue(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Take the wall down."""
    table = dice.choice(sorted(WALLED))
    return (
        dice.choice(
            (
                f'alter table "{table}" disable row level security',
                f'alter table "{table}" no force row level security',
                f'alter table "{table}" owner to audienceos_app',
                f'drop policy wall on "{table}"',
                f'create policy mine on "{table}" using (true)',
                f'grant all on "{table}" to audienceos_app',
                f'truncate "{table}"',
                f'drop table "{table}"',
                f'create view public.peek as select * from "{table}"',
                f'create rule peek as on insert to "{table}" do instead nothing',
                f'create trigger peek before update on "{table}" execute function suppress_redundant_updates_trigger()',
                "create or replace function app.agency_id() returns uuid language sql as 'select null::uuid'",
                "create function public.peek() returns int language sql security definer as 'select 1'",
                "create extension dblink",
                "create schema intruder",
            )
        ),
    )


def a_notice(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Have every row say itself aloud on the way."""
    table = dice.choice(sorted(WALLED))
    return dice.choice(
        (
            (
                f'do $$ declare r record; begin for r in select * from "{table}"'
                " loop raise notice '%', r; end loop; end $$",
            ),
            (
                "create function pg_temp.peek(t text) returns boolean language plpgsql cost 0.0001"
                " as $$ begin raise notice '%', t; return true; end $$",
                f'select count(*) from "{table}" where pg_temp.peek({key_of(table)}::text)',
            ),
            (
                f"do $$ begin perform 1 / (case when {key_of(table)} = '{theirs.agency}' then 0 else 1 end)"
                f' from "{table}"; end $$',
            ),
            (f'do $$ begin perform ("{next(iter(WALLED[table].columns)).name}"::text)::int from "{table}"'
             f" where {key_of(table)} <> '{mine.agency}'; end $$",),
        )
    )  # fmt: skip


def a_cursor(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Declare, prepare or store a question first, and ask it afterwards."""
    table = dice.choice(sorted(WALLED))
    asked = f"select {key_of(table)} from \"{table}\" where {key_of(table)} = '{theirs.agency}'"
    return dice.choice(
        (
            (f"declare peek cursor for {asked}", "fetch all from peek"),
            (f"prepare peek as {asked}", "execute peek", "deallocate peek"),
            (f"create temp table peek as {asked}", "select * from peek"),
            (f"select query_to_xml($q${asked}$q$, true, false, '')::text",),
            (f"select table_to_xml('\"{table}\"', true, false, '')::text",),
        )
    )


def statistics(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """What the server keeps of everybody's values."""
    table = dice.choice(sorted(WALLED))
    return dice.choice(
        (
            (
                f"select most_common_vals::text, histogram_bounds::text from pg_stats where tablename = '{table}'",
            ),
            (f"select stavalues1::text from pg_statistic where starelid = '\"{table}\"'::regclass",),
            ("select rolpassword from pg_authid",),
            ("select * from pg_file_settings",),
            ("select pg_read_file('PG_VERSION')",),
            ("select lo_import('/etc/hostname')",),
            (f"copy \"{table}\" to program 'true'",),
            (f"copy \"{table}\" from '/dev/null'",),
            ("load 'auto_explain'",),
        )
    )


def entering(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Ask to be let in over there, with a credential that is none."""
    how, secret = dice.choice(("session", "token", "system", "")), dice.randbytes(32).hex()
    return (f"select * from app.enter('{theirs.agency}', '{how}', '{secret}')",)


def queueing(dice: Random, mine: Side, theirs: Side) -> tuple[str, ...]:
    """Their jobs: count them, touch them, queue one for them, sit on one of their keys, call them."""
    header = f"headers ->> 'agency_id' = '{theirs.agency}'"
    insert = "insert into jobs.pgqueuer (priority, entrypoint, status, headers, payload, dedupe_key) values "
    return (
        dice.choice(
            (
                f"select count(id) from jobs.pgqueuer where {header}",
                f"select jobs.waiting('{theirs.agency}', 1000)",
                f"update jobs.pgqueuer set updated = now() where {header}",
                f"delete from jobs.pgqueuer where {header}",
                "select payload from jobs.pgqueuer",
                "select * from jobs.pgqueuer_log",
                "select * from jobs.pgqueuer_schedules",
                f"""{insert} (0, 'probe', 'queued', '{{"agency_id": "{theirs.agency}"}}', null, null)""",
                f"""{insert} (0, 'probe', 'queued', '{{"agency_id": "{mine.agency}"}}', null, '{theirs.agency}:x')""",
                f"""{insert} (0, 'probe', 'queued', null, null, null)""",
                f"select pg_notify('intruder', '{theirs.agency}')",
                f"notify intruder, '{theirs.agency}'",
            )
        ),
    )


MAKERS: tuple[Maker, ...] = (
    a_setting,
    other_claims,
    another_role,
    the_catalogue,
    a_notice,
    a_cursor,
    statistics,
    entering,
    queueing,
)
