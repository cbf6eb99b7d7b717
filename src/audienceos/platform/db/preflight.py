"""Whether the database is fit to serve, asked of its catalogue through each login itself.

The wall between agencies stands on what the logins may not do. A login that is a superuser, that row security
doesn't bind, that owns something, or that may become somebody who does, would walk through it without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import asyncpg

from audienceos.platform.db.catalogue import INHERITED, ME, OWNED, PLACES, ROLES
from audienceos.platform.db.connect import Connection, connect
from audienceos.platform.db.raw import Row
from audienceos.platform.db.urls import Address, Addresses
from audienceos.platform.settings import Settings

OLDEST_VERSION = 150_000

Part = Literal["owner", "app", "service", "listen"]
SETTINGS: dict[Part, tuple[str, str]] = {
    "owner": ("AUDIENCEOS_DATABASE_OWNER_URL", "AUDIENCEOS_OWNER_LOGIN"),
    "app": ("AUDIENCEOS_DATABASE_URL", "AUDIENCEOS_APP_LOGIN"),
    "service": ("AUDIENCEOS_DATABASE_SERVICE_URL", "AUDIENCEOS_SERVICE_LOGIN"),
    "listen": ("AUDIENCEOS_DATABASE_LISTEN_URL", "AUDIENCEOS_APP_LOGIN"),
}
POWERS = {
    "rolsuper": ("is a superuser", "NOSUPERUSER"),
    "rolbypassrls": ("bypasses row security", "NOBYPASSRLS"),
    "rolcreaterole": ("may make roles and give itself their rights", "NOCREATEROLE"),
    "rolreplication": ("may copy the whole server", "NOREPLICATION"),
}
OWNER_POWERS = ("rolsuper", "rolbypassrls")


class PreflightError(Exception):
    """The database must not be served from. `faults` has one sentence for each thing to mend."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


async def preflight(addresses: Addresses, settings: Settings) -> None:
    """Look through every login. Raises `PreflightError` with all faults, each saying what to do."""
    faults: list[str] = []
    if len(set(settings.logins)) != 3:
        faults.append(
            "AUDIENCEOS_OWNER_LOGIN, AUDIENCEOS_APP_LOGIN and AUDIENCEOS_SERVICE_LOGIN must be three different "
            "logins: the wall between agencies is made of their differences."
        )
    parts: list[tuple[Part, Address]] = [
        ("owner", addresses.owner),
        ("app", addresses.app),
        ("service", addresses.service),
    ]
    if addresses.listen != addresses.app:
        parts.append(("listen", addresses.listen))
    for part, address in parts:
        faults.extend(await _look(part, address, settings))
    if faults:
        raise PreflightError(list(dict.fromkeys(faults)))


async def _look(part: Part, address: Address, settings: Settings) -> list[str]:
    try:
        connection = await connect(address)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        return [_no_entry(part, address, problem)]
    try:
        (me,) = await connection.fetch(ME)
        wrong = list(_identity(part, me, settings))
        if wrong:
            return wrong
        roles = await connection.fetch(ROLES)
        if part == "owner":
            beneath = (settings.app_login, settings.service_login)  # looked at by themselves
            faults = list(_powers([role for role in roles if role["name"] not in beneath], OWNER_POWERS))
            return faults or await _ownership(connection, settings)
        faults = list(_powers(roles, tuple(POWERS)))
        if not roles[0]["rolsuper"]:
            faults += [*_memberships(roles, settings), *await _property(connection, me["login"])]
        return faults
    finally:
        await connection.close()


def _no_entry(part: Part, address: Address, problem: Exception) -> str:
    setting, _ = SETTINGS[part]
    at = f"{address.login} at {address.where()}"
    why = (str(problem) or "no answer in time").splitlines()[0]
    match problem:
        case asyncpg.InvalidPasswordError():
            return f"{setting}: the server refuses the password of {at}, or has no such login. Correct the address."
        case asyncpg.InvalidAuthorizationSpecificationError():
            return (
                f"{setting}: the server does not let {at} in ({why}). Make the login, or correct the address."
            )
        case asyncpg.InvalidCatalogNameError():
            return (
                f"{setting}: there is no database {address.database} at {address.where()}. Create it first."
            )
        case asyncpg.InsufficientPrivilegeError():
            return (
                f"{setting}: {at} may not enter the database {address.database}. Run as administrator: "
                f"GRANT CONNECT ON DATABASE {address.database} TO {address.login}"
            )
        case asyncpg.TooManyConnectionsError():
            return f"{setting}: the server at {address.where()} has no connection left. Raise its max_connections."
        case asyncpg.ClientConfigurationError():
            return f"{setting}: the address makes no sense ({why})."
        case _:
            return f"No database answers at {address.where()} ({why}). Start it, or correct {setting}."


def _identity(part: Part, me: Row, settings: Settings) -> Iterator[str]:
    if me["version"] < OLDEST_VERSION:
        yield (
            f"The server is PostgreSQL {me['version_text']}; row security as it is used here needs 15 or newer. "
            "Move to a newer server."
        )
    owner, app, service = settings.logins
    expected = {"owner": owner, "app": app, "service": service, "listen": app}[part]
    if me["login"] != expected:
        address, login = SETTINGS[part]
        yield f"{address} signs in as {me['login']}, but {login} is {expected}. Make them agree."


def _powers(roles: Sequence[Row], refused: Sequence[str]) -> Iterator[str]:
    login = roles[0]["name"]
    for role in roles:
        for power in refused:
            if role[power]:
                what, remedy = POWERS[power]
                yield (
                    f"The login {login} {what}. Run as administrator: ALTER ROLE {login} {remedy}"
                    if role["myself"]
                    else f"The login {login} may become {role['name']}, which {what}. {_leave(login, role['name'])}"
                )


def _memberships(roles: Sequence[Row], settings: Settings) -> Iterator[str]:
    login = roles[0]["name"]
    for role in roles[1:]:
        if role["predefined"]:
            yield f"The login {login} has the rights of {role['name']}. {_leave(login, role['name'])}"
        elif role["name"] in settings.logins:
            yield f"The login {login} may become {role['name']}. {_leave(login, role['name'])}"


async def _property(connection: Connection, login: str) -> list[str]:
    faults: list[str] = []
    for row in await connection.fetch(OWNED):
        whose = "it" if row["name"] == login else f"{row['name']}, which it may become,"
        faults.append(
            f"The login {login} must own nothing, and {whose} owns {row['thing']}. Give that to another role "
            "(ALTER ... OWNER TO)."
        )
    for row in await connection.fetch(PLACES):
        faults.append(
            f"The login {login} may create things in {row['place']}. Run as administrator: "
            f"REVOKE CREATE ON {row['place']} FROM PUBLIC, {login}"
        )
    return faults


async def _ownership(connection: Connection, settings: Settings) -> list[str]:
    owner, app, service = settings.logins
    faults: list[str] = []
    places = {row["kind"] for row in await connection.fetch(PLACES)}
    if places != {"database", "schema"}:
        faults.append(
            f"The login {owner} can't make tables. Run as administrator: GRANT CREATE ON DATABASE "
            f"and on SCHEMA public TO {owner}, or set AUDIENCEOS_DATABASE_ADMIN_URL."
        )
    for row in await connection.fetch(INHERITED, [app, service]):
        if not row["member"]:
            faults.append(
                f"The login {owner} can't act as {row['name']} to check the wall. Run as administrator: "
                f"GRANT {row['name']} TO {owner}"
            )
        elif row["inherits"]:
            faults.append(
                f"The login {owner} inherits the rights of {row['name']} and would meet its policies. Run as "
                f"administrator: ALTER ROLE {owner} NOINHERIT; REVOKE {row['name']} FROM {owner}; "
                f"GRANT {row['name']} TO {owner}"
            )
    return faults


def _leave(login: str, role: str) -> str:
    return f"End the membership that leads there, such as REVOKE {role} FROM {login}"
