"""Random attempts are worth their number only if they find a hole: make one, and see them fall through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.embedded import running
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.settings import Settings
from tests.platform.db.servers import made_home
from tests.wall.ground import Ground, laid
from tests.wall.sql_attempts import attempts_at

pytestmark = pytest.mark.slow

ENOUGH = 5_000  # `make test` makes about as many
WALL = "agency_id = (select app.agency_id())"

# One small hole each, in one table among forty: what is broken, and how it is mended.
HOLES = {
    "reading": (
        "create policy hole on client_contact for select to audienceos_app using (true)",
        "drop policy hole on client_contact",
    ),
    "writing": (
        f"alter policy wall on task using ({WALL}) with check (true)",
        f"alter policy wall on task using ({WALL}) with check ({WALL})",
    ),
    "removing": (
        "create policy hole on client_signal for all to audienceos_app using (true) with check (true)",
        "drop policy hole on client_signal",
    ),
    "a view": (
        "alter view client_read set (security_invoker = false)",
        "alter view client_read set (security_invoker = true)",
    ),
    "a key": (
        "alter table task drop constraint task_agency_id_client_id_fk",
        "alter table task add constraint task_agency_id_client_id_fk"
        " foreign key (agency_id, client_id) references client (agency_id, id) not valid",
    ),
    "a unique value": ("create unique index hole on client (name)", "drop index hole"),
    "a global table": (
        "create policy hole on account for select to audienceos_app using (true);"
        "grant select on account to audienceos_app",
        "drop policy hole on account; revoke select on account from audienceos_app",
    ),
}
RARE = ("a key", "a unique value")
"""Holes that few of the attempts could fall through: `make proof` makes them."""


@pytest.fixture(scope="module")
async def there(settings: Settings, migrated_home: Path) -> AsyncIterator[Addresses]:
    """A server of this module's own: what is broken here, no other test sees."""
    with made_home(migrated_home) as home:
        async with running(home) as socket:
            yield addresses(settings, socket)


@pytest.mark.parametrize("hole", [hole for hole in HOLES if hole not in RARE])
async def test_the_attempts_find_a_hole(hole: str, there: Addresses) -> None:
    await _found(hole, there)


@pytest.mark.proof
@pytest.mark.parametrize("hole", RARE)
async def test_the_attempts_find_a_hole_that_takes_thousands_of_them(hole: str, there: Addresses) -> None:
    await _found(hole, there)


async def _found(hole: str, there: Addresses) -> None:
    harm, cure = HOLES[hole]
    ground = await laid(there)
    async with connected(there.owner) as owner:
        await owner.execute(harm)
        try:
            with pytest.raises(AssertionError):
                await _attempted(ground, hole)
        finally:
            await owner.execute(cure)


async def _attempted(ground: Ground, seed: str) -> None:
    async with attempts_at(ground) as attempts:
        for number in range(ENOUGH):
            await attempts.make(f"{seed}-{number}")
