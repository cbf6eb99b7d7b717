"""What is sealed stays sealed: in every row that a backup copies, and over a change of keys."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from audienceos.commands import keys_rotate
from audienceos.connections.access import grant_of
from audienceos.connections.resealing import reseal
from audienceos.platform.db.connect import connected as opened
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.sealing import Unopenable, box, key_of
from audienceos.platform.settings import Settings
from audienceos.tables import metadata
from tests.cast import Player
from tests.connections.given import Vendors, connected, sealed_of
from tests.connections.test_mailboxes import a_box

Row = dict[str, Any]


async def test_no_row_that_a_backup_copies_holds_a_secret(
    vendors: Vendors, servers: Row, ines: Player, ways: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    for provider in ("slack", "gmail", "meta_ads"):
        await connected(ines, provider)
    assert (await ines.post("/v1/mailboxes", json=a_box(servers))).status_code == 201
    app = {"vendor": "meta", "app_id": "7", "client_secret": "canary", "signing_secret": "canary"}
    assert (await ines.post("/v1/integration-apps", json=app)).status_code == 201
    async with opened(ways.owner) as owner:
        held = [
            name
            for name in metadata.tables
            if await owner.fetchval(f"""select count(*) from "{name}" t where t::text ~ 'canary|shh-'""")
        ]
        queued = await owner.fetchval(
            "select count(*) from jobs.pgqueuer where encode(payload, 'escape') like '%canary%'"
        )
    assert (held, queued) == ([], 0)
    assert "canary" not in capsys.readouterr().out
    assert "canary" not in (await ines.get("/openapi.json")).text


async def test_every_sealed_row_is_sealed_anew_once(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    before = await grant_of(database, ines.agency_id, "gmail")
    new = box().add_key()
    first, second = await reseal(database, batch=1), await reseal(database, batch=3)
    assert first["integration"].resealed > 0
    assert second["integration"].resealed == 0
    sealed = await sealed_of(database, "integration", row["id"])
    assert {key_of(text) for text in sealed.values()} == {new}
    after = await grant_of(database, ines.agency_id, "gmail")
    assert after.tokens.access.reveal() == before.tokens.access.reveal()


async def test_the_command_makes_a_key_and_tells_what_it_did(
    vendors: Vendors,
    ines: Player,
    settings: Settings,
    ways: Addresses,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await connected(ines, "gmail")

    @asynccontextmanager
    async def there(settings: Settings) -> AsyncGenerator[Addresses]:
        yield ways

    monkeypatch.setattr(keys_rotate, "database_served", there)
    await keys_rotate.run(settings, argparse.Namespace(finish=False))
    told = capsys.readouterr().out
    assert f"A new key {box().newest}" in told
    assert "integration:" in told
    await keys_rotate.run(settings, argparse.Namespace(finish=True))
    assert "integration: 0 sealed anew" in capsys.readouterr().out


async def test_a_sealed_text_that_was_put_into_another_agencys_row_opens_nothing(
    vendors: Vendors, ines: Player, cleo: Player, database: Database, ways: Addresses
) -> None:
    mine = await connected(ines, "google_ads")
    theirs = await connected(cleo, "google_ads")
    async with opened(ways.owner) as owner:
        await owner.execute(
            """update integration set access_token = (select access_token from integration where id = $1)
                where id = $2""",
            UUID(theirs["id"]),
            UUID(mine["id"]),
        )
    with pytest.raises(Unopenable):
        await grant_of(database, ines.agency_id, "google_ads")
