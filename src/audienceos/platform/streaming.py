"""Bytes that are sent while they are made, and bytes that travel as they are."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

AS_IT_IS = "as_it_is"
"""The option of a route whose answer isn't packed on the way: it was packed before, or it is news."""

UNPACKED: dict[str, Any] = {AS_IT_IS: True}


async def begun(pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The same pieces, once the first is there: what goes wrong before it can still be answered as what it is.

    Raises what the first piece raises.
    """
    return _after(await anext(pieces, b""), pieces)


async def _after(first: bytes, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    try:
        yield first
        async for piece in pieces:
            yield piece
    finally:
        await pieces.aclose()
