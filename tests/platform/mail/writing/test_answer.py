"""Answers: in the right thread, to the right people, and nothing that somebody typed becomes a field of its own."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audienceos.platform.errors import Invalid
from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.quoted import fold
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.reading.words import one_line
from audienceos.platform.mail.writing.answer import Answered, reply_mail
from audienceos.platform.mail.writing.headers import needs_smtputf8, subject_of_answer

MARA = Mailbox(name="Mara Lindt", address="mara@agency.example")
DANA = Mailbox(name="Dana O'Neill", address="dana@harbor.example")
ASKED = Answered(
    message_id="2@harbor.example",
    references=("1@agency.example",),
    subject="Landing page",
    sender=DANA,
    date=datetime(2026, 11, 16, 14, 0, tzinfo=UTC),
    text="Is it done?\n\n> Soon.",
)
NOW = datetime(2026, 11, 17, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def _written(**changed: Any) -> bytes:
    given: dict[str, Any] = {
        "answered": ASKED,
        "sender": MARA,
        "to": [DANA],
        "text": "It is.",
        "message_id": "3@agency.example",
        "date": NOW,
    }
    return reply_mail(**(given | changed))


def test_an_answer_as_it_is_sent() -> None:
    assert _written(cc=[Mailbox(address="jonas@agency.example")]).decode().split("\r\n") == [
        "From: Mara Lindt <mara@agency.example>",
        "To: Dana O'Neill <dana@harbor.example>",
        "Cc: jonas@agency.example",
        "Subject: Re: Landing page",
        "Date: Tue, 17 Nov 2026 08:30:00 +0000",
        "Message-ID: <3@agency.example>",
        "In-Reply-To: <2@harbor.example>",
        "References: <1@agency.example>",
        " <2@harbor.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "It is.",
        "",
    ]


def test_history_is_quoted_when_asked() -> None:
    read = read_mail(_written(quotes=True))
    assert read.text == (
        "It is.\n\nOn 16 November 2026 at 14:00 UTC, Dana O'Neill wrote:\n\n> Is it done?\n>\n>> Soon."
    )
    assert fold(read.text).said == "It is.\n\n"


def test_history_without_date_or_sender_is_still_quoted() -> None:
    text = read_mail(_written(answered=Answered(text="Hi"), quotes=True)).text
    assert text == "It is.\n\nthey wrote:\n\n> Hi"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Landing page", "Re: Landing page"),
        ("Re: Landing page", "Re: Landing page"),
        ("RE: AW: Re[2]: re : SV: Page", "Re: Page"),
        ("Fwd: Page", "Re: Fwd: Page"),
        ("Re: Fwd: Re: Page", "Re: Fwd: Re: Page"),
        ("Recap: Page", "Re: Recap: Page"),
        ("回复：预算", "Re: 预算"),
        ("", "Re:"),
        ("Page\r\nBcc: evil@x.example", "Re: Page Bcc: evil@x.example"),
    ],
)
def test_there_is_exactly_one_re(asked: str, answer: str) -> None:
    assert subject_of_answer(asked) == answer
    assert read_mail(_written(answered=Answered(subject=asked))).subject == answer


def test_a_mail_without_references_is_followed_by_what_it_answered() -> None:
    read = read_mail(_written(answered=Answered(message_id="2@x.example", in_reply_to="1@x.example")))
    assert read.references == ("1@x.example", "2@x.example")


def test_a_mail_without_an_id_begins_no_thread() -> None:
    read = read_mail(_written(answered=Answered(references=("1@x.example",))))
    assert (read.in_reply_to, read.references) == ("", ())


def test_a_long_thread_keeps_its_first_and_its_last_mails() -> None:
    many = tuple(f"{number}@x.example" for number in range(50))
    read = read_mail(_written(answered=Answered(message_id="last@x.example", references=many)))
    assert read.references == ("0@x.example", *many[-18:], "last@x.example")


def test_ids_that_no_mail_can_have_are_left_out() -> None:
    wrong = ("a b@x", "c@x>\r\nBcc: <d@x", "ü@x.example", "ok@x.example")
    assert read_mail(_written(answered=Answered(message_id="2@x.example", references=wrong))).references == (
        "ok@x.example",
        "2@x.example",
    )


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("kim@müller.example", b"<kim@xn--mller-kva.example>"),
        ("kim@faß.example", b"<kim@xn--fa-hia.example>"),
        ("kim@例え.example", b"<kim@xn--r8jz45g.example>"),
        ("jürgen@müller.example", "<jürgen@xn--mller-kva.example>".encode()),
        ("a..b.@docomo.example", b'<"a..b."@docomo.example>'),
    ],
)
def test_addresses_beyond_ascii(address: str, written: bytes) -> None:
    assert written in _written(to=[Mailbox(name="Kim", address=address)])


def test_only_a_local_part_needs_smtputf8() -> None:
    assert not needs_smtputf8([DANA, Mailbox(address="kim@müller.example")])
    assert needs_smtputf8([DANA, Mailbox(address="jürgen@müller.example")])


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "nobody",
            "@x.example",
            "a@",
            "a b@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "a@b@x.example",
        ),
        *(
            "a\r\nBcc: b@x.example",
            "a,b@x.example",
            "<a@x.example>",
            "a@x..example",
            "a@-x.example",
            "a@x y.example",
        ),
        *(
            "a" * 65 + "@x.example",
            "a@" + "x." * 130 + "example",
            "a\x00@x.example",
            'a"b@x.example',
            "a\ud800@x.example",
        ),
    ],
)
@pytest.mark.parametrize("field", ["to", "cc"])
def test_what_is_no_address_is_refused(address: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _written(**{field: [Mailbox(address=address)]})
    assert [fault.field for fault in refused.value.faults] == [field]


def test_an_answer_to_nobody_is_refused() -> None:
    with pytest.raises(Invalid):
        _written(to=[])


@pytest.mark.parametrize(
    "changed", [{"message_id": "none"}, {"message_id": "a@b\r\nBcc: x"}, {"date": datetime(2026, 1, 1)}]
)
def test_what_only_a_program_can_get_wrong(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        _written(**changed)


def test_lines_are_short_and_no_line_begins_a_mail() -> None:
    raw = _written(text="From here\n.\n" + "wörd " * 400 + "\n" + "x" * 5000)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\r\nFrom " not in raw
    assert read_mail(raw).text.startswith("From here\n.\nwörd wörd")


_NAMES = ["FROM", "TO", "CC", "SUBJECT", "DATE", "MESSAGE-ID", "IN-REPLY-TO", "REFERENCES", "MIME-VERSION"]
_TEXTS = st.text(max_size=60) | st.sampled_from(
    [
        "a\r\nBcc: x@y.example",
        "Müller, Anna",
        'A "quote" \\',
        "=?utf-8?q?x?=",
        "a@b.example",
        "x" * 500,
        "ü" * 300,
        "<>",
        "(c)",
        "a\x00b",
    ]
)


@settings(max_examples=200)
@given(_TEXTS, _TEXTS, _TEXTS, st.text(max_size=300))
@example("\r\n\r\nbody", "\u2028Bcc: a", "\x85Bcc: a", "\r.\r\n")
def test_nothing_typed_leaves_its_place(name: str, subject: str, reference: str, text: str) -> None:
    sender = Mailbox(name=name, address="a@b.example")
    answered = Answered(
        message_id="2@x.example", subject=subject, references=(reference,), sender=sender, text=text
    )
    raw = _written(answered=answered, sender=sender, to=[sender], cc=[sender], text=text, quotes=True)
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    fields = [field.upper() for field in parsed]
    assert fields == [*_NAMES, "CONTENT-TYPE", "CONTENT-TRANSFER-ENCODING"]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    read = read_mail(raw)
    assert [who.address for who in (*read.to, *read.cc)] == ["a@b.example"] * 2
    shown = one_line(name, 200)
    assert read.to[0].name == ("" if shown == "a@b.example" else shown) or shown[:1] in ("'", '"')
    assert read.subject == subject_of_answer(subject)
