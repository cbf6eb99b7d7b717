"""Archives of mails: each mail as it was, whatever stands between, and no more memory than one mail takes."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.mbox import letters_of
from audienceos.platform.mail.reading.shapes import Fault
from tests.platform.mail.reading.letters import SAMPLES

GOOGLES = b"From 1789012345678901234@xxx Mon Nov 16 14:00:00 +0000 2026\r\n"
UNIX = b"From mara@agency.example Mon Nov 16 14:00:00 2026\n"
THUNDERBIRDS = b"From - Mon Nov 16 14:00:00 2026\n"


def _read(archive: bytes, most: int = 10_000_000) -> list[bytes | Fault]:
    return list(letters_of(io.BytesIO(archive), most))


@pytest.mark.parametrize("parting", [GOOGLES, UNIX, THUNDERBIRDS])
def test_mails_are_parted(parting: bytes) -> None:
    archive = parting + b"Subject: One\n\nFirst\n\n" + parting + b"Subject: Two\n\nSecond\n"
    assert _read(archive) == [b"Subject: One\n\nFirst\n", b"Subject: Two\n\nSecond\n"]


def test_a_google_archive_tells_labels() -> None:
    archive = GOOGLES + b"X-GM-THRID: 17\r\nX-Gmail-Labels: Inbox,Opened\r\nSubject: Hi\r\n\r\nText\r\n\r\n"
    (raw,) = _read(archive)
    assert isinstance(raw, bytes)
    read = read_mail(raw)
    assert (read.gmail_thread, read.labels, read.subject) == ("17", ("Inbox", "Opened"), "Hi")


@pytest.mark.parametrize(
    "line",
    [
        b"From here on it was easy.",
        b"From Monday on we are closed, see you in 2027",
        b"From mara@agency.example Mon Nov 16 14:00:00 2026",  # and no header behind it
    ],
)
def test_a_sentence_that_begins_with_from_stays(line: bytes) -> None:
    mail = b"Subject: Hi\n\nText\n\n" + line + b"\nand so on\n"
    assert _read(UNIX + mail) == [mail]


def test_from_without_an_empty_line_above_stays() -> None:
    mail = b"Subject: Hi\n\nText\n" + UNIX + b"To: nobody\n"
    assert _read(UNIX + mail) == [mail]


def test_marked_lines_lose_one_mark() -> None:
    mail = b"Subject: Hi\n\n>From here\n>>From there\n> From\n"
    assert _read(UNIX + mail) == [b"Subject: Hi\n\nFrom here\n>From there\n> From\n"]


def test_a_mail_of_nothing_but_a_header_is_a_mail() -> None:
    archive = UNIX + b"Subject: One\n\nFirst\n\n" + UNIX + b"X:\n\n" + UNIX + b"Subject: Two\n\n"
    assert _read(archive) == [b"Subject: One\n\nFirst\n", b"X:\n", b"Subject: Two\n"]


def test_a_mail_too_large_is_told_and_the_next_is_read() -> None:
    archive = (
        UNIX
        + b"Subject: One\n\nFirst\n\n"
        + UNIX
        + b"Subject: Big\n\n"
        + b"x" * 3000
        + b"\n\n"
        + UNIX
        + b"Subject: Two\n"
    )
    first, second, third = _read(archive, 1000)
    assert second == Fault(offset=archive.index(UNIX, 10), reason="the mail is larger than 1,000 bytes")
    assert (first, third) == (b"Subject: One\n\nFirst\n", b"Subject: Two\n")


def test_what_stands_before_the_first_mail_is_told() -> None:
    fault, mail = _read(b"Exported by me\n\n" + UNIX + b"Subject: One\n")
    assert fault == Fault(offset=0, reason="what stands before the first mail is no mail")
    assert mail == b"Subject: One\n"


def test_a_single_mail_without_a_parting_line_is_read() -> None:
    assert _read(b"Subject: One\n\nFirst\n") == [b"Subject: One\n\nFirst\n"]


@pytest.mark.parametrize("archive", [b"", b"\n\n\n", b"\r\n"])
def test_an_empty_archive_holds_nothing(archive: bytes) -> None:
    assert _read(archive) == []


def test_every_sample_comes_back() -> None:
    mails = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))]
    archive = b"".join(GOOGLES + mail + b"\r\n" * (1 if mail.endswith(b"\n") else 2) for mail in mails)
    got = [raw for raw in _read(archive) if isinstance(raw, bytes)]
    assert [raw.rstrip() for raw in got] == [mail.rstrip() for mail in mails]


class _Endless(io.RawIOBase):
    """A file of a given size that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        piece = next(self._pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    "piece", [UNIX + b"Subject: Hi\n\n" + (b"text " * 200 + b"\n") * 5 + b"\n", b"x" * 8000]
)
def test_memory_is_that_of_one_mail(piece: bytes) -> None:
    file = io.BufferedReader(_Endless(piece for _ in range(2500)))
    tracemalloc.start()
    count = sum(1 for _ in letters_of(file, 100_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count in (1, 2500)
    assert peak < 2_000_000


_BODY_LINES = st.lists(
    st.sampled_from(
        [
            b"",
            b"From here",
            b">From a",
            b">>From b",
            b"> From",
            UNIX[:-1],
            b"Text",
            b"To: x",
            b"\xff\x00",
            b"\r",
        ]
    )
)


@settings(max_examples=150)
@given(st.lists(_BODY_LINES, min_size=1, max_size=5))
def test_what_a_careful_program_writes_is_read_back(bodies: list[list[bytes]]) -> None:
    mails = [b"\n".join([b"Subject: x", b"", *lines, b"."]) + b"\n" for lines in bodies]
    marked = [re.sub(rb"(?m)^(>*From )", rb">\1", mail) for mail in mails]
    assert _read(b"".join(UNIX + mail + b"\n" for mail in marked)) == mails


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([UNIX, GOOGLES, b"\n", b"\r\n", b"A: x\n", b"From ", b"\xff", b"\r"])).map(
        b"".join
    )
)
def test_any_bytes_are_an_archive(archive: bytes) -> None:
    got = _read(archive, 60)
    assert sum(len(raw) for raw in got if isinstance(raw, bytes)) <= len(archive)
    assert all(len(raw) <= 60 for raw in got if isinstance(raw, bytes))
