"""Parts, transfer encodings and bodies: what is broken is read as far as it goes, and said."""

from __future__ import annotations

import base64

import pytest

from audienceos.platform.mail.reading.letter import part_of, read_mail
from audienceos.platform.mail.reading.shapes import Limits
from tests.platform.mail.reading.letters import in_parts, mail

PDF = "Content-Type: application/pdf\r\n"
NAMED = 'Content-Disposition: attachment; filename="{name}"\r\n\r\nx'


def test_a_mail_without_parts_is_part_one() -> None:
    assert part_of(mail("Subject: Hi", body="Text"), "1") == b"Text"


@pytest.mark.parametrize("number", ["", "0", "1", "1.1.1", "1.3", "3", "../2", "9" * 5000])
def test_a_part_that_is_not_there(number: str) -> None:
    raw = in_parts(
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nA\r\n--c\r\n\r\nB\r\n--c--",
        PDF + "\r\nC",
    )
    assert [part_of(raw, known) for known in ("1.1", "1.2", "2")] == [b"A", b"B", b"C"]
    with pytest.raises(LookupError):
        part_of(raw, number)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_end(end: str) -> None:
    raw = in_parts("\r\nOne\r\nTwo", PDF + "\r\nC").replace(b"\r\n", end.encode())
    read = read_mail(b"Subject: Hi" + end.encode() + raw)
    assert (read.subject, read.text.replace("\n\n", "\n")) == ("Hi", "One\nTwo")
    assert [file.part for file in read.attachments] == ["2"]


def test_a_missing_last_boundary_is_forgiven() -> None:
    read = read_mail(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n--b\nContent-Type: image/png\n\nabc"
    )
    assert read.text == "Text"
    assert read.attachments[0].size == 3
    assert read.faults == ("the last part has no end",)


def test_a_boundary_that_begins_another_is_no_boundary_of_it() -> None:
    inner = 'Content-Type: multipart/alternative; boundary="bb"\r\n\r\n--bb\r\n\r\nInner\r\n--bb--'
    assert read_mail(in_parts(inner, "\r\nOuter")).text == "Inner\nOuter"


@pytest.mark.parametrize(
    "header", ["multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=z"]
)
def test_parts_without_a_boundary_are_shown_as_they_stand(header: str) -> None:
    read = read_mail(f"Content-Type: {header}\n\n--b\n\nText\n--b--".encode())
    assert read.text == "--b\n\nText\n--b--"
    assert len(read.faults) == 1


def test_text_and_html_one_below_the_other_are_both_there() -> None:
    read = read_mail(in_parts("Content-Type: text/html\r\n\r\n<p>Offer</p>", "\r\nA footer with <angles>"))
    assert read.text == "Offer\n\nA footer with <angles>"
    assert read.html == "<p>Offer</p>\n<pre>A footer with &lt;angles&gt;</pre>"


def test_of_alternatives_the_plain_text_is_the_text() -> None:
    read = read_mail(in_parts("\r\nPlain", "Content-Type: text/html\r\n\r\n<p>Rich</p>", kind="alternative"))
    assert (read.text, read.html) == ("Plain", "<p>Rich</p>")


def test_an_empty_alternative_says_nothing() -> None:
    read = read_mail(in_parts("\r\n \r\n", "Content-Type: text/html\r\n\r\n<p>Rich</p>", kind="alternative"))
    assert read.text == "Rich"


def test_a_text_file_is_attached_and_not_read() -> None:
    read = read_mail(in_parts("\r\nHello", 'Content-Type: text/plain; name="log.txt"\r\n\r\nline'))
    assert (read.text, [file.name for file in read.attachments]) == ("Hello", ["log.txt"])


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\\Windows\\evil.exe", "evil.exe"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("..", "part-2.pdf"),
        (".htaccess", "htaccess"),
        ("a\tb\x00.pdf", "a b .pdf"),
        ("=?utf-8?q?=C3=BC.pdf?=", "ü.pdf"),
        ("", "part-2.pdf"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_file_names_are_harmless(stated: str, shown: str) -> None:
    read = read_mail(in_parts("\r\nHello", PDF + NAMED.format(name=stated)))
    assert read.attachments[0].name == shown


@pytest.mark.parametrize(
    ("disposition", "link", "is_inline"),
    [
        ("inline", "", False),  # as Apple Mail calls every document
        ("attachment", "<img src='cid:logo%40x'>", True),
        ("inline", "<img src='cid:logo@x'>", True),
        ("inline", "<img src='cid:other@x'>", False),
    ],
)
def test_what_the_html_shows_is_inline(disposition: str, link: str, is_inline: bool) -> None:
    picture = (
        f"Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: {disposition}\r\n\r\nx"
    )
    read = read_mail(in_parts(f"Content-Type: text/html\r\n\r\n<p>Hi</p>{link}", picture))
    assert [file.is_inline for file in read.attachments] == [is_inline]


def test_the_coded_name_wins_over_the_plain_one() -> None:
    part = (
        PDF
        + "Content-Disposition: attachment; filename=\"Rechnung?.pdf\"; filename*=utf-8''R%C3%BCck.pdf\r\n\r\nx"
    )
    assert read_mail(in_parts(part)).attachments[0].name == "Rück.pdf"


@pytest.mark.parametrize(
    ("code", "decoded"),
    [
        ("SGVsbG8=", b"Hello"),
        ("SGVsbG8", b"Hello"),
        ("SGVs\r\nbG8=\r\n", b"Hello"),
        ("SG!Vs bG*8=", b"Hello"),
        ("SGVsbG8=garbage", b"Hello"),
        ("SGVsbG8hX", b"Hello!"),
        ("=", b""),
        ("", b""),
    ],
)
def test_broken_base64(code: str, decoded: bytes) -> None:
    raw = mail("Content-Type: image/png", "Content-Transfer-Encoding: BASE64 ", body=code)
    assert part_of(raw, "1") == decoded
    assert read_mail(raw).attachments[0].size == len(decoded)


def test_a_long_base64_part_is_the_same_in_pieces() -> None:
    content = bytes(range(256)) * 12_000
    raw = mail(
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        body=base64.encodebytes(content).decode(),
    )
    assert part_of(raw, "1") == content


@pytest.mark.parametrize(
    ("code", "decoded"),
    [
        ("caf=C3=A9", "café"),
        ("a=\r\nb", "ab"),
        ("a=  \r\nb", "ab"),
        ("a=XZ", "a=XZ"),
        ("end=", "end"),
        ("a \t\r\nb", "a\nb"),
    ],
)
def test_broken_quoted_printable(code: str, decoded: str) -> None:
    assert read_mail(mail("Content-Transfer-Encoding: quoted-printable", body=code)).text == decoded


def test_a_long_line_of_quoted_printable_is_the_same_in_pieces() -> None:
    raw = mail(
        "Content-Type: image/png", "Content-Transfer-Encoding: quoted-printable", body="=C3=BC" * 700_000
    )
    assert part_of(raw, "1") == "ü".encode() * 700_000


def test_nothing_that_no_database_keeps_is_in_a_text() -> None:
    assert read_mail(b"\n" + b"a\x00b\x07c\td\xed\xa0\x80").text.startswith("abc\td")
    assert "\ud800" not in read_mail(mail("Content-Type: text/plain; charset=utf-7", body="x+2AA-y")).text


def test_too_many_parts_are_left_out() -> None:
    read = read_mail(in_parts(*["\r\nx"] * 30), Limits(parts=10))
    assert read.text == "\n".join("x" * 10)
    assert read.faults == ("there are more than 10 parts; the rest was left out",)


def test_a_long_text_is_cut() -> None:
    read = read_mail(mail(body="word " * 1000), Limits(text_chars=100))
    assert len(read.text) == 100
    assert read.faults == ("part 1 is too long; its end was left out",)


def test_html_is_cut_by_bytes() -> None:
    read = read_mail(mail("Content-Type: text/html", body="ü" * 1000), Limits(html_bytes=100))
    assert read.html == "ü" * 50


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b"\0", b":", b" ", b"--", b"just a text", b"one\ntwo\n\nthree"]
)
def test_what_is_hardly_a_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read_mail(raw).text == raw.replace(b"\0", b"").decode().strip("\r\n")
