"""Thousands of attempts of one agency at another by SQL, and some by the API; `make proof` makes a hundred thousand.
Each failure tells its seed.
"""

from __future__ import annotations

import secrets

from audienceos.app import Parts
from audienceos.platform.db.urls import Addresses
from tests.wall import api_attempts, sql_attempts
from tests.wall.ground import WALLED, laid

BY_SQL, BY_API = 4_600, 40
LOOK_EVERY = 200  # attempts between two looks whether the attacker still reaches what is their own


async def test_no_statement_of_one_agency_reaches_another(ways: Addresses) -> None:
    await attempted_by_sql(ways, BY_SQL)


async def test_no_request_of_one_agency_reaches_another(parts: Parts) -> None:
    await attempted_by_api(parts, BY_API)


async def attempted_by_sql(ways: Addresses, number: int) -> dict[str, int]:
    """That many attempts, each of which found nothing; gives how many of each kind ended how."""
    run = secrets.token_hex(4)
    async with sql_attempts.attempts_at(await laid(ways)) as attempts:
        for at in range(number):
            await attempts.make(f"{run}-{at}")
        assert attempts.tried.total() == number
        assert attempts.tried["select"] > number / 10, "most questions saw nothing, so little was proven"
        assert await attempts.own_rows_are_reached() > len(WALLED)
        return attempts.tried


async def attempted_by_api(parts: Parts, number: int) -> dict[str, int]:
    """The same by requests, with a look now and then whether the attacker is still who they were."""
    run = secrets.token_hex(4)
    async with api_attempts.attempts_at(parts) as attempts:
        for at in range(number):
            if at % LOOK_EVERY == 0:
                await attempts.own_rows_are_reached()
            await attempts.make(f"{run}-{at}")
        await attempts.own_rows_are_reached()
        assert attempts.tried.total() == number
        return attempts.tried
