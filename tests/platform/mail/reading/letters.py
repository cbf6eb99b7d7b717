"""Mails for the tests: samples written after what mail programs send, and small ones put together in place."""

from __future__ import annotations

from pathlib import Path

from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.shapes import Letter

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    """A sample's bytes, by its file's name."""
    return (SAMPLES / f"{name}.eml").read_bytes()


def letter(name: str) -> Letter:
    """A sample, read."""
    return read_mail(sample(name))


def mail(*header: str, body: str = "", charset: str = "utf-8") -> bytes:
    """A mail of these header lines."""
    return "\r\n".join([*header, "", body]).encode(charset)


def in_parts(*parts: str, kind: str = "mixed") -> bytes:
    """A mail in parts; each part is its header, an empty line and its body."""
    pieces = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b\r\n\r\n{pieces}--b--\r\n".encode()
