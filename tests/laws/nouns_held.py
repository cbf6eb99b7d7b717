"""Work that failed for good, as the worker leaves it: no noun of the API makes any."""

from __future__ import annotations

from uuid import UUID

from audienceos.platform.db.database import Database

HELD = """
insert into jobs.pgqueuer (id, priority, entrypoint, headers, status)
values ($2, 0, 'probe.held', jsonb_build_object('agency_id', $1::text), 'failed')
"""


async def held_of(database: Database, agency_id: UUID, number: int) -> str:
    """A held job of the agency, of that number."""
    async with database.serving() as db:
        await (await db.connection()).exec_driver_sql(HELD, (str(agency_id), number))
    return str(number)
