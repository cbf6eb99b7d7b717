"""Pictures to send, made here."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), colour: Any = RED, **saved: Any) -> bytes:
    """A plain one."""
    out = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, kind, **saved)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A WebP whose container says so of its canvas, with nothing behind it."""
    body = b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"WEBP" + b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk)) + chunk


def opened(content: bytes) -> Image.Image:
    """What came out."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
