"""One guarded way out to other services' addresses: bounded in time and size, no redirects, no surprises.

    answer = await ask("POST", url, data={...})
    answer.json()

What an answer means is its caller's to say; that none came, or one that can't be used, is told by `NoAnswer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

SECONDS = 10.0  # somebody waits for the page
LONGEST_BYTES = 10_000_000
LONGEST_PAUSE = 3600  # seconds; a vendor that says more is asked again after that


class NoAnswer(Exception):
    """Nobody answered in time, or not in a way that can be read. The text holds no secret."""


class NotReached(NoAnswer):
    """Nobody took what was asked: it has had no effect, for certain."""


class TooLong(NoAnswer):
    """The answer is longer than whoever asked takes."""


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is an answer to what was asked."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> int | None:
        """The pause that the vendor asks for, in seconds; None where it says none."""
        return pause_of(self.headers.get("retry-after", ""))

    def json(self) -> dict[str, Any]:
        """The body's object. Raises `NoAnswer` where it is none."""
        try:
            return msgspec.json.decode(self.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoAnswer(f"an answer ({self.status}) that isn't JSON") from None


def pause_of(text: str) -> int | None:
    """A Retry-After in whole seconds, at most an hour; None for one that says nothing."""
    return min(int(text), LONGEST_PAUSE) if text.isdecimal() else None


@asynccontextmanager
async def kept_open(seconds: float = SECONDS) -> AsyncGenerator[httpx.AsyncClient]:
    """What `ask` may ask over, so that many questions to one service share their connections."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds) as line:
        yield line


async def ask(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most_bytes: int = LONGEST_BYTES,
    over: httpx.AsyncClient | None = None,
) -> Answer:
    """Ask, once, of a connection of its own or `over` one that is kept open.

    Raises `NoAnswer` when nobody answers within `seconds`, all told: as `NotReached` when nobody took the question,
    as `TooLong` when the answer has more than `most_bytes`.
    """
    given = {"params": params, "data": data, "json": json, "headers": headers}
    try:
        async with asyncio.timeout(seconds):
            if over is not None:
                return await _asked(over, method, url, given, most_bytes)
            async with kept_open(seconds) as line:
                return await _asked(line, method, url, given, most_bytes)
    except TimeoutError:
        raise NoAnswer("no answer in time") from None
    except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
        raise NotReached(f"nobody there ({type(problem).__name__})") from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        # Its text may hold the address with what was asked.
        raise NoAnswer(f"no answer ({type(problem).__name__})") from None


async def _asked(
    line: httpx.AsyncClient, method: str, url: str, given: Mapping[str, Any], most_bytes: int
) -> Answer:
    async with line.stream(method, url, **given) as answer:
        return Answer(answer.status_code, dict(answer.headers), await _bounded(answer, most_bytes))


async def _bounded(answer: httpx.Response, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > most_bytes:
            raise TooLong("an answer that is too long")
        parts.append(part)
    return b"".join(parts)
