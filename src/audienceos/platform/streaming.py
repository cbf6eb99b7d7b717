"""Bytes that are sent while they are made."""

from __future__ import annotations

from collections.abc import AsyncGenerator


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
