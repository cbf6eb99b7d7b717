"""The worker process, composed: every room's jobs, and what each room needs from the others.

One of the few files that know every room. Nothing is decided here. A room's `jobs.py` registers what is in it
when it is imported, so each has its line below.
"""

from __future__ import annotations

import asyncio
import signal

from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.worker import Pace, work
from audienceos.platform.settings import Settings

ENDS = (signal.SIGINT, signal.SIGTERM)


async def run(settings: Settings, there: Addresses) -> int:
    """Run jobs and the timetable until told to end; what runs then has some seconds, and is put back after them."""
    stop = asyncio.Event()
    for sign in ENDS:
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    database = Database(there, pool_size=settings.pool_size)
    try:
        # A job holds one connection at a time.
        await work(database, stop=stop, pace=Pace(at_once=max(2, settings.pool_size)))
    finally:
        await database.close()
    return 0
