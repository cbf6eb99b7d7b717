"""Workers killed while they tell people of what happened: in the end everybody was told of each thing exactly once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest

from audienceos.app import Parts, build_app
from audienceos.notifications.actions.telling import TELL
from audienceos.platform.db.urls import Addresses
from tests.cast import Player, Stage
from tests.clients.given import a_client
from tests.conftest import in_one_task
from tests.notifications.given import look_after, queued, rows_of
from tests.outages.harm import until_listening
from tests.platform.jobs.crew import until
from tests.tickets.given import a_ticket

pytestmark = pytest.mark.slow
TICKETS = 24
PROCESS = """
import asyncio, sys
from pathlib import Path
import msgspec
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.worker import work
from audienceos.platform.settings import Settings
from audienceos.worker import compose
from tests.platform.jobs.crew import QUICK

ways = msgspec.json.decode(sys.stdin.read(), type=Addresses)
compose(Settings(data_dir=Path(sys.argv[1])))
asyncio.run(work(Database(ways, pool_size=4), stop=asyncio.Event(), pace=QUICK))
"""


@pytest.fixture
async def people(own: Parts) -> AsyncIterator[list[Player]]:
    """An admin, and three people whom she works with."""
    app = build_app(own)
    async with in_one_task(app.lifespan()):
        await until_listening(own.hub)
        stage = Stage(own, httpx.ASGITransport(cast("Any", app)))
        ada = await stage.owner("Ada Quist", "Lighthouse")
        names = ("Tom Baker", "Mia Lind", "Olga Brae")
        yield [ada, *[await stage.member(ada, name) for name in names]]


def worker(ways: Addresses, folder: Path) -> subprocess.Popen[str]:
    """The product's worker as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(folder)],
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(ways).decode())
    process.stdin.close()
    return process


@pytest.mark.proof
async def test_workers_killed_in_the_middle_tell_everybody_exactly_once(
    own: Parts, there: Addresses, people: list[Player], tmp_path: Path
) -> None:
    ada, *colleagues = people
    client = await a_client(ada, "Oxbow")
    for one in colleagues:
        await look_after(ada, client, one)
    tickets = [await a_ticket(ada, client, f"Ticket {at}") for at in range(TICKETS)]

    async def told() -> list[tuple[Any, str]]:
        rows = [row for one in colleagues for row in await rows_of(own.database, one)]
        # The worker also raises alerts, about so many open tickets, as often as its rules find.
        return [(row.user_id, row.words) for row in rows if row.words.startswith("Ada Quist")]

    for share in (0, TICKETS):  # killed twice: soon after it began, and once it was well under way
        process = worker(there, tmp_path)
        try:
            await until(lambda least=share: _more(told, least))
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)
    assert 0 < len(await told()) < len(colleagues) * (TICKETS + 1)
    process = worker(there, tmp_path)
    try:
        await until(lambda: _nothing_waits(own, ada))
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
    words = [f"Ada Quist opened ticket #{one['number']} of Oxbow: {one['title']}" for one in tickets]
    words.append("Ada Quist asked you to look after Oxbow")
    assert Counter(await told()) == Counter((one.user_id, said) for one in colleagues for said in words)


async def _more(told: Any, than: int) -> bool:
    return len(await told()) > than


async def _nothing_waits(own: Parts, ada: Player) -> bool:
    return await queued(own.database, ada, TELL) == []
