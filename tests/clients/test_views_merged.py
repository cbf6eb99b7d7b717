"""A client turned out to be another: the views that ask for it follow, whoever keeps them."""

from __future__ import annotations

import msgspec
import pytest

from audienceos.clients.actions.viewing import MERGED
from audienceos.clients.jobs import merge_in_own_views
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.clients.test_merging import merged
from tests.clients.test_views import a_view
from tests.clients.test_views_renamed import now
from tests.platform.jobs.crew import ask


@pytest.fixture
async def brae(ines: Player) -> Row:
    """A client that is about to turn out to be another."""
    return await a_client(ines, "Brae")


async def a_view_of(player: Player, *clients: Row, is_shared: bool = False) -> Row:
    """A view of these clients' tickets."""
    asked = {"client": [client["id"] for client in clients], "priority": ["high"]}
    return await a_view(player, screen="ticket_list", parameters=asked, is_shared=is_shared)


async def follow(database: Database, player: Player, *, last_first: bool = False) -> None:
    """What the worker does for the agency, merge by merge."""
    query = (
        "select payload from jobs.pgqueuer where entrypoint = $1 and headers ->> 'agency_id' = $2 order by id"
    )
    found = await ask(database, query, MERGED, str(player.agency_id))
    for (payload,) in reversed(found) if last_first else found:
        await merge_in_own_views(database, system_of(player.agency_id), msgspec.json.decode(payload))


async def test_a_view_asks_for_the_client_that_stays(ines: Player, oxbow: Row, brae: Row) -> None:
    view = await a_view_of(ines, brae)
    assert (await merged(ines, oxbow, brae)).is_success
    assert await now(ines, view) == view | {"parameters": {"client": [oxbow["id"]], "priority": ["high"]}}


async def test_one_that_asked_for_both_asks_once(ines: Player, oxbow: Row, brae: Row) -> None:
    view = await a_view_of(ines, brae, oxbow)
    await merged(ines, oxbow, brae)
    assert (await now(ines, view))["parameters"]["client"] == [oxbow["id"]]


async def test_others_shared_views_follow_at_once(ines: Player, tom: Player, oxbow: Row, brae: Row) -> None:
    view = await a_view_of(tom, brae, is_shared=True)
    await merged(ines, oxbow, brae)
    assert (await now(tom, view))["parameters"]["client"] == [oxbow["id"]]


async def test_what_only_its_author_sees_follows_by_the_worker(
    database: Database, ines: Player, tom: Player, oxbow: Row, brae: Row
) -> None:
    view = await a_view_of(tom, brae)
    await merged(ines, oxbow, brae)
    for _ in ("once", "run twice"):
        await follow(database, ines)
        assert (await now(tom, view))["parameters"]["client"] == [oxbow["id"]]


async def test_two_merges_in_a_row_end_at_the_last_whichever_is_worked_first(
    database: Database, ines: Player, tom: Player, oxbow: Row, brae: Row
) -> None:
    view, last = await a_view_of(tom, brae), await a_client(ines, "Kestrel")
    await merged(ines, oxbow, brae)
    await merged(ines, last, oxbow)
    await follow(database, ines, last_first=True)
    assert (await now(tom, view))["parameters"]["client"] == [last["id"]]
