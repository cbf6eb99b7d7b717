"""Pictures as requests bring them and as they are sent: the same for pages and for the API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request, Response

from audienceos.agency.pictures import BUCKET, address_of, place_in
from audienceos.platform.actor import Actor
from audienceos.platform.auth.throttle import UPLOADS, take
from audienceos.platform.errors import NotFound
from audienceos.platform.storage.images import MEDIA_TYPE, MOST_BYTES, Fit, redrawn
from audienceos.platform.storage.store import files
from audienceos.platform.web.requests import database_of
from audienceos.platform.web.scopes import check_scope
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]

NOUN = "picture"
FOR_EVER = "private, max-age=31536000, immutable"
"""Of an address that names the digest of what is there: another picture has another address."""
ALONE = "default-src 'none'; sandbox"
_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
TAKES_PICTURE: dict[str, Any] = {
    **STREAMED,
    "request_body": {
        "required": True,
        "description": "PNG, JPEG or WebP of at most 2 MB, or a form with it as `file`.",
        "content": {"image/*": {"schema": _BINARY}, "multipart/form-data": {"schema": _FORM}},
    },
}
"""Options of a handler that receives one; it also says `request_max_body_size=None`."""


@asynccontextmanager
async def received(request: Asked, actor: Actor, fit: Fit) -> AsyncGenerator[str]:
    """Take the picture in for the block, which writes the address given into a row; if it fails, nothing is kept.

    Raises `Forbidden`, `TooLarge`, `BadRequest`, `Invalid` at `file`, `TooMany`, `Unavailable`.
    """
    check_scope(actor, request.method)
    advice = "Choose a smaller picture."
    async with uploaded(request, most_bytes=MOST_BYTES, advice=advice) as upload:
        content = await asyncio.to_thread(upload.path.read_bytes)
    async with database_of(request).serving() as db:
        await take(db, UPLOADS, str(actor.agency_id), str(actor.user_id))
    picture = await redrawn(content, fit)
    async with files().kept(actor, BUCKET, picture.content) as key:
        yield address_of(key, picture.digest)


async def sent(request: Asked, actor: Actor, address: str | None, seen: str = "") -> Response[bytes]:
    """The picture that a row shows which this actor has just read. `seen` is the digest that was asked for.

    Raises `NotFound` where the row shows none of ours.
    """
    place = place_in(address)
    if place is None:
        raise NotFound(NOUN)
    etag = f'"{place.digest}"'
    headers = {
        "ETag": etag,
        "Cache-Control": FOR_EVER if seen == place.digest else "private, no-cache",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    content = await files().read(actor, place.key(actor.agency_id))
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
