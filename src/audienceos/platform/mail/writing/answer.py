"""An answer to a mail, as bytes that any server takes: to whom, in which thread, with what was answered below."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

import msgspec

from audienceos.platform.errors import Invalid
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.writing.headers import (
    ids_field,
    is_message_id,
    people_field,
    subject_of_answer,
    text_field,
)

_HISTORY_CHARS = 100_000
_UNSENT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\u2028|\u2029|\x85|\x0b|\x0c")
_FROM_LINE: Final = re.compile(rb"(?m)^From ")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The mail that is answered, as it was read. Ids are without angle brackets."""

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Mailbox | None = None
    date: datetime | None = None
    text: str = ""


def reply_mail(
    *,
    answered: Answered,
    sender: Mailbox,
    to: Sequence[Mailbox],
    cc: Sequence[Mailbox] = (),
    text: str,
    message_id: str,
    date: datetime,
    quotes: bool = False,
) -> bytes:
    """The answer, complete but for what servers add. `quotes` puts the answered text below, marked and announced.

    Whatever names, subject and ids hold, each stays within its own field. A local part beyond ASCII is written in
    UTF-8 (`needs_smtputf8`), a domain always in ASCII. Raises `Invalid` at `to`, `cc` or `from` for what is no
    address and at `to` when there is nobody, `ValueError` for a `message_id` that is none or a `date` without zone.
    """
    if not is_message_id(message_id) or date.tzinfo is None:
        raise ValueError("an answer needs a message id and a date with its zone")
    if not to:
        raise Invalid.at("to", "Choose somebody to send this to.")
    header = (
        people_field("From", [sender])
        + people_field("To", to)
        + people_field("Cc", cc)
        + text_field("Subject", subject_of_answer(answered.subject))
        + f"Date: {format_datetime(date.astimezone(UTC))}\r\n"
        + ids_field("Message-ID", [message_id])
        + ids_field("In-Reply-To", [answered.message_id])
        + ids_field("References", _references(answered))
        + "MIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n"
        + "Content-Transfer-Encoding: quoted-printable\r\n"
    )
    body = _clean(text).rstrip("\n") + "\n"
    return header.encode() + b"\r\n" + _packed(body + (_history(answered) if quotes else ""))


def _references(answered: Answered) -> list[str]:
    """The parent's references and the parent; where it has none, what it answered (RFC 5322, 3.6.4)."""
    if not answered.message_id:
        return []
    before = answered.references or ((answered.in_reply_to,) if answered.in_reply_to else ())
    return [*(known for known in before if known != answered.message_id), answered.message_id]


def _history(answered: Answered) -> str:
    text = _clean(answered.text)[:_HISTORY_CHARS].strip("\n")
    if not text:
        return ""
    name = " ".join((answered.sender.name or answered.sender.address).split()) if answered.sender else "they"
    when = f"On {answered.date.astimezone(UTC):%d %B %Y at %H:%M} UTC, " if answered.date else ""
    lines = (f">{line}" if line.startswith(">") or not line else f"> {line}" for line in text.split("\n"))
    return f"\n{when}{name} wrote:\n\n" + "\n".join(lines) + "\n"


def _clean(text: str) -> str:
    return _UNSENT.sub("", _LINE_ENDS.sub("\n", text))


def _packed(text: str) -> bytes:
    """Quoted-printable: lines of at most 76 characters, none that an archive would take for the next mail."""
    packed = binascii.b2a_qp(text.encode(), istext=True)
    return _FROM_LINE.sub(b"=46rom ", packed).replace(b"\n", b"\r\n")
