"""Agencies and people written straight into the tables, and transactions that claim to be them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.urls import Address, Addresses

ACCOUNTS = """
insert into account (id, email, email_key, password_hash, password_changed_at)
select p, p || '@example.com', p || '@example.com', 'none', now() from unnest($1::uuid[]) p"""
AGENCY = "insert into agency (id, name, slug) values ($1, 'Agency', $1::uuid::text)"
USERS = """
insert into "user" (agency_id, id, account_id, email, email_key, first_name, last_name, role)
select $1, p, p, p || '@example.com', p || '@example.com', 'A', 'Person', r
  from unnest($2::uuid[], array['admin', 'user', 'user']) as x (p, r)"""
CLIENT = """
insert into client (agency_id, id, name, name_key, stage_entered_at, last_activity_at)
values ($1, $2, 'Client', 'client', now(), now())"""


class Agency(msgspec.Struct, frozen=True):
    """An agency with an admin, two users and a client. Everybody's account has the user's own id."""

    id: UUID
    admin: UUID
    user: UUID
    other: UUID
    client: UUID

    def claims(self, who: UUID | None, *, kind: str = "person", credential: str = "") -> str:
        """What the request login says of who is acting."""
        role = "admin" if who in (self.admin, None) else "user"
        said = {"agency_id": self.id, "user_role": role, "actor_kind": kind if who else "system"}
        if who:
            said["sub"] = who
        if credential:
            said = {"agency_id": self.id, "credential": credential}
        return msgspec.json.encode(said).decode()


async def found(ways: Addresses) -> Agency:
    """A new agency, written by the owner, which its own policy lets in."""
    made = Agency(*(uuid7() for _ in range(5)))
    people = [made.admin, made.user, made.other]
    async with connected(ways.owner) as connection:
        await connection.execute(ACCOUNTS, people)
        await connection.execute(AGENCY, made.id)
        await connection.execute(USERS, made.id, people)
        await connection.execute(CLIENT, made.id, made.client)
    return made


@asynccontextmanager
async def acting(way: Address, claims: str = "") -> AsyncGenerator[Connection]:
    """A transaction of that login with those claims, undone at the end."""
    async with connected(way) as connection:
        await connection.execute("begin")
        if claims:
            await connection.execute("select app.set_claims($1)", claims)
        yield connection
        await connection.execute("rollback")
