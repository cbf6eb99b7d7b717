"""The statements that the manual gives an administrator make logins that the program accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.preflight import preflight
from audienceos.platform.db.urls import addresses
from audienceos.platform.settings import Settings

pytestmark = pytest.mark.slow

MANUAL = Path(__file__).parents[3] / "docs" / "operating.md"


async def test_logins_made_by_the_manual_are_enough(
    superuser: Connection, socket: Path, settings: Settings
) -> None:
    (said,) = re.findall(r"```sql\n(.+?)```", MANUAL.read_text(), re.DOTALL)
    server, _, database = said.partition("\\connect audienceos\n")
    for statement in filter(str.strip, server.split(";")):
        await superuser.execute(statement)
    there = addresses(settings, socket)
    assert there.admin is not None
    async with connected(there.admin) as connection:
        await connection.execute(database)
    await preflight(there, settings)
    assert await migrate(there.owner.sqlalchemy(), Logins(*settings.logins))
