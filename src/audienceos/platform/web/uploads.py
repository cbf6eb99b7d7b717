"""One file in a request: counted, checked and written to a temporary file while it comes, never held in memory.

    @post("/v1/client-imports", opt=STREAMED, request_max_body_size=None)
    async def upload(request: Asked, ...) -> ...:
        async with uploaded(request, most_bytes=50 * MEGABYTE, name=file_name) as upload:
            ... upload.path, upload.name, upload.size ...

It comes as the body itself or as a form's one file. A form says its `_csrf` before its file, so that another
site's form is refused before its file is read. Whoever may not upload is to be refused before any of this.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from litestar import Request
from litestar.exceptions import InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from audienceos.platform.auth.csrf import FIELD, HEADER, matches
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.errors import BadRequest, Forbidden, Invalid, TooLarge
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.patience import PATIENCE

Asked = Request[Any, Any, Any]

MEGABYTE = 1024 * 1024
STREAMED: dict[str, Any] = {"csrf": "streamed", OFF: True, PATIENCE: 120.0}
"""Options of a handler that reads its body by `uploaded`; it also says `request_max_body_size=None`. The patience is
for what is done with the file once it is here."""
FILE = "file"
"""The form's field, and where faults are told."""
SPLIT = "Split it into smaller files and send each."
_AROUND_BYTES = 64 * 1024
"""What a form may hold besides its file: its fields and the lines between."""
_FIELDS_AT_MOST, _FIELD_BYTES = 10, 2000
_NAME_CHARS = 200


class Upload(NamedTuple):
    """A file that came. The path is gone at the end of the block."""

    path: Path
    name: str
    """What its sender calls it, without folders; empty when nobody said. Never part of a path of ours."""
    size: int
    """In bytes."""


@asynccontextmanager
async def uploaded(
    request: Asked, *, most_bytes: int, name: str = "", advice: str = SPLIT
) -> AsyncGenerator[Upload]:
    """Receive the file for the length of the block; `name` is said beside a body that is the file itself, `advice` to
    whoever sends one that is too large.

    Raises `Forbidden` for another site's request, `TooLarge` as soon as that is known, `Invalid` at `file` when
    there is none, `BadRequest` for a body that breaks off or can't be read.
    """
    with tempfile.NamedTemporaryFile(prefix="audienceos-") as file:
        reception = _Reception(request, file, most_bytes, advice)
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most_bytes + _AROUND_BYTES:
            raise reception.too_large()
        boundary = _boundary_of(request)
        if boundary is None:
            await _take_body(request, reception, name)
        else:
            await _take_form(request, reception, boundary)
        if not reception.size:
            raise Invalid.at(FILE, "Choose a file with something in it")
        file.flush()
        yield Upload(Path(file.name), reception.name, reception.size)


class _Reception:
    """The file while it comes, and whether its sender has shown to be one of our pages."""

    def __init__(self, request: Asked, file: IO[bytes], most_bytes: int, advice: str) -> None:
        self._session = visit_of(request).session if visit_of(request).token is None else None
        self._file, self._most, self._advice = file, most_bytes, advice
        self.is_ours = self._session is None
        self.name, self.size, self.around = "", 0, 0
        self.show(request.headers.get(HEADER))

    def show(self, token: str | None) -> None:
        """A CSRF token was shown."""
        self.is_ours = self.is_ours or (self._session is not None and matches(self._session, token))

    def begin(self, name: str) -> None:
        """The file begins. Raises `Forbidden`, `BadRequest` for a second one."""
        if not self.is_ours:
            raise Forbidden(
                "The form is from an earlier sign-in. Reload the page and send it again.", code="csrf"
            )
        if self.size:
            raise BadRequest("Send one file at a time.", code="bad_upload")
        self.name = _plain_name(name)

    def write(self, chunk: bytes | bytearray) -> None:
        """A piece of the file. Raises `TooLarge`."""
        self.size += len(chunk)
        if self.size > self._most:
            raise self.too_large()
        self._file.write(chunk)

    def pass_by(self, size: int) -> None:
        """So many bytes of the form came that may be no file's. Raises `TooLarge`."""
        self.around += size
        if self.around > self._most + _AROUND_BYTES:
            raise self.too_large()

    def too_large(self) -> TooLarge:
        """The refusal."""
        return TooLarge(f"The file is larger than {self._most // MEGABYTE} MB. {self._advice}")


async def _take_body(request: Asked, reception: _Reception, name: str) -> None:
    reception.begin(name)
    async for chunk in _chunks(request):
        reception.write(chunk)


async def _take_form(request: Asked, reception: _Reception, boundary: str) -> None:
    form = _Form(reception)
    try:
        parser = PushMultipartParser(boundary, max_segment_count=_FIELDS_AT_MOST)
        async for chunk in _chunks(request):
            reception.pass_by(len(chunk))
            for event in parser.parse(chunk):
                form.hear(event)
        parser.close()
    except MultipartError as problem:
        raise BadRequest("The upload broke off or is no form. Send it again.", code="bad_upload") from problem


class _Form:
    """Listens to the parts of a form: small fields, and the file."""

    def __init__(self, reception: _Reception) -> None:
        self._reception = reception
        self._field = ""
        self._in_file = False
        self._held = b""

    def hear(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """One event of the parser: a part begins, a piece of it, its end (None)."""
        if isinstance(event, MultipartSegment):
            self._in_file = event.filename is not None
            self._field, self._held = event.name or "", b""
            if self._in_file:
                self._reception.begin(event.filename or "")
        elif event is None:
            if self._field == FIELD and not self._in_file:
                self._reception.show(self._held.decode("ascii", "replace"))
        elif self._in_file:
            self._reception.write(event)
        else:
            self._held += event
            if len(self._held) > _FIELD_BYTES:
                raise BadRequest("A field of the form is too long.", code="bad_upload")


async def _chunks(request: Asked) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except InternalServerException as problem:  # the framework's word for a sender who went away
        raise BadRequest("The upload broke off. Send it again.", code="bad_upload") from problem


def _boundary_of(request: Asked) -> str | None:
    """What parts the form; None for a body that is no form. Raises `BadRequest` for a form that doesn't say."""
    media, options = request.content_type
    if media != "multipart/form-data":
        return None
    boundary = options.get("boundary", "")
    if not boundary:
        raise BadRequest("The upload is no form. Send it again.", code="bad_upload")
    return boundary


def _plain_name(name: str) -> str:
    """The last part of what may be a path of any system, of printable characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable())[:_NAME_CHARS].strip()
