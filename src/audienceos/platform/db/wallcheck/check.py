"""The whole check: the logins, the catalogue, then the tries in a transaction that is rolled back."""

from __future__ import annotations

from typing import cast

from sqlalchemy import MetaData

from audienceos.platform.db.connect import connected
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.preflight import PreflightError, preflight
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.urls import Addresses
from audienceos.platform.db.wallcheck.done import Done
from audienceos.platform.db.wallcheck.report import Report
from audienceos.platform.db.wallcheck.said import Said
from audienceos.platform.settings import Settings


async def check_wall(there: Addresses, settings: Settings, metadata: MetaData) -> Report:
    """Check a live database against the product's tables. Nothing stays in it and nobody is notified."""
    report, logins = Report(), Logins(*settings.logins)
    report.note("logins, their attributes and memberships", len(settings.logins))
    try:
        await preflight(there, settings)
    except PreflightError as problem:
        report.gaps.extend(f"login: {fault}" for fault in problem.faults)
    async with connected(there.owner) as connection:
        raw = cast("Raw", connection)
        await Said(metadata, logins, report).look(raw)
        await raw.execute("begin")
        try:
            await Done(metadata, logins, report).attempt(raw)
        finally:
            await raw.execute("rollback")
    return report
