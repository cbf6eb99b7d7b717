"""What the worker can do: jobs by name, and what the timetable begins by itself.

    @job("clients.import")
    async def import_clients(database: Database, actor: Actor, payload: Json) -> None: ...

    @every("* * * * *", "clients.health_due")
    async def health_due(database: Database) -> None: ...

Importing a room's `jobs.py` registers what is in it; `worker.py` imports them all. A job runs at least once, so
it is safe to run twice. Work that keeps the processor busy goes through `asyncio.to_thread`: a worker whose loop
stands still longer than its heartbeat is taken for dead, and its jobs run again elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import msgspec
from croniter import croniter

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database

Handler = Callable[[Database, Actor, Json], Awaitable[None]]
Round = Callable[[Database], Awaitable[None]]
HandlerT = TypeVar("HandlerT", bound=Handler)
RoundT = TypeVar("RoundT", bound=Round)

RETRIES = 5
PAUSE = timedelta(seconds=2)
GROWTH = 4  # 2 s, 8 s, half a minute, two minutes, eight and a half
LONGEST_PAUSE = timedelta(hours=1)


class Work(msgspec.Struct, frozen=True):
    """A kind of job: what runs it, and how often it is tried again before an admin is asked to look."""

    name: str
    handler: Handler
    retries: int
    pause: timedelta

    def pause_after(self, attempts: int) -> timedelta:
        """How long to wait before the next try, when so many have failed before this one."""
        return min(self.pause * GROWTH**attempts, LONGEST_PAUSE)


class Appointment(msgspec.Struct, frozen=True):
    """What the timetable begins, in the service's name, by one worker of all that run."""

    when: str
    name: str
    round: Round


class Registry:
    """The jobs and the timetable of one worker."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}
        self.timetable: list[Appointment] = []

    def job(
        self, name: str, *, retries: int = RETRIES, pause: timedelta = PAUSE
    ) -> Callable[[HandlerT], HandlerT]:
        """Have the decorated function run the jobs of this name, as whoever queued them.

        After `retries` more tries it is held for an admin to see; `pause` is before the first of them, each
        later one waits four times as long. Raises `ValueError` for a name that is taken.
        """

        def register(handler: HandlerT) -> HandlerT:
            if name in self.works:
                raise ValueError(f"two jobs are called {name}")
            self.works[name] = Work(name, handler, retries, pause)
            return handler

        return register

    def every(self, when: str, name: str) -> Callable[[RoundT], RoundT]:
        """Have the decorated function called at each time of the cron line `when`, in UTC.

        It works in the service's transactions and only queues: a job for each agency that has something due.
        Raises `ValueError` for a line that can't be read or a name that is taken.
        """

        def register(begin: RoundT) -> RoundT:
            if not croniter.is_valid(when):
                raise ValueError(f"{name}: {when!r} is no cron line")
            if any(name == appointment.name for appointment in self.timetable):
                raise ValueError(f"two appointments are called {name}")
            self.timetable.append(Appointment(when, name, begin))
            return begin

        return register


registry = Registry()
job = registry.job
every = registry.every
