"""`audienceos doctor`: look at everything that can be wrong with an installation, and say what to do."""

from __future__ import annotations

import argparse
import shutil
import stat
from collections.abc import AsyncIterator
from typing import Literal

import msgspec

from audienceos.commands.running import database_there
from audienceos.platform.auth.keys import FILE
from audienceos.platform.db.connect import connected
from audienceos.platform.db.preflight import PreflightError, preflight
from audienceos.platform.db.revisions import state
from audienceos.platform.db.urls import Addresses
from audienceos.platform.db.wallcheck.check import check_wall
from audienceos.platform.settings import Settings
from audienceos.platform.web.static_files import STATIC
from audienceos.tables import metadata

FREE_BYTES_LEAST = 1_000_000_000

State = Literal["well", "watch", "ill"]
MARKS: dict[State, str] = {"well": "  ok    ", "watch": "  look  ", "ill": "  WRONG "}

HELD_JOBS = "select count(*) from jobs.pgqueuer where status = 'failed'"
WAITING_JOBS = """
select count(*) from jobs.pgqueuer where status = 'queued' and execute_after < now() - interval '5 minutes'
"""
UNSENT = """
select count(*) from (
  select from mail_out where sent_at is null union all select from account_mail where sent_at is null) as letters
"""


class Look(msgspec.Struct, frozen=True):
    """One thing looked at, and what to do if it isn't well."""

    state: State
    words: str


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Print every look; status 1 when something is wrong."""
    looks = [look async for look in _looks(settings)]
    for look in looks:
        print(MARKS[look.state] + look.words)
    return 1 if any(look.state == "ill" for look in looks) else 0


async def _looks(settings: Settings) -> AsyncIterator[Look]:
    yield Look("well", "the settings make sense")
    yield _front_end()
    yield _space(settings)
    yield _key(settings)
    async with database_there(settings) as there:
        async for look in _database(settings, there):
            yield look


async def _database(settings: Settings, there: Addresses) -> AsyncIterator[Look]:
    try:
        await preflight(there, settings)
    except PreflightError as problem:
        for fault in problem.faults:
            yield Look("ill", fault)
        return
    yield Look("well", f"the database at {there.app.where()} lets the three logins in, with the right rights")
    found = await state(there.owner.sqlalchemy())
    if not found.is_current:
        yield Look("ill", found.fault() or "the database is not at this version: run `audienceos migrate`")
        return
    yield Look("well", "the database is at this version")
    report = await check_wall(there, settings, metadata)
    tried = sum(report.tried.values())
    yield (
        Look("well", f"the wall between agencies stands ({tried:,} tries)")
        if report.stands
        else Look("ill", "the wall has gaps; `audienceos wall check` names them")
    )
    async with connected(there.service) as service:
        yield _few(
            "jobs that failed and are held",
            await service.fetchval(HELD_JOBS),
            "an admin sees them in the app",
        )
        yield _few(
            "jobs that wait for over 5 minutes", await service.fetchval(WAITING_JOBS), "is a worker running?"
        )
        unsent = await service.fetchval(UNSENT)
        yield _few(
            "mails that are not sent",
            unsent,
            "`audienceos outbox` shows them"
            if settings.smtp_url
            else "no AUDIENCEOS_SMTP_URL is set; `audienceos outbox` shows them",
        )


def _few(what: str, count: int, advice: str) -> Look:
    return Look("watch", f"{count:,} {what}: {advice}") if count else Look("well", f"no {what}")


def _front_end() -> Look:
    if (STATIC / "manifest.json").exists():
        return Look("well", "the front-end files are built")
    return Look("ill", "the front-end files are not built: run `make assets`")


def _space(settings: Settings) -> Look:
    if not settings.data_dir.exists():
        return Look("watch", f"{settings.data_dir} isn't there yet; the first start makes it")
    free = shutil.disk_usage(settings.data_dir).free
    if free < FREE_BYTES_LEAST:
        return Look("ill", f"{settings.data_dir} has {free // 1_000_000:,} MB left: make room")
    return Look("well", f"{settings.data_dir} has {free // 1_000_000:,} MB left")


def _key(settings: Settings) -> Look:
    if settings.secret_key:
        return Look("well", "the installation's key is in the settings")
    file = settings.data_dir / FILE
    if not file.exists():
        return Look("watch", f"{file} isn't there yet; the first start makes it")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Look("ill", f"others may read {file}: chmod 600 it")
    return Look("well", f"the installation's key is at {file}; keep a copy of it somewhere else")
