"""The same stack with nothing of the product around it: Litestar, one select on the bare driver, JSON by msgspec.

python -m bench.standin FD ADDRESS      (started by `bench.site`; the socket is open already)

It reads one page of clients inside the wall, but asks nobody who they are: no session, limits, log, address
checks or headers. What the product costs beyond it is what those cost.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
from litestar import Litestar, Request, get

from audienceos.platform.db.urls import parse
from bench.filling import agency_id

BEGIN = "begin isolation level repeatable read read only; select app.set_claims('{claims}')"
SELECT = """
select c.id, c.name, c.contact_name, c.contact_email, c.domain, c.stage, c.health_status, u.id, u.first_name,
       c.tags, c.lifetime_value, c.is_active, c.created_at, c.updated_at, c.version
  from client c
  left join client_assignment o on o.agency_id = $1 and o.client_id = c.id and o.role = 'owner'
  left join "user" u on u.agency_id = $1 and u.id = o.user_id
 where c.agency_id = $1 and c.deleted_at is null and c.is_active
 order by c.name_key, c.id limit 26"""


class Row(msgspec.Struct):
    """A client in the stand-in's list."""

    id: UUID
    name: str
    contact_name: str | None
    contact_email: str | None
    domain: str | None
    stage: str
    health_status: str
    owner_id: UUID | None
    owner_name: str | None
    tags: list[str]
    lifetime_value: Decimal | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


@get("/health/ready")
async def ready() -> str:
    """It answers."""
    return "ready"


@get("/clients/{agency:int}")
async def clients(request: Request[Any, Any, Any], agency: int) -> list[Row]:
    """The first page of an agency's clients."""
    claims = msgspec.json.encode({"agency_id": str(agency_id(agency)), "user_role": "admin"}).decode()
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(BEGIN.format(claims=claims))
        rows = await connection.fetch(SELECT, agency_id(agency))
        await connection.execute("commit")
    return [Row(*row) for row in rows]


def main(fd: int, address: str) -> None:
    """Serve until told to end."""
    there = parse("ADDRESS", address)

    @asynccontextmanager
    async def pooled(app: Litestar) -> AsyncGenerator[None]:
        async with cast("Any", asyncpg).create_pool(**there.asyncpg(), min_size=1, max_size=10) as pool:
            app.state.pool = pool
            yield

    app = Litestar([ready, clients], lifespan=[pooled], openapi_config=None, logging_config=None)
    config = uvicorn.Config(app, log_config=None, access_log=False, loop="none", lifespan="on")
    asyncio.run(uvicorn.Server(config).serve(sockets=[socket.socket(fileno=fd)]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
