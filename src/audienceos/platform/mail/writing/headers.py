"""Header fields, written: on lines of a sane length, decoded alike everywhere, and never two where one was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.header import Header
from typing import Final

import idna

from audienceos.platform.errors import Invalid
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.reading.words import one_line

_SUBJECT_CHARS, _NAME_CHARS, _LOCAL_BYTES, _ADDRESS_BYTES = (
    900,
    200,
    64,
    254,
)  # the last two: RFC 5321, 4.5.3.1
_LINE = 76
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_TEXT: Final = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\ud7ff\uf900-\ufffd\U00010000-\U0010fffd-"
_LOCAL: Final = re.compile(rf'[{_TEXT}.]+|"[{_TEXT}. ]+"')
_DOTTED: Final = re.compile(rf"[{_TEXT}]+(?:\.[{_TEXT}]+)*")
"""Some providers give out addresses with two dots in a row or one at the end; those are written in quotes."""
_ANSWERED: Final = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|rif|r|res|ref|odp|回复|答复|返信)\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]\s*",
    re.IGNORECASE,
)
_ID: Final = re.compile(r"[!-;=?-~]{1,200}@[!-;=?-~]{1,200}|[!-;=?-~]{3,250}")
_REFERENCES = 20
"""RFC 5322 sets no limit, but a line of all mails of a long thread breaks servers: the first and the last are kept."""


def subject_of_answer(subject: str) -> str:
    """The subject with exactly one `Re:` before it, whatever mail programs of other languages put there."""
    rest = one_line(subject, 4 * _SUBJECT_CHARS)
    while found := _ANSWERED.match(rest):
        rest = rest[found.end() :]
    return f"Re: {rest}"[:_SUBJECT_CHARS].strip()


def text_field(name: str, text: str) -> str:
    """A field for people. What isn't plain ASCII, or would read as encoded, is encoded (RFC 2047)."""
    text = one_line(text, _SUBJECT_CHARS)
    charset = None if text.isascii() and "=?" not in text else "utf-8"
    return f"{name}: {_encoded(text, charset, len(name) + 2)}\r\n"


def people_field(name: str, people: Sequence[Mailbox]) -> str:
    """A field of addresses, one a line; empty for nobody. Raises `Invalid` for what is no address."""
    if not people:
        return ""
    return f"{name}: " + ",\r\n ".join(_person(mailbox, name.lower()) for mailbox in people) + "\r\n"


def ids_field(name: str, ids: Sequence[str]) -> str:
    """A field of message ids, one a line; empty for none. Ids that no mail can have are left out."""
    known = [f"<{known}>" for known in dict.fromkeys(ids) if _ID.fullmatch(known)]
    if len(known) > _REFERENCES:
        known = [known[0], *known[1 - _REFERENCES :]]
    return f"{name}: " + "\r\n ".join(known) + "\r\n" if known else ""


def is_message_id(text: str) -> bool:
    """Whether a mail of ours may have this id; it has no angle brackets."""
    return bool(_ID.fullmatch(text)) and "@" in text


def needs_smtputf8(people: Sequence[Mailbox]) -> bool:
    """Whether a server must offer SMTPUTF8 (RFC 6531) to take in a mail for these: a local part isn't ASCII. Domains
    never are a reason; they have an ASCII form."""
    return any(not mailbox.address.rpartition("@")[0].isascii() for mailbox in people)


def ascii_domain(address: str, field: str = "to") -> str:
    """The address with its domain in ASCII (IDNA 2008). Raises `Invalid` at `field` for what is no address."""
    local, at, domain = address.strip().rpartition("@")
    try:
        plain = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError, ValueError):
        plain = ""
    is_local = _LOCAL.fullmatch(local) is not None and len(local.encode()) <= _LOCAL_BYTES
    if not (at and plain and is_local) or len(local) + len(plain) >= _ADDRESS_BYTES:
        raise Invalid.at(field, f"“{one_line(address, 100)}” is no address that mail can be sent to.")
    if not local.startswith('"') and not _DOTTED.fullmatch(local):
        local = f'"{local}"'
    return f"{local}@{plain}"


def _person(mailbox: Mailbox, field: str) -> str:
    address = ascii_domain(mailbox.address, field)
    name = one_line(mailbox.name, _NAME_CHARS)
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        return f"{_encoded(name, 'utf-8', 1)}\r\n <{address}>"
    if _ATOMS.fullmatch(name) and len(name) < _LINE // 2:
        return f"{name} <{address}>"
    quoted = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{quoted}"\r\n <{address}>'


def _encoded(text: str, charset: str | None, begun: int) -> str:
    header = Header(text, charset, maxlinelen=_LINE, header_name="x" * max(1, begun - 2))
    return header.encode(linesep="\r\n")
