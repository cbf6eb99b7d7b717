"""Versions as HTTP tells them: what is shown carries an ETag, what is edited says which version it read.

return shown(request, view, view.version)                          # GET: ETag, or 304 for who has it
client = await client_for(db, client_id, to="change")
check_version(client, expected_version(request))                   # PATCH: 428 without, 412 when stale
return with_etag(view, client.version)
"""

from __future__ import annotations

import re
from typing import Any, Protocol, TypeVar

from litestar import Request, Response

from audienceos.platform.errors import BadRequest, Stale, Unconditional

Body = TypeVar("Body")
Asked = Request[Any, Any, Any]

# A proxy that compresses an answer weakens its ETag (W/"3"); the version in it is as good as before.
ONE = re.compile(r'\s*(?:W/)?"(\d{1,9})"\s*\Z')
SEVERAL = re.compile(r'(?:W/)?"([^"]*)"')


class Versioned(Protocol):
    """A row that people edit."""

    @property
    def version(self) -> Any: ...


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def expected_version(request: Asked) -> int:
    """The version that the caller read, from If-Match.

    Raises `Unconditional` when it isn't said (`*` says nothing), `BadRequest` when it is no ETag of ours.
    """
    said = request.headers.get("if-match")
    if said is None or said.strip() in ("", "*"):
        raise Unconditional("Send If-Match with the ETag of what you read, so that nobody's edit is lost.")
    found = ONE.match(said)
    if found is None:
        raise BadRequest('If-Match takes one ETag as it was given, such as "3".', code="bad_if_match")
    return int(found[1])


def check_version(row: Versioned, expected: int) -> None:
    """Raise `Stale`, telling the present version, unless the row still is as the caller read it.

    The row must be locked: else somebody may save between this look and the write.
    """
    if row.version != expected:
        raise Stale(
            "Someone else saved this in the meantime. Read it again, then make your change.",
            extra={"version": row.version},
        )


def with_etag(body: Body, version: int, *, status: int = 200) -> Response[Body]:
    """An answer that carries its version."""
    return Response(body, status_code=status, headers={"ETag": etag(version)})


def shown(request: Asked, body: Body, version: int) -> Response[Body]:
    """A GET's answer with its version, or 304 without a body for a caller who has this version already."""
    if _has(request.headers.get("if-none-match", ""), version):
        empty: Response[Any] = Response(None, status_code=304, headers={"ETag": etag(version)})
        return empty
    return with_etag(body, version)


def _has(said: str, version: int) -> bool:
    return said.strip() == "*" or str(version) in SEVERAL.findall(said)
