"""The built assets: served under names that hold their content's hash, so a browser keeps them for ever."""

from __future__ import annotations

import gzip
import mimetypes
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from audienceos.platform.errors import NotFound
from audienceos.platform.streaming import UNPACKED

STATIC = Path(__file__).parent / "static"
WORTH = 0.9  # of its size; a font is compressed already
FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")


class Assets:
    """Logical name to hashed file. Raises `FileNotFoundError` with what to do when nothing was built."""

    def __init__(self, folder: Path = STATIC) -> None:
        manifest = folder / "manifest.json"
        if not manifest.exists():
            raise FileNotFoundError("The front-end files aren't built: run `make assets`.")
        self._names = msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
        self._held = {name: (folder / name).read_bytes() for name in self._names.values()}
        self._packed = {name: gzip.compress(content) for name, content in self._held.items()}

    def url(self, name: str) -> str:
        """The address of a logical name such as `app.css`. Raises `KeyError` for one that wasn't built."""
        return f"/static/{self._names[name]}"

    def read(self, file: str) -> bytes:
        """The content of a built file. Raises `NotFound`."""
        if file not in self._held:
            raise NotFound("file")
        return self._held[file]

    def packed(self, file: str) -> bytes | None:
        """The same compressed, where that is worth it. Nobody's secrets are in it, so its size tells nothing."""
        packed = self._packed.get(file, b"")
        return packed if packed and len(packed) < len(self.read(file)) * WORTH else None

    def text(self, name: str) -> str:
        """The content of a logical name, as text."""
        return self._held[self._names[name]].decode()


@get("/static/{file:str}", name="static", include_in_schema=False, opt={"public": True, **UNPACKED})
async def static_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """One built file."""
    content = request.app.state.assets.read(file)
    kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    packed = request.app.state.assets.packed(file)
    if packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)
