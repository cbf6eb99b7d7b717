"""Who loses a client hears of it on the pages that still show it."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.app import Parts
from audienceos.platform.events.recording import record
from tests.cast import Player
from tests.clients.given import Row, a, of_client
from tests.platform.realtime.pages import Page, listening, until_listening


async def heard(parts: Parts, ines: Player, page: Page) -> list[dict[str, Any]]:
    """What a page of the agency was told up to now."""
    async with parts.database.acting(ines.claims) as db:
        sign = await record(db, "probe.sign", "probe", None)
    told: list[dict[str, Any]] = []
    while (event := await page.next()).data.get("id") != str(sign):
        told.append(event.data)
    return told


@pytest.mark.parametrize("way", ["taken away", "another owner"])
async def test_who_loses_a_client_is_told(
    ines: Player, tom: Player, mia: Player, oxbow: Row, parts: Parts, way: str
) -> None:
    await a(ines, "assignments", oxbow, user_id=str(mia.user_id), role="owner")
    await until_listening(parts.hub)
    async with listening(parts, mia) as page:
        if way == "another owner":
            await a(ines, "assignments", oxbow, user_id=str(tom.user_id), role="owner")
        else:
            (row,) = await of_client(ines, "assignments", oxbow)
            await ines.delete(f"/v1/clients/{oxbow['id']}/assignments/{row['id']}")
        assert oxbow["id"] in [event["client_id"] for event in await heard(parts, ines, page)]
    assert (await mia.get(f"/v1/clients/{oxbow['id']}")).status_code == 404


async def test_who_never_had_it_is_not(
    ines: Player, tom: Player, mia: Player, oxbow: Row, parts: Parts
) -> None:
    await until_listening(parts.hub)
    async with listening(parts, mia) as page:
        await a(ines, "assignments", oxbow, user_id=str(tom.user_id), role="owner")
        assert await heard(parts, ines, page) == []
