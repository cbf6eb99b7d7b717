"""How long somebody waits: until the first of the answer, counted from the last sign of life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, Request, get, post
from litestar.response import Stream

from audienceos.app import Parts, build_app
from audienceos.platform.web import patience
from tests.cast import HOST

LIMIT = 0.3
LONGER = 3 * LIMIT


@get("/v1/patience/never")
async def never() -> None:
    """Wait for what doesn't come."""
    await asyncio.Event().wait()


@get("/v1/patience/slow", opt={"patience": 60})
async def slow() -> str:
    """Take the time that it says."""
    await asyncio.sleep(LONGER)
    return "done"


@get("/v1/patience/stream")
async def stream() -> Stream:
    """Begin at once, and take long over the rest."""

    async def pieces() -> AsyncGenerator[bytes]:
        yield b"first "
        await asyncio.sleep(LONGER)
        yield b"last"

    return Stream(pieces())


@post("/v1/patience/body", opt={"no_idempotency": True}, status_code=200)
async def body(request: Request[Any, Any, Any]) -> int:
    """Count what comes in, however slowly."""
    return sum([len(piece) async for piece in request.stream()])


@pytest.fixture(scope="module")
def web(parts: Parts) -> Litestar:
    """The product with these handlers in it."""
    return build_app(parts, [never, slow, stream, body])


@pytest.fixture
async def caller(web: Litestar, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(patience, "SECONDS", LIMIT)
    transport = httpx.ASGITransport(cast("Any", web), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST, headers={"Origin": HOST}) as client:
        yield client


async def test_who_waits_in_vain_is_told(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/v1/patience/never")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_handler_may_ask_for_more_time(caller: httpx.AsyncClient) -> None:
    assert (await caller.get("/v1/patience/slow")).status_code == 200


async def test_an_answer_that_has_begun_takes_its_time(caller: httpx.AsyncClient) -> None:
    assert (await caller.get("/v1/patience/stream")).text == "first last"


async def test_a_body_may_come_slowly_but_not_never(caller: httpx.AsyncClient) -> None:
    async def pieces(pause: float) -> AsyncGenerator[bytes]:
        for _ in range(5):
            await asyncio.sleep(pause)
            yield b"12345"

    came = await caller.post("/v1/patience/body", content=pieces(LIMIT / 2))
    assert (came.status_code, came.text) == (200, "25")
    assert (await caller.post("/v1/patience/body", content=pieces(LONGER))).status_code == 503
