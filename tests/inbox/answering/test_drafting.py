"""A draft is its author's alone, and nothing that was written into one is lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from audienceos.inbox.actions.receiving import take_in
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.answering.given import Desk
from tests.inbox.given import mail


@pytest.fixture
async def path(desk: Desk, thornfield: Row) -> str:
    """Where the draft of the only conversation lies."""
    await desk.inbox.take(mail("a"))
    return f"/v1/conversations/{await desk.the_one()}/draft"


async def save(player: Player, path: str, text: str, **fields: Any) -> httpx.Response:
    """One save, as a composer makes it every few seconds."""
    said = await player.send("PUT", path, json={"text": text} | fields)
    assert said.status_code == 200, said.text
    return said


async def test_it_is_there_when_its_author_comes_back(desk: Desk, path: str) -> None:
    saved = await save(
        desk.owner, path, "It works", cc=[{"address": "ops@thornfield.example"}], is_to_all=True
    )
    again = await save(desk.owner, path, "It works again", version=saved.json()["version"])
    shown = await desk.owner.get(path)
    assert (shown.json()["text"], shown.json()["set_aside"]) == ("It works again", None)
    assert shown.headers["etag"] == again.headers["etag"] == '"2"'


async def test_two_windows_lose_nothing(desk: Desk, path: str) -> None:
    first = await save(desk.owner, path, "From the desk")
    await save(desk.owner, path, "From the phone", version=first.json()["version"])
    late = await save(desk.owner, path, "From the desk, and more", version=first.json()["version"])
    assert (late.json()["text"], late.json()["set_aside"]) == ("From the desk, and more", "From the phone")
    seen = await save(desk.owner, path, "All of it", version=late.json()["version"], is_seen=True)
    assert seen.json()["set_aside"] is None


async def test_nobody_else_reads_it(desk: Desk, tom: Player, path: str) -> None:
    await save(tom, path, "Between us")
    assert (await desk.owner.get(path)).status_code == 404
    async with desk.database.acting(desk.owner.claims) as db:
        assert list(await db.scalars(text("select text from draft"))) == []


async def test_each_has_their_own(desk: Desk, tom: Player, path: str) -> None:
    await save(tom, path, "Tom's")
    await save(desk.owner, path, "Ines's")
    assert ((await tom.get(path)).json()["text"], (await desk.owner.get(path)).json()["text"]) == (
        "Tom's",
        "Ines's",
    )


async def test_thrown_away_it_is_gone_and_twice_is_no_error(desk: Desk, path: str) -> None:
    await save(desk.owner, path, "It works")
    assert (await desk.owner.delete(path)).status_code == 204
    assert ((await desk.owner.get(path)).status_code, (await desk.owner.delete(path)).status_code) == (
        404,
        204,
    )


async def test_saving_one_is_nobodys_news(desk: Desk, path: str) -> None:
    before = len(await listed(desk.owner, "/v1/events"))
    await save(desk.owner, path, "It works")
    assert len(await listed(desk.owner, "/v1/events")) == before


async def test_sending_one_takes_it(desk: Desk, path: str) -> None:
    await save(desk.owner, path, "It works again.")
    await desk.send()
    assert await desk.drafts() == []


@pytest.mark.parametrize("by", ["the machinery", "a person"])
async def test_two_conversations_that_turn_out_to_be_one_keep_both_drafts_whoever_joins_them(
    desk: Desk, tom: Player, thornfield: Row, by: str
) -> None:
    """A person who brings an archive joins them too, though others' drafts are nothing to them."""
    root = mail("root")
    await desk.inbox.take(mail("x", references=("lost@thornfield.example",)), root)
    for at, one in enumerate(await desk.inbox.conversations()):
        await save(tom, f"/v1/conversations/{one.id}/draft", f"Words {at}")
        await tom.post(f"/v1/conversations/{one.id}/sight")
        await desk.send(conversation_id=one.id)
    both = mail("y", after=3, references=(root.message_id, "lost@thornfield.example"))
    claims = desk.inbox.claims if by == "the machinery" else desk.owner.claims
    async with desk.database.acting(claims) as db:
        await take_in(db, await desk.inbox.source(db), [both])
    (draft,) = await desk.drafts()
    assert {draft.text, draft.set_aside} == {"Words 0", "Words 1"}
    assert {row.conversation_id for row in await desk.answers()} == {await desk.the_one()}
