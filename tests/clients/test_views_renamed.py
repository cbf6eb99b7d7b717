"""A stage has another name: the views that name it follow, whoever keeps them."""

from __future__ import annotations

import msgspec

from audienceos.clients.actions.viewing import RENAMED
from audienceos.clients.jobs import rename_in_own_views
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.agency.test_api_stages import edit
from tests.cast import Player
from tests.clients.given import Row
from tests.clients.reading import Page
from tests.clients.test_views import a_view
from tests.platform.jobs.crew import ask

AUDITS = {"stage": ["Live", "Audit"], "mine": True}


async def rename(player: Player, old: str, new: str) -> None:
    """Name a stage anew."""
    assert (await edit(player, old, name=new)).is_success


async def follow(database: Database, player: Player) -> None:
    """What the worker does for the agency, rename by rename."""
    query = (
        "select payload from jobs.pgqueuer where entrypoint = $1 and headers ->> 'agency_id' = $2 order by id"
    )
    for (payload,) in await ask(database, query, RENAMED, str(player.agency_id)):
        await rename_in_own_views(database, system_of(player.agency_id), msgspec.json.decode(payload))


async def now(player: Player, view: Row) -> Row:
    """The view as it is now."""
    return (await player.get(f"/v1/saved-views/{view['id']}")).json()


async def test_a_view_names_the_stage_as_it_is_called_now(ines: Player) -> None:
    view = await a_view(ines, parameters=AUDITS)
    await rename(ines, "Audit", "Review")
    assert await now(ines, view) == view | {"parameters": {"stage": ["Live", "Review"], "mine": "true"}}


async def test_others_shared_views_follow_at_once(ines: Player, tom: Player) -> None:
    view = await a_view(tom, parameters=AUDITS, is_shared=True)
    await rename(ines, "Audit", "Review")
    assert (await now(tom, view))["parameters"]["stage"] == ["Live", "Review"]


async def test_what_only_its_author_sees_follows_by_the_worker(
    database: Database, ines: Player, tom: Player
) -> None:
    view = await a_view(tom, parameters=AUDITS)
    await rename(ines, "Audit", "Review")
    for _ in ("once", "run twice"):
        await follow(database, ines)
        assert await now(tom, view) == view | {"parameters": {"stage": ["Live", "Review"], "mine": "true"}}


async def test_a_stage_that_got_the_old_name_later_keeps_its_views(
    database: Database, ines: Player, tom: Player
) -> None:
    await rename(ines, "Audit", "Review")
    await rename(ines, "Live", "Audit")
    later = await a_view(tom, parameters={"stage": ["Audit"]})
    await follow(database, ines)
    assert (await now(tom, later))["parameters"]["stage"] == ["Audit"]


async def test_one_that_named_both_names_it_once(ines: Player) -> None:
    view = await a_view(ines, parameters={"stage": ["Audit", "Installation"]})
    await ines.delete("/v1/stages/Installation")
    await rename(ines, "Audit", "Installation")
    assert (await now(ines, view))["parameters"]["stage"] == ["Installation"]


async def test_strangers_views_stay(database: Database, ines: Player, cleo: Player) -> None:
    view = await a_view(cleo, parameters=AUDITS, is_shared=True)
    await rename(ines, "Audit", "Review")
    await follow(database, ines)
    assert await now(cleo, view) == view


async def test_the_chip_goes_on_leading_to_the_stage(ines: Player) -> None:
    await a_view(ines, parameters={"stage": ["Audit"]})
    await rename(ines, "Audit", "Review")
    page = Page(await ines.get(ines.at("/clients")))
    assert page.links["Late"] == ines.at("/clients?stage=Review")
    assert "There is no stage" not in page.text
