"""A file that came with a message, as a download: never shown, never run."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get
from msgspec import Meta

from audienceos.inbox.actions.fetching import fetched_file, wanted_file
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, database_of, reading

Asked = Request[Any, Any, Any]
ALONE = "default-src 'none'; sandbox"
LONGEST = 150
"""Characters of a file's name."""


class FileAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the message's files, from 0."""

    n: Annotated[int, Meta(ge=0, le=1000)] = 0


@get(
    "/{slug:str}/inbox/messages/{message_id:uuid}/file",
    name="message-file",
    include_in_schema=False,
    opt={"query": FileAsked},
)
async def show_file(request: Asked, message_id: Id) -> Response[bytes]:
    """Fetch it from where it is, for whoever sees the conversation."""
    async with reading(request) as lane:
        message, file, origin = await wanted_file(lane, message_id, filters_from(request, FileAsked).n)
        agency_id = lane.actor.agency_id
    found = await fetched_file(database_of(request), agency_id, message, file, origin)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(safe_name(file.name), safe='')}",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(found, media_type="application/octet-stream", headers=headers)


def safe_name(name: str) -> str:
    """A file's name without folders, signs that steer a screen or end a line, and dots in front."""
    kept = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    kept = kept.strip().lstrip(".")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) < 20:
        return f"{stem[: LONGEST - len(ending)]}.{ending}" if stem else ending or "file"
    return kept[:LONGEST] or "file"


HANDLERS = [show_file]
