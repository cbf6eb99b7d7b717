"""Walking XML without building a tree, so that no document can grow in memory; document types are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

_CHUNK_BYTES = 65_536


class ForbiddenMarkup(Exception):
    """A document type: the only place from which entities, and so XML bombs, can come."""


class Handler(Protocol):
    """Told of every element and text in turn, names without their namespace's prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def walked(stream: IO[bytes], handler: Handler) -> Iterator[None]:
    """Feed the document to the handler piece by piece, pausing after each piece.

    Raises `expat.ExpatError` for what is no XML and `ForbiddenMarkup` for a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse

    def begin(root: str, attributes: dict[str, str]) -> None:
        """Only where the root has a prefix are names shortened: it costs a call an element."""
        heard = _Shortened(handler) if ":" in root else handler
        parser.StartElementHandler = heard.start
        parser.EndElementHandler = heard.end
        parser.CharacterDataHandler = heard.text
        heard.start(root, attributes)

    parser.StartElementHandler = begin
    while chunk := stream.read(_CHUNK_BYTES):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


class _Shortened:
    """Passes names on without their prefixes."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.text = handler.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._handler.start(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        self._handler.end(name.rpartition(":")[2])


def _refuse(*_: object) -> None:
    raise ForbiddenMarkup
