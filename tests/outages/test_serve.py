"""`audienceos serve` as a whole: it ends leaving nothing, starts again with everything, and survives any kill."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.outages.harm import PATIENCE
from tests.outages.installation import Installation, Person, a_folder
from tests.platform.db.servers import kill_postmaster, postmaster

pytestmark = pytest.mark.slow


class Made(NamedTuple):
    """An installation that was used and ended, to copy, and who used it."""

    folder: Path
    person: Person


@pytest.fixture(scope="module")
async def made() -> AsyncIterator[Made]:
    """The first start, from nothing, with an agency signed up; ended by Ctrl-C."""
    with a_folder() as folder:
        first = Installation(folder)
        try:
            assert first.base in await first.start(), first.errors()
            person = await first.sign_up()
            async with person.at(first.base) as browser:
                assert (await browser.post("/v1/clients", json={"name": "First"})).status_code == 201
            assert await first.end() == 0
            assert first.processes() == {}
            assert any("initdb" in line for line in first.watched())
            assert "import alembic" in first.watched()
            yield Made(folder, person)
        finally:
            first.kill_all()


@pytest.fixture
async def place(made: Made) -> AsyncIterator[Installation]:
    """A copy of it, started."""
    with a_folder(made.folder) as folder:
        place = Installation(folder)
        try:
            assert place.base in await place.start(), place.errors()
            yield place
        finally:
            place.kill_all()


async def names(person: Person, place: Installation) -> set[str]:
    """The agency's clients, page by page, as soon as the database isn't away for a moment."""
    found: set[str] = set()
    asked: dict[str, str | int] = {"limit": 100}
    async with asyncio.timeout(PATIENCE), person.at(place.base) as browser:
        while True:
            answer = await browser.get("/v1/clients", params=asked)
            if answer.status_code == 503:
                await asyncio.sleep(0.1)
                continue
            assert answer.status_code == 200, answer.text
            found |= {client["name"] for client in answer.json()["items"]}
            asked["cursor"] = answer.json()["next_cursor"]
            if not asked["cursor"]:
                return found


@pytest.mark.timeout(300)
async def test_a_second_start_makes_nothing_and_what_is_killed_comes_back_without_a_loss(
    place: Installation, made: Made
) -> None:
    await _it_finds_everything_and_makes_nothing(place, made)
    await _a_third_is_told_that_the_port_is_taken(place)
    await _any_part_that_is_killed_comes_back_and_nothing_is_lost(place, made)
    await _told_to_end_it_leaves_nothing_behind(place, made.person)


async def _it_finds_everything_and_makes_nothing(place: Installation, made: Made) -> None:
    assert await names(made.person, place) == {"First"}
    programs = [line for line in place.watched() if "audienceos serve" not in line]
    assert programs, "the start was not watched"
    wrong = [
        line for line in programs if any(w in line for w in ("initdb", "pip", "npm", "migrate", "alembic"))
    ]
    assert wrong == []


async def _a_third_is_told_that_the_port_is_taken(place: Installation) -> None:
    with a_folder() as folder:
        other = Installation(folder, port=place.port)
        assert await other.start() == ""
        assert await other.ended() == 1
        assert f"127.0.0.1:{place.port} can't be used" in other.errors()
        assert "AUDIENCEOS_PORT" in other.errors()
        assert not folder.exists(), "a database was made before the port was looked at"


async def test_a_port_that_a_stranger_has_says_so() -> None:
    with a_folder() as folder, socket.create_server(("127.0.0.1", 0)) as stranger:
        place = Installation(folder, port=stranger.getsockname()[1])
        assert await place.start() == ""
        assert await place.ended() == 1
        assert "can't be used" in place.errors()


async def _any_part_that_is_killed_comes_back_and_nothing_is_lost(place: Installation, made: Made) -> None:
    answered = {"First"}
    for victim in ("--web-only", "--worker-only", "postmaster"):
        killed = postmaster(place.home) if victim == "postmaster" else place.one(victim)
        answered |= await _busy_while(place, made.person, victim, killed)
        if victim == "postmaster":
            assert postmaster(place.home) != killed
        else:
            await place.until_another(victim, killed)
        assert answered <= await names(made.person, place)


async def _told_to_end_it_leaves_nothing_behind(place: Installation, person: Person) -> None:
    """Not even with a page open on the live stream."""
    async with person.at(place.base) as browser:
        await _until_news_reach(browser, person)
        async with browser.stream("GET", f"/{person.slug}/live") as live:
            assert live.status_code == 200
            assert await place.end(signal.SIGTERM) == 0
    assert place.processes() == {}
    assert not list(place.home.glob("pg*/postmaster.pid"))
    assert list((place.home / "run").iterdir()) == []


async def _until_news_reach(browser: httpx.AsyncClient, person: Person) -> None:
    """The database was killed a moment ago, and the server listens to the new one in a while."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with browser.stream("GET", f"/{person.slug}/live") as live:
                if live.status_code != 503:
                    return
            await asyncio.sleep(0.5)


@pytest.mark.proof
@pytest.mark.parametrize("also", ["nothing", "the database"])
async def test_after_the_parent_was_killed_all_end_and_a_new_start_has_everything(
    place: Installation, made: Made, also: str
) -> None:
    async with made.person.at(place.base) as browser:
        assert (await browser.post("/v1/clients", json={"name": "Last"})).status_code == 201
    os.kill(place.started.pid, signal.SIGKILL)
    if also == "the database":
        kill_postmaster(place.home)
    await place.ended()
    await place.until_gone()
    again = Installation(place.folder, port=place.port)
    assert again.base in await again.start(), again.errors()
    assert await names(made.person, again) == {"First", "Last"}
    assert await again.end() == 0
    assert again.processes() == {}


async def _busy_while(place: Installation, person: Person, victim: str, killed: int) -> set[str]:
    """Make clients all the time while something dies; gives those whose making was told."""
    answered: set[str] = set()
    async with asyncio.timeout(PATIENCE), person.at(place.base) as browser:
        since = 0
        for number in range(10_000):
            name = f"{victim} {number}"
            try:
                made = await browser.post("/v1/clients", json={"name": name})
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            assert made.status_code in (201, 503), made.text
            if made.status_code == 201:
                answered.add(name)
                since += 1
            if number == 5:
                os.kill(killed, signal.SIGKILL)
                since = 0
            if number > 5 and since >= 10:
                break
    return answered
