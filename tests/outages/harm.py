"""Ways in which a database goes away, and what is asked of the product meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from audienceos.platform.realtime.hub import Hub
from tests.cast import HOST, Player
from tests.platform.db.servers import postmaster

PATIENCE = 120  # seconds after which whoever still waits waits in vain
PROBLEM = "application/problem+json"


def family(pid: int) -> list[int]:
    """A process and its children, which for a database server are all there are."""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]
    return []


@contextmanager
def frozen(home: Path) -> Generator[None]:
    """Every process of the server stands still: it neither answers nor closes a connection."""
    stopped = family(postmaster(home))
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def asked_for_everything(player: Player) -> dict[str, httpx.Response]:
    """A page, a list, a change and a sign-in, all at once, as several people would ask."""
    calls = {
        "page": player.get(player.at("/pipeline")),
        "list": player.get("/v1/clients"),
        "change": player.post("/v1/clients", json={"name": "Wanted"}),
        "another page": player.get(player.at("/clients")),
        "entrance": _at_the_entrance(player),
    }
    async with asyncio.timeout(PATIENCE):
        answers = await asyncio.gather(*calls.values())
    return dict(zip(calls, answers, strict=True))


async def _at_the_entrance(player: Player) -> httpx.Response:
    """Somebody whom nobody knows yet."""
    form = {"email": "somebody@people.example", "password": "whatever it was"}
    async with httpx.AsyncClient(transport=player.browser._transport, base_url=HOST) as browser:  # pyright: ignore[reportPrivateUsage]
        return await browser.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})


def are_readable_refusals(answers: dict[str, httpx.Response]) -> None:
    """503 for each: a problem for a program, a page for a person, and when to come back."""
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 503)
    for name, answer in answers.items():
        assert int(answer.headers["retry-after"]) > 0, name
        if answer.request.url.path.startswith("/v1"):
            assert answer.headers["content-type"] == PROBLEM
            assert answer.json()["code"] == "unavailable"
        else:
            assert answer.headers["content-type"].startswith("text/html")
            assert "Away for a moment" in answer.text


async def until_it_works(player: Player) -> None:
    """Wait until the product serves again by itself."""
    async with asyncio.timeout(PATIENCE):
        while (await player.get("/v1/clients")).status_code != 200:
            await asyncio.sleep(0.05)


async def until_listening(hub: Hub) -> None:
    """Wait until news reaches the hub."""
    async with asyncio.timeout(PATIENCE):
        while not hub.listening:
            await asyncio.sleep(0.02)
