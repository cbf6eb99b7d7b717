"""A word finds the same conversations whether few hold it or many, and the longest waiting come first over all pages."""

from __future__ import annotations

import pytest

from audienceos.inbox.queries import filters
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import Inbox, mail

FEW, MANY = 2_000, 0


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of how many conversations a word is taken for a common one."""
    monkeypatch.setattr(filters, "MANY", request.param)
    return request.param


async def found(player: Player, words: str, **asked: str) -> list[str]:
    return [row["subject"] for row in await listed(player, "/v1/conversations", view="all", q=words, **asked)]


async def test_words_find_what_holds_all_of_them(inbox: Inbox, ines: Player, many: int) -> None:
    await inbox.take(
        mail("a", "The form is empty", subject="One"),
        mail("b", "The form is gone", subject="Two"),
        mail("c", "The page is gone", subject="Three"),
    )
    assert sorted(await found(ines, "form")) == ["One", "Two"]
    assert await found(ines, "FORM gone") == ["Two"]
    assert await found(ines, "for go") == ["Two"]
    assert await found(ines, "form nowhere") == []


async def test_a_clients_name_finds_its_conversations(
    inbox: Inbox, ines: Player, thornfield: Row, many: int
) -> None:
    await inbox.take(mail("a", subject="Theirs"))
    await inbox.take(mail("b", subject="Nobody's", sender=mail("x").to[0], to=()))
    assert await found(ines, "hearing") == ["Theirs"]
    assert await found(ines, "hearing", client=thornfield["id"]) == ["Theirs"]


async def test_the_longest_waiting_come_first_from_page_to_page(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(*(mail(f"k{at}", after=at, subject=f"Number {at}") for at in range(7)))
    told: list[str] = []
    asked: dict[str, str] = {"limit": "3"}
    while True:
        answer = (await ines.get("/v1/conversations", params=asked)).json()
        told += [row["subject"] for row in answer["items"]]
        if answer["next_cursor"] is None:
            break
        asked["cursor"] = answer["next_cursor"]
    assert told == [f"Number {at}" for at in range(7)]
