"""What only an administrator can do for a new database: its logins, who is a member of whom, who may enter.

It adds what is missing and never changes a login that somebody else made: a login with a right too many is
`preflight`'s to refuse. One query tells when nothing is left to do.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import pbkdf2_hmac, sha256
from hmac import digest
from secrets import token_bytes

import asyncpg

from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.urls import Address, Addresses
from audienceos.platform.settings import Settings

LOCK = 0x41554449  # "AUDI"; one bootstrap at a time
SCRAM_ROUNDS = 4096  # PostgreSQL's own default
MEMBERSHIP_OPTIONS_SINCE = 160_000

READY = """
with login as (select oid, rolname, rolcanlogin from pg_roles where rolname = any($1::text[]))
select count(*) = 3
   and bool_and(rolcanlogin and has_database_privilege(oid, current_database(), 'connect'))
   and bool_and(rolname <> $2 or (has_database_privilege(oid, current_database(), 'create')
                                  and has_schema_privilege(oid, 'public', 'create')))
   and (select count(distinct m.roleid) = 2 from pg_auth_members m, login o, login g
         where m.member = o.oid and o.rolname = $2 and m.roleid = g.oid and g.rolname <> $2)
   and not exists (select from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                    where n.nspname = 'public' and a.grantee = 0 and a.privilege_type = 'CREATE')
   and not ($3 and exists (select from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                            where d.datname = current_database() and a.grantee = 0))
  from login
"""


class BootstrapError(Exception):
    """The administrator's login did not do what a new database needs; the text says what to do."""


async def bootstrap(addresses: Addresses, settings: Settings) -> None:
    """Make database and logins ready for migrations. Without an administrator's address it does nothing.

    Of our own server it makes the database and closes it to everybody else. A server given by address keeps
    its other visitors, and its logins get the passwords that stand in the settings' addresses. Raises
    `BootstrapError` when the administrator does not get in or may not do it.
    """
    if addresses.admin is None:
        return
    try:
        if settings.embedded:
            await _make_database(addresses.admin, settings)
        await _make_ready(addresses.admin, settings)
        if not settings.embedded:
            await _set_passwords(addresses.admin, addresses, settings)
    except asyncpg.InsufficientPrivilegeError as problem:
        raise BootstrapError(
            f"The administrator {addresses.admin.login} at {addresses.admin.where()} may not prepare the "
            f"database ({str(problem).splitlines()[0]}). Give AUDIENCEOS_DATABASE_ADMIN_URL a login that owns the database and "
            "may create roles."
        ) from problem
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        why = (str(problem) or "no answer in time").splitlines()[0]
        raise BootstrapError(
            f"The administrator {addresses.admin.login} does not get into the database {addresses.admin.database} "
            f"at {addresses.admin.where()} ({why}). Start it, or correct AUDIENCEOS_DATABASE_ADMIN_URL."
        ) from problem


async def _make_database(admin: Address, settings: Settings) -> None:
    try:
        async with connected(admin):
            return
    except asyncpg.InvalidCatalogNameError:
        pass
    async with connected(admin.at("postgres")) as connection:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        there = await connection.fetchval("select true from pg_database where datname = $1", admin.database)
        if not there:
            await _make_logins(connection, settings)
            owner = Logins(*settings.logins).quoted()["owner"]
            await connection.execute(f'create database "{admin.database}" owner {owner}')


async def _make_ready(admin: Address, settings: Settings) -> None:
    async with connected(admin) as connection:
        asked = (list(settings.logins), settings.owner_login, settings.embedded)
        if await connection.fetchval(READY, *asked):
            return
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        await _make_logins(connection, settings)
        await connection.execute(await _doors(connection, settings))


async def _make_logins(connection: Connection, settings: Settings) -> None:
    """The owner inherits nothing from the two it is a member of: it acts as them only by SET ROLE."""
    rows = await connection.fetch(
        "select rolname, rolsuper from pg_roles where rolname = any($1)", settings.logins
    )
    there = {row["rolname"]: row["rolsuper"] for row in rows}
    if any(there.values()):
        raise BootstrapError(
            f"The login {max(there, key=there.__getitem__)} is a superuser, so it can't be one of the product's three. "
            "Name another by AUDIENCEOS_OWNER_LOGIN, AUDIENCEOS_APP_LOGIN and AUDIENCEOS_SERVICE_LOGIN."
        )
    names = Logins(*settings.logins).quoted()
    made = [
        f"create role {names[field]} login" + (" noinherit" if field == "owner" else "")
        for field, name in zip(names, settings.logins, strict=True)
        if name not in there
    ]
    version = int(await connection.fetchval("select current_setting('server_version_num')"))
    how = " with inherit false, set true" if version >= MEMBERSHIP_OPTIONS_SINCE else ""
    made.append("grant {app}, {service} to {owner}".format(**names) + how)
    await connection.execute(";\n".join(made))


async def _doors(connection: Connection, settings: Settings) -> str:
    database = await connection.fetchval("select quote_ident(current_database())")
    names = Logins(*settings.logins).quoted()
    statements = [
        f"revoke all on database {database} from public" if settings.embedded else "",
        f"grant connect on database {database} to {', '.join(names.values())}",
        f"grant create on database {database} to {names['owner']}",
        "revoke create on schema public from public",
        f"grant usage, create on schema public to {names['owner']}",
        f"grant usage on schema public to {names['app']}, {names['service']}",
    ]
    return ";\n".join(filter(None, statements))


async def _set_passwords(admin: Address, addresses: Addresses, settings: Settings) -> None:
    """Where a login is refused with the password of its address, that password becomes its own."""
    entrances = (addresses.owner, addresses.app, addresses.service)
    for login, address in zip(settings.logins, entrances, strict=True):
        if not address.password or not await _refused(address):
            continue
        async with connected(admin) as connection:
            # A superuser's password is never ours to change, whatever the settings call it.
            statement = await connection.fetchval(
                "select format('alter role %I password %L', rolname, $2::text)"
                "  from pg_roles where rolname = $1 and not rolsuper",
                login,
                _scram(address.password),
            )
            if statement:
                await connection.execute(statement)


async def _refused(address: Address) -> bool:
    try:
        async with connected(address):
            return False
    except asyncpg.InvalidPasswordError:
        return True
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False  # the preflight says what is wrong


def _scram(password: str) -> str:
    """The verifier of RFC 5803, so that no server log ever shows the password.

    A password beyond ASCII is left to the server, which knows how to normalise it (RFC 4013).
    """
    if not password.isascii():
        return password
    salt = token_bytes(16)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    stored = sha256(digest(salted, b"Client Key", "sha256")).digest()
    server = digest(salted, b"Server Key", "sha256")
    parts = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{parts[0]}${parts[1]}:{parts[2]}"
