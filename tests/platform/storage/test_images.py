"""A picture is drawn anew from what its bytes say it is; what is no picture, or far too large a one, is refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from audienceos.platform.errors import Invalid
from audienceos.platform.storage.images import MOST_BYTES, redrawn
from tests.platform.storage.pictures import BLUE, RED, claiming, opened, picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_each_kind_comes_out_as_one_kind_and_size(kind: str) -> None:
    kept = opened((await redrawn(picture(kind, (900, 600)), "square")).content)
    assert (kept.format, kept.size) == ("WEBP", (256, 256))


async def test_a_logo_keeps_its_shape_and_what_is_clear_in_it() -> None:
    kept = opened((await redrawn(picture(size=(1000, 250), colour=(0, 0, 0, 0)), "within")).content)
    assert (kept.size, kept.mode) == ((256, 64), "RGBA")
    assert kept.getpixel((5, 5)) == (0, 0, 0, 0)


async def test_a_small_logo_is_not_blown_up() -> None:
    assert opened((await redrawn(picture(size=(40, 20)), "within")).content).size == (40, 20)


async def test_where_it_was_taken_stays_with_whoever_took_it() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}
    taken = picture("JPEG", exif=exif.tobytes())
    assert b"A camera" in taken
    kept = await redrawn(taken, "square")
    assert b"A camera" not in kept.content
    assert not opened(kept.content).getexif()


async def test_a_picture_taken_sideways_stands_upright() -> None:
    image = Image.new("RGB", (40, 20), RED)
    image.paste(BLUE, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is left belongs on top
    kept = opened((await redrawn(_saved(image, exif), "within")).content).convert("RGB")
    assert kept.size == (20, 40)
    top, bottom = kept.getpixel((10, 5)), kept.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > top[0]
    assert bottom[0] > bottom[2]


def _saved(image: Image.Image, exif: Image.Exif) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes(), quality=95)
    return out.getvalue()


async def test_the_same_picture_has_the_same_digest_and_another_another() -> None:
    one, again = await redrawn(picture(), "square"), await redrawn(picture("JPEG", quality=100), "square")
    assert (await redrawn(picture(), "square")).digest == one.digest
    assert (await redrawn(picture(colour=BLUE), "square")).digest != one.digest
    assert len(again.digest) == 32


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = picture("GIF")
TIFF = picture("TIFF")


@pytest.mark.parametrize("content", [SVG, GIF, TIFF, b"MZ\x90", b"plain text", b"RIFF\0\0\0\0WAVEfmt "])
async def test_what_is_none_of_the_three_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="PNG, JPEG or WebP"):
        await redrawn(content, "square")


@pytest.mark.parametrize(
    "content", [picture()[:60], picture("JPEG")[:80], picture("WEBP")[:30], claiming(9, 9)]
)
async def test_what_is_damaged_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="damaged"):
        await redrawn(content, "square")


@pytest.mark.parametrize(
    "content", [picture("PNG", (10_001, 1)), picture("PNG", (6000, 4100)), claiming(16_000, 16_000)]
)
async def test_what_would_be_huge_in_memory_is_refused_by_its_header(content: bytes) -> None:
    assert len(content) < MOST_BYTES
    with pytest.raises(Invalid, match="million pixels"):
        await redrawn(content, "square")


async def test_what_is_too_long_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="2 MB"):
        await redrawn(picture() + b"\0" * MOST_BYTES, "square")
