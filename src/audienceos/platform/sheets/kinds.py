"""Telling from a file's first bytes whether it can be a table, and saying what else it is."""

from __future__ import annotations

import re
from pathlib import Path

from audienceos.platform.sheets.shapes import Kind, Limits, SheetError

_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The entry that a password-protected workbook has in its container, where an old .xls has `Workbook`."""

_PRETENDERS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), what)
    for pattern, what in (
        (rb"%PDF-", "a PDF document"),
        (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM.{4}\0{4}|II\*\0|MM\0\*", "an image"),
        (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd", "a compressed archive"),
        (rb"\{\\rtf", "a text document (RTF)"),
        (rb"SQLite format 3\0", "a database file"),
        (rb"\x7fELF|MZ.{2}\0|\xca\xfe\xba\xbe", "a program"),
        (rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|table|meta|style|div)\b", "a web page (HTML)"),
        (rb"(\xef\xbb\xbf)?\s*<(\?xml|!--|[a-z][\w:.-]*[\s>])", "an XML document"),
        (rb"(\xef\xbb\xbf)?\s*(\{\s*(\"|\})|\[\s*[\{\[])", "a JSON document"),
    )
)


def kind_of(path: Path, limits: Limits) -> Kind:
    """Text or workbook, by what the file holds, never by its name. Raises `SheetError` for all else."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        most = limits.file_bytes // (1024 * 1024)
        raise SheetError.because(
            "too_large", f"The file is larger than {most} MB. Split it into smaller files and import each."
        )
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.removeprefix(b"\xef\xbb\xbf").strip() and size <= _HEAD_BYTES:
        raise SheetError.because("empty", "The file is empty. Choose a file with a header and rows below it.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook"
    if head.startswith(_OLE):
        raise _old_container(path)
    for pattern, what in _PRETENDERS:
        if pattern.match(head):
            raise SheetError.because(
                "not_a_table",
                f"This is {what}, not a table. Export the list as CSV or .xlsx and choose that file.",
            )
    return "text"


def _old_container(path: Path) -> SheetError:
    """An encrypted workbook and an old .xls come in the same container. The file fits in its size limit."""
    if _ENCRYPTED in path.read_bytes():
        return SheetError.because(
            "password",
            "The workbook is protected by a password. Save a copy without the password and import that.",
        )
    return SheetError.because(
        "not_a_table",
        "This is a file of an old Office program (such as .xls). Open it and save it as .xlsx or CSV.",
    )
