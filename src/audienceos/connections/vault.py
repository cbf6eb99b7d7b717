"""What is sealed: written and read in the service login's transactions alone, each text at its own place.

A process keeps what it opens no longer than it uses it, and hands it on as a `Secret`, which never shows itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.connections.models import (
    APP_SEALED,
    LEASE,
    MAILBOX_SEALED,
    SEALED,
    Integration,
    IntegrationApp,
    Mailbox,
    OutsideAccount,
)
from audienceos.connections.ports import App, Tokens, Vendor
from audienceos.platform import clock
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from audienceos.platform.sealing import Place, Secret, box

TABLES: Mapping[str, tuple[str, ...]] = {
    Integration.__tablename__: SEALED,
    IntegrationApp.__tablename__: APP_SEALED,
    Mailbox.__tablename__: MAILBOX_SEALED,
}
"""Every sealed column there is."""
_installation: dict[Vendor, App] = {}


class Row(msgspec.Struct, frozen=True):
    """Where sealed columns are: a row of one of these tables."""

    table: str
    agency_id: UUID
    id: UUID

    def place(self, column: str) -> Place:
        """What is bound into the seal of that column."""
        return Place(self.agency_id, self.id, f"{self.table}.{column}")

    @property
    def columns(self) -> Table:
        """The table itself, sealed columns too."""
        return Base.metadata.tables[self.table]

    @property
    def here(self) -> tuple[Any, Any]:
        """The condition that finds it."""
        return self.columns.c.agency_id == self.agency_id, self.columns.c.id == self.id


class Held(msgspec.Struct, frozen=True):
    """The tokens of a row, until when somebody has the renewing of them to themselves."""

    tokens: Tokens | None
    leased_until: datetime | None


def integration_row(agency_id: UUID, integration_id: UUID) -> Row:
    """An integration's place."""
    return Row(Integration.__tablename__, agency_id, integration_id)


def mailbox_row(agency_id: UUID, mailbox_id: UUID) -> Row:
    """A mailbox's place."""
    return Row(Mailbox.__tablename__, agency_id, mailbox_id)


async def keep(database: Database, row: Row, secrets: Mapping[str, Secret | None]) -> None:
    """Seal these columns of the row; None clears one. Raises `Unavailable` rather than keep anything open."""
    values: dict[str, Any] = {
        name: None if secret is None else box().seal(secret.reveal(), row.place(name))
        for name, secret in secrets.items()
    }
    async with database.serving() as db:
        await db.execute(update(row.columns).where(*row.here).values(values))


async def keep_tokens(
    database: Database, row: Row, tokens: Tokens | None, *, as_renewed: bool = False
) -> None:
    """Seal a grant, or wipe it; whoever was renewing it has done. One that was `as_renewed` is kept only while the
    lease is still held: what somebody connected or wiped meanwhile stays as they left it.
    """
    moment = clock.now()
    sealed = {
        "access_token": tokens and tokens.access,
        "refresh_token": tokens and tokens.refresh,
    }
    values: dict[str, Any] = {
        name: None if secret is None else box().seal(secret.reveal(), row.place(name))
        for name, secret in sealed.items()
    }
    values |= {"token_expires_at": tokens and tokens.expires_at, LEASE: None, "updated_at": moment}
    if row.table == Integration.__tablename__:
        values["tokens_refreshed_at"] = moment if tokens else None
    held = (row.columns.c[LEASE].is_not(None),) if as_renewed else ()
    async with database.serving() as db:
        await db.execute(update(row.columns).where(*row.here, *held).values(values))


async def opened(database: Database, row: Row, names: Iterable[str]) -> dict[str, Secret]:
    """Those of the columns that hold something. Raises `Unopenable`."""
    columns = row.columns.c
    async with database.serving() as db:
        found = (await db.execute(select(*(columns[name] for name in names)).where(*row.here))).one_or_none()
    if found is None:
        return {}
    sealed = {name: text for name, text in zip(names, found, strict=True) if text is not None}
    return {name: box().open(text, row.place(name)) for name, text in sealed.items()}


async def tokens_of(database: Database, row: Row, scopes: Iterable[str] = ()) -> Held:
    """The grant of a row, if it has one. Raises `Unopenable`."""
    columns = row.columns.c
    wanted = (columns.access_token, columns.refresh_token, columns.token_expires_at, columns[LEASE])
    async with database.serving() as db:
        found = (await db.execute(select(*wanted).where(*row.here))).one_or_none()
    if found is None or found[0] is None:
        return Held(None, found[3] if found else None)
    access = box().open(found[0], row.place("access_token"))
    refresh = box().open(found[1], row.place("refresh_token")) if found[1] else None
    return Held(Tokens(access, refresh, found[2], tuple(scopes)), found[3])


async def lease(database: Database, row: Row, until: datetime) -> bool:
    """Have the renewing of a grant to oneself until then; False while another has it."""
    column = row.columns.c[LEASE]
    free = column.is_(None) | (column < clock.now())
    taken = update(row.columns).where(*row.here, free).values({LEASE: until}).returning(row.columns.c.id)
    async with database.serving() as db:
        return await db.scalar(taken) is not None


async def give_back(database: Database, row: Row) -> None:
    """Let others renew it."""
    async with database.serving() as db:
        await db.execute(update(row.columns).where(*row.here).values({LEASE: None}))


def answer_apps(apps: Mapping[Vendor, App]) -> None:
    """Register the installation's own apps, for agencies that bring none."""
    _installation.clear()
    _installation.update(apps)


def installation_has(vendor: Vendor) -> bool:
    """Whether the installation brings an app of that vendor."""
    return vendor in _installation


def installation_app(vendor: Vendor) -> App | None:
    """The installation's own app of that vendor, if it brings one."""
    return _installation.get(vendor)


async def app_for(database: Database, agency_id: UUID, vendor: Vendor) -> App | None:
    """The agency's own app, else the installation's; None where there is neither. Raises `Unopenable`."""
    table = IntegrationApp
    asked = select(table.id, table.app_id).where(table.agency_id == agency_id, table.vendor == vendor)
    async with database.serving() as db:
        found = (await db.execute(asked)).one_or_none()
    if found is None:
        return _installation.get(vendor)
    secrets = await opened(database, Row(table.__tablename__, agency_id, found[0]), APP_SEALED)
    if "client_secret" not in secrets:
        return None
    return App(
        client_id=found[1],
        client_secret=secrets["client_secret"],
        signing_secret=secrets.get("signing_secret"),
        developer_token=secrets.get("developer_token"),
        is_own=True,
    )


async def claim_account(db: Db, provider: str, account_id: str, agency_id: UUID) -> None:
    """Note that the account is this agency's. The service login's.

    Raises `Conflict` (`account_taken`) for one that another agency has; whose it is isn't told.
    """
    row = OutsideAccount
    given = {
        "provider": provider,
        "external_id": account_id,
        "agency_id": agency_id,
        "created_at": clock.now(),
    }
    await db.execute(insert(row).values(given).on_conflict_do_nothing())
    owner = await db.scalar(
        select(row.agency_id).where(row.provider == provider, row.external_id == account_id)
    )
    if owner != agency_id:
        raise Conflict("That account is connected elsewhere already.", code="account_taken")


async def release_account(db: Db, provider: str, account_id: str, agency_id: UUID) -> None:
    """The account isn't the agency's any more. The service login's."""
    row = OutsideAccount
    mine = (row.provider == provider, row.agency_id == agency_id, row.external_id == account_id)
    await db.execute(delete(row).where(*mine))


async def agency_of(database: Database, provider: str, account_id: str) -> UUID | None:
    """Whose the account is, for what its vendor sends; None for nobody's."""
    row = OutsideAccount
    async with database.serving() as db:
        return await db.scalar(
            select(row.agency_id).where(row.provider == provider, row.external_id == account_id)
        )
