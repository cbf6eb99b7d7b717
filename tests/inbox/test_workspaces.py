"""A workspace's export comes into the inbox: channels with their clients, who is whose, threads, and what is left."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audienceos.clients.queries.names import ClientName
from audienceos.inbox.archives.looking import guessed
from audienceos.inbox.ports import ArchivedRoom
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.providers.slack.archived import SlackArchive
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.inbox import archived
from tests.inbox.archived import ARCHIVES
from tests.inbox.given import MAYA, Inbox

TS = 1_763_283_600
PEOPLE = [
    {"id": "U1", "team_id": "T1", "profile": {"display_name": "Dana", "email": "dana@northlight.example"}},
    {"id": "U2", "team_id": "T1", "is_restricted": True, "profile": {"display_name": "Gale"}},
    {"id": "U3", "team_id": "T1", "profile": {"display_name": "Maya", "email": MAYA.address}},
    {"id": "U4", "team_id": "T9", "is_stranger": True, "profile": {"display_name": "Olu"}},
    {"id": "B1", "team_id": "T1", "is_bot": True, "profile": {"display_name": "reporter"}},
]


def said(at: int, user: str = "U1", text: str = "Could you look at it?", **more: Any) -> dict[str, Any]:
    """A message, so many seconds after the beginning."""
    return {"type": "message", "user": user, "text": text, "ts": f"{TS + at}.000100"} | more


def export(*days: tuple[str, list[dict[str, Any]]], people: list[dict[str, Any]] = PEOPLE) -> bytes:
    """An export with two channels and a conversation of two; `days` are folders with what was said there."""
    rooms = {
        "channels.json": [{"id": "C1", "name": "client-thornfield"}, {"id": "C2", "name": "random"}],
        "dms.json": [{"id": "D1", "members": ["U1", "U3"]}],
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, listed in ({"users.json": people} | rooms).items():
            packed.writestr(name, msgspec.json.encode(listed))
        for folder, messages in days:
            packed.writestr(f"{folder}/2025-11-16.json", msgspec.json.encode(messages))
    return held.getvalue()


ONE_DAY = ("client-thornfield", [said(0, "U2"), said(60, "U1", "Done, it works again.")])


def read(tmp_path: Path, *days: tuple[str, list[dict[str, Any]]]) -> list[Any]:
    """The items of an export."""
    path = tmp_path / "export.zip"
    path.write_bytes(export(*days))
    return list(SlackArchive().read(path))


async def test_a_look_tells_of_channels_and_whose_they_may_be(
    database: Database, ines: Player, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, export(ONE_DAY, ("random", [said(9)]), ("D1", [said(8)])))
    found = view["found"]
    assert (view["kind"], view["own_address"], view["total"]) == ("slack_export", "T1", 4)
    rooms = [(room["place"], room["name"], room["messages"], room["guess"]) for room in found["rooms"]]
    assert rooms == [("C1", "client-thornfield", 2, thornfield["id"]), ("C2", "random", 1, None)]
    assert found["passed"] == {"direct": 1}


async def test_a_confirmed_channel_comes_in_as_its_clients(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, export(ONE_DAY, ("random", [said(9, "U2")])))
    view = await archived.correct(ines, view, channels=[{"place": "C1", "client_id": thornfield["id"]}])
    await archived.start(ines, view)
    view = await archived.work(database, ines, view)
    assert view["taken"]["created"] == 3
    found = {one.place: one.client_id and str(one.client_id) for one in await inbox.conversations()}
    assert found == {"C1": thornfield["id"], "C2": None}
    assert [one.is_inbound for one in await inbox.messages()] == [True, False]


async def test_a_channel_is_one_clients_alone(database: Database, ines: Player, thornfield: Row) -> None:
    other = await a_client(ines, "Oxbow")
    view = await archived.looked(database, ines, export(ONE_DAY))
    view = await archived.correct(ines, view, channels=[{"place": "C1", "client_id": thornfield["id"]}])
    await archived.start(ines, view)
    again = await archived.looked(database, ines, export(ONE_DAY))
    assert again["found"]["rooms"][0]["is_linked"]
    patch = {"channels": [{"place": "C1", "client_id": other["id"]}]}
    refused = await ines.patch(f"{ARCHIVES}/{again['id']}", json=patch, version=again["version"])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "channels")


async def test_a_channel_that_isnt_in_it_is_refused(
    database: Database, ines: Player, thornfield: Row
) -> None:
    view = await archived.looked(database, ines, export(ONE_DAY))
    patch = {"channels": [{"place": "C9", "client_id": thornfield["id"]}]}
    refused = await ines.patch(f"{ARCHIVES}/{view['id']}", json=patch, version=view["version"])
    assert refused.status_code == 422


async def test_twice_it_creates_nothing(database: Database, ines: Player, inbox: Inbox) -> None:
    await archived.brought_in(database, ines, export(ONE_DAY))
    again = await archived.brought_in(database, ines, export(ONE_DAY))
    assert (again["taken"]["created"], again["taken"]["skipped"]) == (0, 2)


async def test_a_clients_contact_is_never_the_agency(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await archived.brought_in(database, ines, export(("random", [said(0, "U3"), said(5, "U1")])))
    assert {one.sender_name: one.is_inbound for one in await inbox.triage()} == {"Maya": True, "Dana": False}


@pytest.mark.parametrize(("user", "ours"), [("U1", True), ("U2", False), ("U4", False), ("U99", False)])
def test_full_members_are_ours(tmp_path: Path, user: str, ours: bool) -> None:
    (one,) = read(tmp_path, ("random", [said(0, user)]))
    assert one.is_ours is ours


def test_a_message_of_another_workspace_is_theirs(tmp_path: Path) -> None:
    (one,) = read(tmp_path, ("random", [said(0, "U1", team="T7")]))
    assert not one.is_ours


def test_bots_are_named_as_such(tmp_path: Path) -> None:
    (one,) = read(tmp_path, ("random", [said(0, "B1", bot_id="B1", subtype="bot_message")]))
    assert (one.automatic, one.is_ours) == ("bot", False)


def test_a_thread_is_a_branch_with_the_message_that_began_it(tmp_path: Path) -> None:
    root, beside = f"{TS}.000100", said(60)
    first, answer = said(0, thread_ts=root), said(30, "U2", thread_ts=root)
    items = read(tmp_path, ("random", [first, answer, beside]))
    assert [one.branch for one in items] == [f"C2:{root}", f"C2:{root}", ""]
    assert items[0].message_id == f"C2:{root}"


def test_an_edit_says_when_it_was(tmp_path: Path) -> None:
    (one,) = read(tmp_path, ("random", [said(0, edited={"user": "U1", "ts": f"{TS + 5}.000000"})]))
    assert one.edited_at.timestamp() == TS + 5


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(export(ONE_DAY, ("random", [said(9)])))
    whole = list(SlackArchive().read(path))
    assert list(SlackArchive().read(path, 2)) == whole[2:]


async def test_a_bomb_is_refused(ines: Player) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("users.json", "[]")
        packed.writestr("random/2025-11-16.json", bytes(40 * 1024 * 1024))
    answer = await ines.post(ARCHIVES, content=held.getvalue())
    assert answer.status_code == 422
    assert "would unpack to more" in answer.json()["errors"][0]["message"]


NAMES = ("Thornfield Hearing Centres", "Oxbow", "Oxbow Nord", "Ada")


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("client-thornfield", "Thornfield Hearing Centres"),
        ("thornfield-hearing-centres-ext", "Thornfield Hearing Centres"),
        ("oxbow", "Oxbow"),
        ("oxbow-nord", None),
        ("ada", None),
        ("random", None),
    ],
)
def test_a_channels_name_tells_whose_it_may_be(room: str, name: str | None) -> None:
    clients = [ClientName(uuid7(), one) for one in NAMES]
    found = guessed([ArchivedRoom("C1", room)], clients)
    assert found == {one.name: {"C1": one.id} for one in clients}.get(name or "", {})
