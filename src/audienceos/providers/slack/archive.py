"""A zip file that a stranger made: looked at before it is opened, unpacked into memory a file at a time."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final, Self

import msgspec

from audienceos.platform.errors import FieldFault, Invalid

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL_BYTES = 128 * 1024
"""A zip's comment has at most 64 KB; what describes the directory stands right before it."""
_LARGE_BYTES = 1 << 20
"""Small files may be packed as tightly as they like."""
_KINDS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Limits(msgspec.Struct, frozen=True):
    """How much an export may hold. What is beyond is refused as a whole, before anything is unpacked."""

    files: int = 200_000
    """A workspace of 150 lively channels has so many in five years: one a day and channel."""
    directory_bytes: int = 20 * 1024 * 1024
    """Each entry of it takes ten times its bytes in memory."""
    unpacked_bytes: int = 20 * 1024**3
    """By the sizes that the directory states; unpacking holds each file to its own."""
    ratio: int = 200
    """Slack's files shrink to a tenth; only zeros shrink to a thousandth."""
    list_bytes: int = 64 * 1024 * 1024
    """The people, or the channels: some 40,000 of them."""
    day_bytes: int = 16 * 1024 * 1024
    """What is said in a channel in a day: some 10,000 messages."""


DEFAULT = Limits()


class ExportError(Invalid):
    """The file as a whole is no export that can be read. The text says what to do about it.

    `code` is one of: not_a_zip, damaged, too_large, not_slack.
    """

    @classmethod
    def because(cls, code: str, message: str) -> Self:
        """One refusal, told at the field `file`."""
        error = cls([FieldFault("file", message)])
        error.code = code
        return error


class MemberError(Exception):
    """One file of the archive can't be read; the text says why."""


class Archive:
    """The archive's files by name. Nothing is ever written to a disk, so a name can lead nowhere."""

    def __init__(self, path: Path, limits: Limits = DEFAULT) -> None:
        """Open it. Raises `ExportError` for what is no zip, is damaged or would unpack to too much."""
        _look_at_directory(path, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            struct.error,
            UnicodeError,
        ) as error:
            raise _damaged() from error
        self._files = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        if _is_bomb(self._zip.infolist(), limits):
            self._zip.close()
            raise _too_large()

    def __enter__(self) -> Self:
        """The open archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._zip.close()

    def names(self) -> list[str]:
        """Every file's name, as it stands in the directory."""
        return list(self._files)

    def content(self, name: str, most: int) -> bytes | None:
        """The file's bytes; None if there is none of that name. Raises `MemberError` for one that can't be read."""
        info = self._files.get(name)
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise MemberError("it is locked by a password")
        if info.compress_type not in _KINDS:
            raise MemberError("it is packed in a way that Slack does not use")
        if info.file_size > most:
            raise MemberError(f"it is larger than {most:,} bytes")
        try:
            with self._zip.open(info) as file:
                content = file.read(most + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
            struct.error,
        ) as error:
            raise MemberError("it is damaged") from error
        if len(content) > most:
            raise MemberError(f"it is larger than {most:,} bytes")
        return content


def _look_at_directory(path: Path, limits: Limits) -> None:
    """Refuse a directory that takes too much memory to read: `zipfile` reads it whole, whatever it says."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise ExportError.because(
            "not_a_zip", "This is no zip file. Choose the file as Slack sent it, without unpacking it."
        )
    sizes = [struct.unpack_from("<L", tail, at + 12)[0]]
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0 and len(tail) >= wide + 56:
        sizes = [size for size in sizes if size != 0xFFFFFFFF] + [
            struct.unpack_from("<Q", tail, wide + 40)[0]
        ]
    if max(sizes) > limits.directory_bytes:
        raise _too_large()


def _is_bomb(infos: list[zipfile.ZipInfo], limits: Limits) -> bool:
    if len(infos) > limits.files or sum(info.file_size for info in infos) > limits.unpacked_bytes:
        return True
    large = (info for info in infos if info.file_size > _LARGE_BYTES)
    return any(info.file_size > limits.ratio * max(1, info.compress_size) for info in large)


def _damaged() -> ExportError:
    return ExportError.because("damaged", "The zip file is damaged. Download it from Slack again.")


def _too_large() -> ExportError:
    return ExportError.because(
        "too_large",
        "The file would unpack to more than can be imported at once. Export a shorter time from Slack.",
    )
