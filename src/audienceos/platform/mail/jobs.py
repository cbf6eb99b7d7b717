"""Waiting mail leaves by the timetable: six times a minute one worker of all looks what is due."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every
from audienceos.platform.mail.delivering import Finish, deliver
from audienceos.platform.mail.mailer import Kept, Mailer


class Way(msgspec.Struct, frozen=True):
    """By what mail leaves, and the last touch to each kind of it."""

    mailer: Mailer
    finishing: Mapping[str, Finish]


_way: list[Way] = [Way(Kept(), {})]


def deliver_by(mailer: Mailer, finishing: Mapping[str, Finish]) -> None:
    """Say by what this worker's mail leaves; until then it is kept."""
    _way[:] = [Way(mailer, finishing)]


@every("* * * * * */10", "mail.deliver")
async def deliver_waiting(database: Database) -> None:
    """Send what is due. A person who waits for a link at the screen waits some seconds."""
    await deliver(database, _way[0].mailer, _way[0].finishing)
