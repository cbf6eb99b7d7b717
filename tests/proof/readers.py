"""What the long fuzz of the readers makes and reads, and the bombs: the worst input of each kind that we know."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.mbox import letters_of
from audienceos.platform.mail.reading.plain import plain_text
from audienceos.platform.mail.reading.quoted import fold
from audienceos.platform.mail.reading.safe_html import clean
from audienceos.providers.slack import markup as slack_markup
from audienceos.providers.slack.shapes import Said
from audienceos.providers.slack.wire import said_of_event
from tests.platform.mail.reading.mangling import mangled
from tests.platform.mail.reading.test_safe_html import ATTACKS, checked

_MB = 1_000_000
_TAGS = "<p> </p> <b> </b> <table> <tr> <td> </td> </table> <div> </div> <ul> <li> </ul> <a <!-- --> <script> </script> & ' > ="

markup = st.lists(st.sampled_from([*ATTACKS, *_TAGS.split()]) | st.text(max_size=6), max_size=80).map("".join)
texts = st.lists(
    st.sampled_from(["On 1 Nov 2026 A wrote:", "> a", "-- ", "From: A", "Sent: B", "To: C"]) | st.text(),
    max_size=80,
).map("\n".join)
archives = st.lists(mangled | st.just(b"\nFrom - Mon Nov 16 14:00:00 2026\n"), max_size=12).map(b"".join)
_KEYS = st.sampled_from(
    [
        "type",
        "subtype",
        "channel",
        "ts",
        "text",
        "user",
        "message",
        "files",
        "blocks",
        "elements",
        "attachments",
        "edited",
        "thread_ts",
    ]
)
_ATOMS = (
    st.none()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["message", "message_changed", "C1", "1794838403.000200"])
)
events = st.recursive(_ATOMS, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner), max_leaves=60)


def cleaned(source: str) -> None:
    """HTML is clean and readable as text."""
    checked(clean(source, remote=True).html)
    plain_text(source, _MB)


def folded(text: str) -> None:
    """A folded text is whole."""
    assert fold(text).whole == text


def walked(archive: bytes) -> None:
    """An archive is walked to its end, its mails are read."""
    for raw in letters_of(io.BytesIO(archive)):
        if isinstance(raw, bytes):
            read_mail(raw)


def said(event: Any) -> None:
    """An event is read or skipped, its text is readable."""
    read = said_of_event(event)
    if isinstance(read, Said):
        slack_markup.plain_text(read.text, {})


def set_off(what: str) -> None:
    """Every bomb of one kind."""
    made, read = _BOMBS[what]
    for bomb in made():
        read(bomb)


def _mails() -> Iterator[bytes]:
    parts = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000)
    )
    yield b"Subject: " + b"a" * (20 * _MB)
    yield b"".join(b"X-%d: y\r\n" % number for number in range(_MB)) + b"\r\nhi"
    yield b"Subject: a\r\n" + b" b\r\n" * (4 * _MB) + b"\r\nhi"
    yield nested
    yield nested + b"hi" + b"".join(b"\r\n--b%d--\r\n" % number for number in range(9_999, -1, -1))
    yield parts + b"--b\r\n\r\nhello\r\n" * 10_000 + b"--b--"
    yield (parts + b"--b\r\n") * 200_000
    yield parts + b"--b x\r\n" * (2 * _MB)
    yield b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"-" * (20 * _MB)
    yield parts + (b"--b\r\n\r\n" + bytes(range(128, 256)) * 100 + b"\r\n") * 1000 + b"--b--"
    for piece in (
        b"<",
        b"(",
        b'"',
        b"a",
        b"a@",
        b":",
        b",",
        b"a@b,",
        b"\\",
        b"<a@b>",
        b"=?a?q?",
        b"=?utf-8?q?=C3?= ",
    ):
        field = piece * (60_000 // len(piece))
        yield (
            b"To: "
            + field
            + b"\r\nSubject: "
            + field
            + b"\r\nReferences: "
            + field
            + b"\r\nContent-Type: x/y; "
            + field
        )


def _bodies() -> Iterator[bytes]:
    for piece in (
        b"hello world\r\n",
        b"a",
        b"\r\n",
        b"\r",
        b"\n\r",
        b"\0",
        bytes(range(128, 256)),
        b"\x1b$B",
        b" ",
    ):
        yield b"From: a@b.example\r\n\r\n" + piece * (20 * _MB // len(piece))
    code = base64.encodebytes(b"x" * (14 * _MB))
    for encoding, content in (
        (b"base64", code),
        (b"quoted-printable", b"=C3=BC" * (3 * _MB)),
        (b"quoted-printable", b" " * (20 * _MB) + b"x"),
    ):
        for kind in (b"text/plain", b"application/pdf"):
            yield (
                b"Content-Type: "
                + kind
                + b"\r\nContent-Transfer-Encoding: "
                + encoding
                + b"\r\n\r\n"
                + content
            )


def _html() -> Iterator[str]:
    pieces = "<div> <b> <p><b> <a <a< <a= < <!-- </p> <br> <table> <table><tr><td> <ul><li> <script> & &#x <p>a <td>x <h1>"
    more = [
        "<a b='",
        "<table>x",
        "<font size=1><p>",
        "<img src=https://x/y>",
        "<a/ ",
        "&#9999999999",
        "<b><i><u><s><em>x<p>",
        "<dd><dt>",
    ]
    for piece in [*pieces.split(" "), *more]:
        yield piece * (_MB // len(piece))
    marked = "".join(f"<b lang=a{chr(97 + n % 26)}{chr(97 + n // 26)}>" for n in range(140))
    yield f"<p>{marked}" + "<p>x</p>" * 100_000
    yield f"<table>{marked}" + "<tr><td></td></tr>x" * 50_000
    yield f"<ul><li>{marked}" + "<li>x" * 100_000
    yield f"<h1>{marked}" + "<h2>x</h2>" * 80_000
    yield "<a" + " " * _MB + "="


def _texts() -> Iterator[str]:
    lines = [
        "On 1 Nov 2026 A",
        "On 1 wrote:",
        "> a",
        "-- ",
        "",
        "From: A\nDate: x",
        "Am 1 " + "a " * 190,
        "A 1 " + "schrieb am " * 30,
    ]
    for line in lines:
        yield f"{line}\n" * (_MB // (len(line) + 1))


def _markup() -> Iterator[str]:
    for piece in (
        "<",
        "`",
        "```",
        "*",
        "* ",
        "*a ",
        "_a",
        "~",
        ":",
        ":a",
        "<@U1>",
        "<https://x|y>",
        "&amp;",
        "\n",
        "<!",
        "*a*",
    ):
        yield piece * (100_000 // len(piece))


def _cleaned(source: str) -> None:
    clean(source, remote=True)
    plain_text(source, _MB)


_BOMBS: dict[str, tuple[Callable[[], Iterator[Any]], Callable[[Any], object]]] = {
    "mails": (_mails, read_mail),
    "bodies": (_bodies, read_mail),
    "html": (_html, _cleaned),
    "texts": (_texts, folded),
    "markup": (_markup, lambda text: slack_markup.plain_text(text, {})),
}
