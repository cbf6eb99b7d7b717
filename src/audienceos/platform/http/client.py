"""One guarded way out to other services' addresses: bounded in time and size, no redirects, no surprises.

    answer = await ask("POST", url, data={...})
    answer.json()

What an answer means is its caller's to say; that none came, or one that can't be used, is told by `NoAnswer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

SECONDS = 10.0  # somebody waits for the page
LONGEST_BYTES = 10_000_000
LONGEST_PAUSE = 3600  # seconds; a vendor that says more is asked again after that


class NoAnswer(Exception):
    """Nobody answered in time, or not in a way that can be read. The text holds no secret."""


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


async def ask(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """Ask, once. Raises `NoAnswer` when nobody answers within `seconds`, all told."""
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds) as client,
            client.stream(method, url, params=params, data=data, json=json, headers=headers) as answer,
        ):
            body = await _bounded(answer)
            return Answer(answer.status_code, dict(answer.headers), body)
    except TimeoutError:
        raise NoAnswer("no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        # Its text may hold the address with what was asked.
        raise NoAnswer(f"no answer ({type(problem).__name__})") from None


async def _bounded(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > LONGEST_BYTES:
            raise NoAnswer("an answer that is too long")
        parts.append(part)
    return b"".join(parts)
