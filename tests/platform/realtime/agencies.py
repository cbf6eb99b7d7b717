"""Agencies with a signed-in person, written straight into the tables, and what happens in them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import text

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Credential, Db
from audienceos.platform.db.urls import Addresses
from audienceos.platform.events.recording import record
from audienceos.platform.realtime.cursor import cursor_now

ACCOUNT = """
insert into account (id, email, email_key, password_hash, password_changed_at)
values ($1, $2, $2, 'none', now())"""
AGENCY = "insert into agency (id, name, slug, client_visibility) values ($1, 'Agency', $2, $3)"
USER = """
insert into "user" (agency_id, id, account_id, email, email_key, first_name, last_name, role)
values ($1, $2, $2, $3, $3, 'A', 'Person', $4)"""
SESSION = """
insert into session (id, account_id, hash, last_seen_at, idle_until, expires_at)
values ($1, $1, $2, now(), now() + interval '1 day', now() + interval '1 day')"""

SIGN_OUT = "update session set ended_at = now() where id = $1"


class Agency(msgspec.Struct, frozen=True):
    """An agency and the one person in it, whose account and session have the person's own id."""

    id: UUID
    person: UUID
    opening: Credential

    @property
    def claims(self) -> Claims:
        """The person, acting."""
        return Claims(Actor(agency_id=self.id, user_id=self.person, role="admin"))


async def found(ways: Addresses, *, role: str = "admin", visibility: str = "all") -> Agency:
    """A new agency, written by the owner, whom the owner's policies let in."""
    agency_id, person = uuid7(), uuid7()
    email, secret = f"{person}@example.com", person.hex * 2
    async with connected(ways.owner) as owner:
        await owner.execute(ACCOUNT, person, email)
        await owner.execute(AGENCY, agency_id, agency_id.hex, visibility)
        await owner.execute(USER, agency_id, person, email, role)
        await owner.execute(SESSION, person, secret)
    return Agency(agency_id, person, Credential(agency_id, "session", secret))


async def happen(
    database: Database, agency: Agency, *clients: UUID | None, name: str = "client.moved"
) -> list[UUID]:
    """One transaction in which `name` happens to each of the clients; gives the events' ids."""
    async with database.acting(agency.claims) as db:
        return await recorded(db, name, clients)


async def recorded(db: Db, name: str, clients: Iterable[UUID | None]) -> list[UUID]:
    """The same inside a transaction."""
    return [await record(db, name, "client", client, client_id=client) for client in clients]


async def take_number(db: Db) -> None:
    """Have the transaction take its number now rather than at its first row."""
    await db.execute(text("select pg_current_xact_id()"))


async def place(database: Database, agency: Agency) -> str:
    """The cursor of a page that is drawn now."""
    async with database.reading(agency.opening) as lane:
        return await cursor_now(lane)


async def as_owner(ways: Addresses, statement: str, *values: object) -> None:
    """Change something behind the product's back."""
    async with connected(ways.owner) as owner:
        await owner.execute(statement, *values)
