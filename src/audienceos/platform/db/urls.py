"""Where the database is and who enters: one address per login, for every driver that needs one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec

from audienceos.platform.settings import Settings, SettingsError

DATABASE = "audienceos"
ADMIN_LOGIN = "postgres"
PORT = 5432


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One login at one database. Printing it never shows the password."""

    login: str
    host: str
    """A host's name, or the folder of a unix socket."""
    database: str
    password: str = ""
    port: int = PORT
    options: str = ""
    """What stands behind the question mark of a libpq address, such as `sslmode=verify-full`."""
    pooled: bool = False
    """A transaction-mode pooler stands between: no prepared statement outlives its transaction."""

    def asyncpg(self) -> dict[str, Any]:
        """Keyword arguments of `asyncpg.connect` and `asyncpg.create_pool`."""
        given: dict[str, Any] = {
            "user": self.login,
            "host": self.host,
            "port": self.port,
            "database": self.database,
        }
        if self.password:
            given["password"] = self.password
        if self.options:
            given["dsn"] = f"postgresql://?{self.options}"
        if self.pooled:
            given["statement_cache_size"] = 0
        return given

    def sqlalchemy(self) -> str:
        """A `postgresql+asyncpg://` address, complete only with `connect_args`.

        libpq's options travel as a `dsn` that holds nothing secret.
        """
        query = {"host": self.host} if self._is_socket else {}
        if self.options:
            query["dsn"] = f"postgresql://?{self.options}"
        return self._url("postgresql+asyncpg", urlencode(query, quote_via=quote))

    def connect_args(self) -> dict[str, Any]:
        """What `create_async_engine` needs beside the address. Behind a pooler no statement gets a name, since
        the next transaction may meet another connection, where that name is taken or unknown.
        """
        if not self.pooled:
            return {}
        return {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": _nameless,
        }

    def libpq(self) -> str:
        """A `postgresql://` address for psql and pg_dump. It holds the password."""
        folder = urlencode({"host": self.host}, quote_via=quote) if self._is_socket else ""
        return self._url("postgresql", "&".join(part for part in (folder, self.options) if part))

    def at(self, database: str) -> Address:
        """The same login at another database of the server."""
        return msgspec.structs.replace(self, database=database)

    def where(self) -> str:
        """Host and port in words, for a sentence."""
        return self.host if self._is_socket else f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"<{self.login} at {self.where()}/{self.database}>"

    @property
    def _is_socket(self) -> bool:
        return self.host.startswith("/")

    def _url(self, scheme: str, query: str) -> str:
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f":{self.port}" if self._is_socket else f"{host}:{self.port}"
        path = quote(self.database, safe="")
        return f"{scheme}://{quote(self.login, safe='')}{secret}@{place}/{path}" + (
            f"?{query}" if query else ""
        )


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Every way in. `admin` is None where somebody else looks after the server."""

    owner: Address
    app: Address
    service: Address
    listen: Address
    """The app's login past any pooler: LISTEN needs a connection of its own."""
    admin: Address | None


def addresses(settings: Settings, socket: Path | None = None) -> Addresses:
    """The addresses that the settings name; `socket` is the folder that `embedded.running` gave.

    Raises `SettingsError` for an address that can't be read.
    """
    if not settings.embedded:
        return _external(settings)
    if socket is None:
        raise SettingsError("The embedded server is not running, so it has no address.")
    owner, app, service, admin = (
        Address(login=login, host=str(socket), database=DATABASE) for login in (*settings.logins, ADMIN_LOGIN)
    )
    return Addresses(owner=owner, app=app, service=service, listen=app, admin=admin)


def parse(name: str, url: str, *, pooled: bool = False) -> Address:
    """Read `postgresql://login:secret@host:port/database?sslmode=...`; `name` is the setting it stands in.

    Raises `SettingsError` with a sentence that never repeats the address, since it may hold a password.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        port = parts.port or int(options.pop("port", PORT))
    except ValueError:
        raise SettingsError(f"{name}: {_WANTED}") from None
    # Not `hostname`, which is in lower case: a socket's folder may be written as a host.
    host = unquote(parts.netloc.rpartition("@")[2].removesuffix(f":{port}").strip("[]"))
    host = host or options.pop("host", "")
    login, database = unquote(parts.username or ""), unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql") or not (host and login and database) or "," in host:
        raise SettingsError(f"{name}: {_WANTED}")
    return Address(
        login=login,
        password=unquote(parts.password or ""),
        host=host,
        port=port,
        database=database,
        options=urlencode(options, quote_via=quote),
        pooled=pooled,
    )


def _nameless() -> str:
    return ""


_WANTED = "write one server's address as postgresql://login:secret@host:port/database"


def _external(settings: Settings) -> Addresses:
    app = parse("AUDIENCEOS_DATABASE_URL", settings.database_url, pooled=settings.pooler)
    listen, admin = settings.database_listen_url, settings.database_admin_url
    return Addresses(
        owner=parse("AUDIENCEOS_DATABASE_OWNER_URL", settings.database_owner_url),
        app=app,
        service=parse(
            "AUDIENCEOS_DATABASE_SERVICE_URL", settings.database_service_url, pooled=settings.pooler
        ),
        listen=parse("AUDIENCEOS_DATABASE_LISTEN_URL", listen)
        if listen
        else msgspec.structs.replace(app, pooled=False),
        admin=parse("AUDIENCEOS_DATABASE_ADMIN_URL", admin) if admin else None,
    )
