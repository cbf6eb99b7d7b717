"""Pictures that people bring, drawn anew: what is kept is ours, small, and tells nothing of a camera or a place.

What a file is, its own bytes say; its name and what its sender calls it count for nothing. Only three kinds are read.
A drawing in SVG may hold scripts and addresses of others, so it is none of them.
"""

from __future__ import annotations

import asyncio
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Literal

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from audienceos.platform.errors import Invalid

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 24_000_000
"""What a good camera takes; four bytes for each of them are held while it is drawn anew."""
MOST_SIDE = 10_000
MEDIA_TYPE = "image/webp"

Fit = Literal["square", "within"]
"""`square` cuts the middle out, as a face wants it; `within` keeps all of it, as a logo does."""

_KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_SIDE = 256
_QUALITY = 86
_DIGEST_DIGITS = 32
_FIELD = "file"
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")
"""Two at a time, whoever asks: so many hold at most two large pictures in memory."""
_BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)
"""What Pillow raises at a file that is damaged, by kind and place of the damage."""


class Picture(msgspec.Struct, frozen=True):
    """A picture drawn anew."""

    content: bytes
    """WebP."""
    digest: str
    """Of the content, in hex: part of its address, so that a changed picture is another address."""


async def redrawn(content: bytes, fit: Fit) -> Picture:
    """The picture as it is kept, of at most 256 pixels a side. It is drawn on a thread of its own.

    Raises `Invalid` at `file`, saying what to send instead.
    """
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _redraw, content, fit)


def _redraw(content: bytes, fit: Fit) -> Picture:
    kind = kind_of(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=(kind,)) as image:
                _check_size(*image.size)
                image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # a JPEG is decoded no larger than is needed
                drawn = _fitted(ImageOps.exif_transpose(image), fit)
        except (*_BROKEN, Image.DecompressionBombWarning) as problem:
            raise Invalid.at(_FIELD, "The picture is damaged. Save it anew and send it again") from problem
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=_QUALITY, lossless=fit == "within", method=4)
    return Picture(out.getvalue(), sha256(out.getvalue()).hexdigest()[:_DIGEST_DIGITS])


def kind_of(content: bytes) -> str:
    """Which of the three kinds it is, by its first bytes. Raises `Invalid` at `file` for any other."""
    if len(content) > MOST_BYTES:
        raise Invalid.at(_FIELD, "Choose a picture of at most 2 MB")
    for start, kind in _KINDS.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        _check_size(*_webp_size(content))
        return "WEBP"
    raise Invalid.at(_FIELD, "Choose a PNG, JPEG or WebP picture")


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height as the container says them: Pillow makes room for the whole canvas as it opens one."""
    chunk, body = content[12:16], content[20:]
    if len(body) < 10:
        return 0, 0
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise Invalid.at(
            _FIELD,
            f"Choose a picture of at most {MOST_PIXELS // 1_000_000} million pixels; this has {width} x {height}",
        )


def _fitted(image: Image.Image, fit: Fit) -> Image.Image:
    colours = "RGBA" if image.has_transparency_data else "RGB"
    plain = image.convert(colours)
    if fit == "square":
        return ImageOps.fit(plain, (_SIDE, _SIDE), Image.Resampling.LANCZOS)
    plain.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    return plain
