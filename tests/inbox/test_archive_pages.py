"""The pages by which an archive comes in: every step is a form that needs no script."""

from __future__ import annotations

from uuid import UUID

from audienceos.inbox.archives.looking import look_through
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox import archived
from tests.inbox.archived import DESK, mailbox
from tests.inbox.given import Inbox
from tests.inbox.test_workspaces import ONE_DAY, export, said


async def test_the_import_page_leads_to_messages(ines: Player) -> None:
    page = await ines.get(ines.at("/imports"))
    assert ines.at("/archives") in page.text


async def test_a_file_that_is_none_comes_back_with_what_to_do(ines: Player) -> None:
    answer = await ines.post(ines.at("/archives"), files={"file": ("a.mbox", b"Name\nOxbow\n")})
    assert answer.status_code == 422
    assert "This is no mailbox" in answer.text


async def test_an_uploaded_file_says_that_it_is_looked_through(ines: Player) -> None:
    answer = await ines.post(ines.at("/archives"), files={"file": ("a.mbox", mailbox())})
    assert answer.status_code == 303
    assert "The file is being looked through" in (await ines.get(answer.headers["location"])).text


async def test_the_numbers_and_the_address_are_shown(
    database: Database, ines: Player, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, mailbox())
    answer = await ines.get(ines.at(f"/archives/{view['id']}"))
    assert f'value="{DESK}"' in answer.text
    assert "Thornfield Hearing Centres" in answer.text


async def test_the_button_brings_them_in(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, mailbox())
    sent = {"version": str(view["version"]), "own_address": DESK, "then": "run"}
    assert (await ines.post(ines.at(f"/archives/{view['id']}"), data=sent)).status_code == 303
    await archived.work(database, ines, view)
    assert "4 messages came in" in (await ines.get(ines.at(f"/archives/{view['id']}"))).text


async def test_another_address_is_looked_through_before_it_comes_in(database: Database, ines: Player) -> None:
    view = await archived.looked(database, ines, mailbox())
    sent = {"version": str(view["version"]), "own_address": "kay@other.example", "then": "run"}
    assert (await ines.post(ines.at(f"/archives/{view['id']}"), data=sent)).status_code == 303
    assert (await archived.show(ines, view))["status"] == "looking"
    await look_through(database, archived.who(ines), UUID(view["id"]))
    assert 'value="kay@other.example"' in (await ines.get(ines.at(f"/archives/{view['id']}"))).text


async def test_no_address_is_refused_in_words(database: Database, ines: Player) -> None:
    view = await archived.looked(database, ines, mailbox())
    sent = {"version": str(view["version"]), "own_address": "nobody", "then": "run"}
    answer = await ines.post(ines.at(f"/archives/{view['id']}"), data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_a_chosen_client_gets_the_channel(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, export(ONE_DAY, ("random", [said(9)])))
    sent = {"version": str(view["version"]), "client-0": thornfield["id"], "client-1": "", "then": "run"}
    assert (await ines.post(ines.at(f"/archives/{view['id']}"), data=sent)).status_code == 303
    await archived.work(database, ines, view)
    found = {one.place: one.client_id and str(one.client_id) for one in await inbox.conversations()}
    assert found == {"C1": thornfield["id"], "C2": None}


async def test_nothing_new_is_said_so(database: Database, ines: Player, thornfield: Row) -> None:
    await archived.brought_in(database, ines, mailbox())
    again = await archived.brought_in(database, ines, mailbox())
    page = await ines.get(ines.at(f"/archives/{again['id']}"))
    assert "Nothing new: every message was here already" in page.text


async def test_a_channel_that_is_somebodys_is_no_question(
    database: Database, ines: Player, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, export(ONE_DAY))
    view = await archived.correct(ines, view, channels=[{"place": "C1", "client_id": thornfield["id"]}])
    await archived.start(ines, view)
    again = await archived.looked(database, ines, export(ONE_DAY))
    page = await ines.get(ines.at(f"/archives/{again['id']}"))
    assert "Thornfield Hearing Centres</span>" in page.text
    assert 'name="client-0"' not in page.text
