"""The bar under the list and the page of a change: what is asked for first, and how it is told while it runs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from audienceos.clients.changing import UNDO, VERBS
from audienceos.clients.forms.bulk import ChangeData
from audienceos.clients.models.bulk import ClientChangeRow
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.models import Event
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.clients.reading import Page
from tests.clients.test_changes import begin, done, rows, run, three


async def test_the_bar_sends_what_is_ticked(ines: Player) -> None:
    clients = await three(ines)
    form = {
        "client_ids": [client["id"] for client in clients[:2]],
        "kind": "tag",
        "tag": "vip",
        "user_id": "",
        "to_stage": "",
        "days": "7",
        "filters": "?q=o",
    }
    answer = await ines.post(ines.at("/client-changes"), data=form)
    assert answer.status_code == 303
    page = Page(await ines.get(answer.headers["location"]))
    assert ("Add the tag vip" in page.text, "Oxbow" in page.text, "Cairn" in page.text) == (True, True, False)


async def test_all_that_match_are_found_by_the_filters(ines: Player) -> None:
    await three(ines)
    form = {"kind": "tag", "tag": "vip", "all_matching": "true", "filters": "?q=a&sort=-name"}
    answer = await ines.post(ines.at("/client-changes"), data=form)
    (change,) = await listed(ines, "/v1/client-changes")
    assert (answer.status_code, [row["name"] for row in await rows(ines, change)]) == (303, ["Brae", "Cairn"])


async def test_a_guarded_stage_asks_why_once(ines: Player, oxbow: Row) -> None:
    form = {"client_ids": oxbow["id"], "kind": "move", "to_stage": "Needs Support"}
    page = Page(await ines.post(ines.at("/client-changes"), data=form))
    assert (page.status, page.hints["notes"]) == (
        200,
        "Moves to this stage ask for a reason; it may stay empty",
    )
    assert page.fields["client-changes.client_ids"] == oxbow["id"]
    answer = await ines.post(ines.at("/client-changes"), data=form | {"is_sure": "true"})
    assert answer.status_code == 303


async def test_who_insists_still_does_when_asked_why(ines: Player, oxbow: Row) -> None:
    form = {"client_ids": oxbow["id"], "kind": "move", "to_stage": "Needs Support", "override": "true"}
    page = Page(await ines.post(ines.at("/client-changes"), data=form))
    assert page.fields["client-changes.override"] == "true"


async def test_what_a_verb_lacks_is_asked_for_with_what_was_ticked(ines: Player, oxbow: Row) -> None:
    page = Page(
        await ines.post(ines.at("/client-changes"), data={"client_ids": oxbow["id"], "kind": "assign"})
    )
    assert (page.status, page.faults["user_id"]) == (422, "Fill this in")
    assert page.fields["client-changes.client_ids"] == oxbow["id"]


async def test_nothing_ticked_is_said(ines: Player) -> None:
    page = Page(await ines.post(ines.at("/client-changes"), data={"kind": "tag", "tag": "x"}))
    assert (page.status, "Tick the clients first" in page.text) == (422, True)


async def test_moves_are_taken_back_from_their_page(database: Database, ines: Player, oxbow: Row) -> None:
    change = await done(database, ines, [oxbow], "move", to_stage="Audit")
    at = ines.at(f"/client-changes/{change['id']}")
    assert "Take the moves back" in (await ines.get(at)).text
    assert (await ines.post(f"{at}/undo")).headers["location"] == at
    await run(database, ines, change, UNDO)
    page = await ines.get(at)
    assert ("Taken back" in page.text, "Take the moves back" in page.text) == (True, False)


async def test_refusals_are_told_while_it_runs(
    database: Database, tom: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = await a_client(tom, "Far", stage="Live"), await a_client(tom, "Near", stage="Audit")
    change = await begin(tom, [far, near], "move", to_stage="Onboarding", notes="Anew")
    move = VERBS["move"]

    async def until_cut_off(db: Db, row: ClientChangeRow, data: ChangeData) -> bool:
        if str(row.client_id) == near["id"]:
            raise ConnectionError
        return await move(db, row, data)

    monkeypatch.setitem(VERBS, "move", until_cut_off)
    with pytest.raises(ConnectionError):
        await run(database, tom, change)
    page = (await tom.get(tom.at(f"/client-changes/{change['id']}"))).text
    part = page.partition('aria-labelledby="refused"')[2].partition("</section>")[0]
    assert ("so far" in part, "Far" in part, "3 stages back" in part, "Near" in part) == (
        True,
        True,
        True,
        False,
    )
    async with database.acting(tom.claims) as db:
        names = await db.scalars(select(Event.name).where(Event.topic == "client_change").order_by(Event.seq))
        assert list(names) == ["client_change.started", "client_change.refused"]
