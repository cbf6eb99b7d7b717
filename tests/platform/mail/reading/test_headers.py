"""Header fields: decoded whatever they hold, and never more than what stands there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.shapes import Limits, Mailbox
from tests.platform.mail.reading.letters import mail


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),  # a character cut in two
        ("=?UTF-8*en?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("a =?utf-8?b?w7w?= b", "a ü b"),  # without its padding
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?q?Really??=", "Really?"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?zip?b?eJwDAAAAAAE=?=", "xœ"),  # no codec that unpacks
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("plain\r\n folded\r\n\tonce more", "plain folded once more"),
        ("=?utf-8?q?one=0D=0ABcc:_two?=", "one Bcc: two"),
        ("ev\u202eil\u200b", "evil"),
        ("=?iso-8859-1?q?=80_5?=", "€ 5"),  # Windows-1252, whatever it calls itself
        ("=?utf-8?q?=F0=9F=91=A9=E2=80=8D=F0=9F=92=BB?=", "👩‍💻"),
    ],
)
def test_subjects(written: str, read: str) -> None:
    assert read_mail(mail(f"Subject: {written}")).subject == read


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "gb18030", "iso-8859-2"])
def test_bytes_in_a_header_are_in_the_charset_of_the_text(charset: str) -> None:
    said = "Łódź" if charset == "iso-8859-2" else "Привет"
    header = (
        "Content-Type: text/plain; charset=" + charset,
        f"Subject: {said}",
        f"From: {said} <a@b.example>",
    )
    read = read_mail(mail(*header, charset=charset))
    assert (read.subject, read.sender) == (said, Mailbox(name=said, address="a@b.example"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Anna <a@b.example>", [("Anna", "a@b.example")]),
        ("a@b.example (Anna)", [("Anna", "a@b.example")]),
        ("<@hop.example,@two.example:a@b.example>", [("", "a@b.example")]),
        ('"a@b.example" <a@b.example>', [("", "a@b.example")]),
        ('"trusted@bank.example" <evil@x.example>', [("trusted@bank.example", "evil@x.example")]),
        ("'Anna' <a@b.example>", [("Anna", "a@b.example")]),
        ("=?utf-8?q?M=C3=BCller=2C_Anna?= <a@b.example>", [("Müller, Anna", "a@b.example")]),
        ('"=?utf-8?q?M=C3=BCller?=" <a@b.example>', [("Müller", "a@b.example")]),
        ("Anna a@b.example", [("Anna", "a@b.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("Anna <a@b.example", [("Anna", "a@b.example")]),
        ("jürgen@müller.example", [("", "jürgen@müller.example")]),
        ("undisclosed-recipients:;", []),
        ("nobody, <>, ,", []),
    ],
)
def test_addresses(written: str, read: list[tuple[str, str]]) -> None:
    got = read_mail(mail(f"To: {written}")).to
    assert [(who.name, who.address) for who in got] == read


def test_no_more_addresses_than_the_limit() -> None:
    read = read_mail(mail("To: " + ",".join(f"a{number}@b.example" for number in range(600))))
    assert len(read.to) == 500
    assert read.faults == ("To holds more than 500 addresses; the rest was left out",)


def test_the_sender_stands_in_for_a_missing_from() -> None:
    assert read_mail(mail("Sender: a@b.example")).sender == Mailbox(address="a@b.example")


@pytest.mark.parametrize(
    "written",
    ["Tue, 10 Nov 2026 10:12:41 +0100", "10 Nov 26 09:12:41 GMT", "Tue, 10 Nov 2026 09:12:41 -0000"],
)
def test_dates_are_in_utc(written: str) -> None:
    assert read_mail(mail(f"Date: {written}")).date == datetime(2026, 11, 10, 9, 12, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        *("yesterday", "", "Thu, 01 Jan 1970 00:00:00 +0000", "Tue, 10 Nov 2999 10:00:00 +0000"),
        *("Tue, 99 Nov 2026 10:12:41 +0100", "Tue, 10 Nov 2026 10:12:41 +9999999999999", "1" * 5000),
        *("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 1803 00:00:00 +2300"),
    ],
)
def test_absurd_dates_are_none(written: str) -> None:
    assert read_mail(mail(f"Date: {written}")).date is None


def test_a_server_knows_when_a_mail_without_a_date_came() -> None:
    received = "Received: from a by b; Tue, 10 Nov 2026 10:12:41 +0100"
    assert read_mail(mail("Date: soon", received)).date == datetime(2026, 11, 10, 9, 12, 41, tzinfo=UTC)


def test_references_keep_the_last_fifty() -> None:
    read = read_mail(mail("References: " + "\r\n ".join(f"<{number}@x.example>" for number in range(80))))
    assert read.references == tuple(f"{number}@x.example" for number in range(30, 80))


def test_ids_without_angle_brackets() -> None:
    read = read_mail(mail("Message-ID: bare@x.example", "References: one@x.example two@x.example"))
    assert (read.message_id, read.references) == ("bare@x.example", ("one@x.example", "two@x.example"))


def test_in_reply_to_may_be_chatty() -> None:
    read = read_mail(mail("In-Reply-To: Your message of Monday <1@x.example>"))
    assert read.in_reply_to == "1@x.example"


def test_a_google_archive_tells_labels_and_thread() -> None:
    read = read_mail(
        mail("X-GM-THRID: 1789012345678901234", "X-Gmail-Labels: =?utf-8?q?Wichtig,Gel=C3=B6scht,Inbox?=")
    )
    assert read.gmail_thread == "1789012345678901234"
    assert read.labels == ("Wichtig", "Gelöscht", "Inbox")


@pytest.mark.parametrize(
    ("header", "bulk", "automatic", "bounce"),
    [
        ("List-Unsubscribe: <https://x.example>", "List-Unsubscribe", "", ""),
        ("Precedence: Bulk", "Precedence: bulk", "", ""),
        ("Precedence: auto_reply", "", "Precedence: auto_reply", ""),
        ("Auto-Submitted: no", "", "", ""),
        ("Auto-Submitted: auto-replied; reason=vacation", "", "Auto-Submitted: auto-replied", ""),
        ("X-Autoreply: yes", "", "X-Autoreply", ""),
        ("X-Autoreply: no", "", "", ""),
        ("Return-Path: <>", "", "Return-Path: <>", ""),
        ("From: No Reply <no-reply@x.example>", "", "From: no-reply@x.example", ""),
        ("From: donotreply+77@x.example", "", "From: donotreply+77@x.example", ""),
        ("From: noreen@x.example", "", "", ""),
        ("X-Failed-Recipients: a@b.example", "", "X-Failed-Recipients", "X-Failed-Recipients"),
        ("Subject: Automatic reply: Undelivered mail", "", "", ""),
    ],
)
def test_what_a_header_says_about_the_mail(header: str, bulk: str, automatic: str, bounce: str) -> None:
    read = read_mail(mail(header))
    assert (read.why_bulk, read.why_automatic, read.why_bounce) == (bulk, automatic, bounce)


def test_a_read_receipt_is_automatic_and_no_bounce() -> None:
    read = read_mail(
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nRead.\n--b--"
    )
    assert (read.is_automatic, read.is_bounce, read.text) == (True, False, "Read.")


def test_a_header_too_long_is_cut() -> None:
    read = read_mail(mail("Subject: Hi", "X-Long: " + "a" * 5000, body="Text"), Limits(header_bytes=1000))
    assert (read.subject, read.text) == ("Hi", "Text")
    assert read.faults == ("the header is too long; its end was left out",)
