"""Five thousand attempts of one agency at another, by SQL and by the API. The seed is printed with each failure."""

from __future__ import annotations

import secrets

from audienceos.platform.db.urls import Addresses
from tests.wall.ground import laid
from tests.wall.sql_attempts import attempts_at

BY_SQL = 3_500


async def test_no_statement_of_one_agency_reaches_another(ways: Addresses) -> None:
    run = secrets.token_hex(4)
    async with attempts_at(await laid(ways)) as attempts:
        for number in range(BY_SQL):
            await attempts.make(f"{run}-{number}")
        assert sum(attempts.tried.values()) == BY_SQL
        assert attempts.tried["select"] > BY_SQL / 10, "most questions saw nothing, so little was proven"
        assert await attempts.own_rows_are_reached() > 50
