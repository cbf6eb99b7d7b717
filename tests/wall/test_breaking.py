"""Break the wall in every way that it can be broken, and see the check turn red each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.embedded import running
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.db.wallcheck.check import check_wall
from audienceos.platform.settings import Settings
from audienceos.tables import metadata
from tests.platform.db.servers import made_home

pytestmark = pytest.mark.slow

WALL = "agency_id = (select app.agency_id())"

# What is broken, how it is mended, and a word of the gap that must be told.
BREAKS: dict[str, tuple[str, str, str]] = {
    "policy": (
        "drop policy wall on client",
        f"create policy wall on client for all to audienceos_app using ({WALL}) with check ({WALL})",
        "public.client: no policy walls it",
    ),
    "a second door": (
        "create policy kind on task for select to audienceos_app using (true)",
        "drop policy kind on task",
        "rows of another agency are seen",
    ),
    "with check": (
        "alter policy wall on client_note with check (true)",
        f"alter policy wall on client_note with check ({WALL})",
        "a row could be planted in another agency",
    ),
    "row security": (
        "alter table client_signal disable row level security",
        "alter table client_signal enable row level security",
        "public.client_signal: row security is off",
    ),
    "force": (
        "alter table ticket no force row level security",
        "alter table ticket force row level security",
        "public.ticket: row security does not bind its owner",
    ),
    "grant": (
        "grant delete on stage_event to audienceos_app",
        "revoke delete on stage_event from audienceos_app",
        "public.stage_event, granted to audienceos_app: delete",
    ),
    "column grant": (
        "grant select (access_token) on integration to audienceos_app",
        "revoke select (access_token) on integration from audienceos_app",
        "public.integration, granted to audienceos_app: select",
    ),
    "foreign key": (
        "alter table task drop constraint task_agency_id_client_id_fk;"
        "alter table client add constraint loose unique (id);"
        "alter table task add constraint task_loose_fk foreign key (client_id) references client (id)",
        "alter table task drop constraint task_loose_fk; alter table client drop constraint loose;"
        "alter table task add constraint task_agency_id_client_id_fk"
        " foreign key (agency_id, client_id) references client (agency_id, id)",
        "task: its client_id could point at another agency's row",
    ),
    "unique": (
        "create unique index loose on client (domain)",
        "drop index loose",
        "public.client, loose: the unique key does not begin with the tenant",
    ),
    "view": (
        "alter view client_read set (security_invoker = false)",
        "alter view client_read set (security_invoker = true)",
        "public.client_read: the view looks as its owner",
    ),
    "function": (
        "create function app.peek() returns bigint language sql security definer set search_path = ''"
        " as 'select count(*) from public.client'; grant execute on function app.peek() to audienceos_app",
        "drop function app.peek()",
        "app.peek: the function runs with its owner's rights",
    ),
    "global table": (
        "create policy open on account for select to audienceos_app using (true);"
        "grant select on account to audienceos_app",
        "drop policy open on account; revoke select on account from audienceos_app",
        "account: a global table shows rows to the request login",
    ),
    "a table without a wall": (
        "create table loose (agency_id uuid, id uuid)",
        "drop table loose",
        "public.loose: row security is off",
    ),
}
# These take an administrator.
ROLES: dict[str, tuple[str, str, str]] = {
    "owner": (
        "alter table client owner to audienceos_app",
        "alter table client owner to audienceos_owner; grant select, insert, update on client to audienceos_app",
        "owns",
    ),
    "bypass": (
        "alter role audienceos_app bypassrls",
        "alter role audienceos_app nobypassrls",
        "bypasses row security",
    ),
    "membership": (
        "grant pg_read_all_data to audienceos_app",
        "revoke pg_read_all_data from audienceos_app",
        "has the rights of pg_read_all_data",
    ),
}


@pytest.fixture(scope="module")
async def there(settings: Settings, migrated_home: Path) -> AsyncIterator[Addresses]:
    """A server of this module's own: what is broken here, no other test sees. In the end all of it is mended again,
    so that each test has told of its own harm alone.
    """
    with made_home(migrated_home) as home:
        async with running(home) as socket:
            there = addresses(settings, socket)
            yield there
            assert (await check_wall(there, settings, metadata)).gaps == []


async def test_the_wall_stands_as_it_was_built(there: Addresses, settings: Settings) -> None:
    report = await check_wall(there, settings, metadata)
    assert report.gaps == []
    assert report.tried["tables filled for two agencies"] == len(metadata.tables)
    assert min(report.tried.values()) > 0


@pytest.mark.parametrize("way", BREAKS)
async def test_a_broken_wall_is_told(way: str, there: Addresses, settings: Settings) -> None:
    harm, cure, told = BREAKS[way]
    async with connected(there.owner) as owner:
        await owner.execute(harm)
        try:
            report = await check_wall(there, settings, metadata)
        finally:
            await owner.execute(cure)
    assert any(told in gap for gap in report.gaps), report.gaps


@pytest.mark.parametrize("way", ROLES)
async def test_a_login_that_may_too_much_is_told(way: str, there: Addresses, settings: Settings) -> None:
    harm, cure, told = ROLES[way]
    assert there.admin is not None
    async with connected(there.admin) as admin:
        await admin.execute(harm)
        try:
            report = await check_wall(there, settings, metadata)
        finally:
            await admin.execute(cure)
    assert any(told in gap for gap in report.gaps), report.gaps


async def test_the_check_leaves_nothing_behind(there: Addresses, settings: Settings) -> None:
    await check_wall(there, settings, metadata)
    async with connected(there.owner) as owner:
        for table in metadata.tables:
            assert await owner.fetchval(f'select count(*) from "{table}"') == 0, table
