"""Whatever the bytes: a letter comes out, and what is in it can be kept and shown."""

from __future__ import annotations

import re

from hypothesis import example, given, settings

from audienceos.platform.mail.reading.letter import part_of, read_mail
from tests.platform.mail.reading.mangling import mangled

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202e]")
_UNKEPT = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def looked_through(raw: bytes) -> None:
    """Read the mail and hold it to all that is promised of any."""
    read = read_mail(raw)
    people = [who for who in (read.sender, *read.reply_to, *read.to, *read.cc) if who is not None]
    files = [text for file in read.attachments for text in (file.name, file.media_type, file.content_id)]
    lines = [read.subject, read.message_id, read.in_reply_to, *read.references, *read.labels, *files]
    for text in (*lines, *(text for who in people for text in (who.name, who.address))):
        assert not _CONTROL.search(text)
    assert not _UNKEPT.search(read.text + (read.html or ""))
    assert all(file.name and "/" not in file.name and "\\" not in file.name for file in read.attachments)
    assert all(" " not in who.address for who in people)
    assert read.date is None or read.date.utcoffset() is not None
    for file in read.attachments:
        assert len(part_of(raw, file.part)) == file.size


@settings(max_examples=150)
@given(mangled)
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b--")
@example(b"Date: " + b"9" * 6000)
@example(b"To: " + b"(" * 3000)
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    looked_through(raw)
