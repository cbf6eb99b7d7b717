"""The time zones that an agency can live in: those that Python knows and the database too."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from sqlalchemy import text

from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid

LONGEST = 50
NO_PLACES = frozenset({"Factory", "localtime"})
"""In the zones' folder of some systems, but no zones: what they mean differs from machine to machine."""


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Every IANA zone by name, in order. Read once: it walks through a folder."""
    return tuple(sorted(zoneinfo.available_timezones() - NO_PLACES))


def checked_zone(zone: str, field: str = "timezone") -> str:
    """An IANA time zone by its name. Raises `Invalid`."""
    if len(zone) > LONGEST or zone not in zones():
        raise Invalid.at(field, "Choose a time zone from the list, such as Europe/Berlin")
    return zone


_heard_of: set[str] = set()
"""Zones that the database said it knows. It forgets none while it runs, and looks through a folder for each answer."""


async def is_kept(db: Db, zone: str) -> bool:
    """Whether the database has heard of it too. Its list may be older than Python's, and it reckons the days."""
    if zone not in _heard_of:
        asked = text("select exists (select from pg_timezone_names where name = :zone)")
        if not await db.scalar(asked, {"zone": zone}):
            return False
        _heard_of.add(zone)
    return True


async def check_kept(db: Db, zone: str, field: str = "timezone") -> None:
    """Raise `Invalid` for a zone that the database has not heard of: each question of the agency would fail."""
    if not await is_kept(db, zone):
        raise Invalid.at(field, "The database's list of time zones doesn't have this one: choose one nearby")
