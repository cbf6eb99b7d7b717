"""One mail handed to a server by SMTP (RFC 5321), so that it is known at each moment whether the server may have it.

Blocking: called from a thread. The server has a mail from its answer to the final dot on. Where the line dies before
that dot is sent it has nothing; where it dies after, nobody can tell.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence

import msgspec

from audienceos.inbox.ports import NotLeft, Unsure
from audienceos.platform.mail.reading.words import one_line

SECONDS = 60
"""For one answer of a server that looks through the mail before it takes it (RFC 5321, 4.5.3.2, says up to ten minutes)."""
GO_AHEAD, TAKEN, CLOSING = 354, 250, 421
REFUSED = 500
"""From here on a refusal is for good."""
WORDS = 200
"""Characters of what a server says that are told on."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A mail and for whom it is, addresses as SMTP takes them."""

    sender: str
    recipients: Sequence[str]
    raw: bytes
    needs_utf8: bool
    """An address has a letter beyond ASCII before its @ (RFC 6531)."""


def deliver(server: smtplib.SMTP, envelope: Envelope) -> None:
    """Hand it over to all of its recipients, or to none. Raises `NotLeft`, and `Unsure` once the server may have it."""
    if server.sock is not None:
        server.sock.settimeout(SECONDS)
    try:
        _announce(server, envelope)
        _ask(server, "DATA", GO_AHEAD, server.docmd("DATA"))
        server.send(_stuffed(envelope.raw))
        server.send(b".\r\n")
    except (smtplib.SMTPException, OSError) as problem:
        raise NotLeft(f"The mail server broke off: {told(str(problem))}", for_good=False) from None
    try:
        code, said = server.getreply()
    except (smtplib.SMTPException, OSError) as problem:
        raise Unsure(f"The mail server broke off: {told(str(problem))}") from None
    _ask(server, "the mail", TAKEN, (code, said))


def told(said: bytes | str) -> str:
    """What a server says, on one line and in bounds, as it can be shown to people."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(text, WORDS)


def _announce(server: smtplib.SMTP, envelope: Envelope) -> None:
    """Say from whom it is and to whom; one recipient who is refused keeps it from all."""
    options: list[str] = []
    if envelope.needs_utf8:
        if not server.has_extn("smtputf8"):
            words = "This mail server can't write to addresses with letters beyond a to z"
            raise NotLeft(words, for_good=True)
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    if server.has_extn("size"):
        most = str(server.esmtp_features.get("size", "")).strip()
        if most.isdigit() and 0 < int(most) < len(envelope.raw):
            raise NotLeft("This mail is larger than the mail server takes", for_good=True)
        options.append(f"SIZE={len(envelope.raw)}")
    _ask(server, envelope.sender, TAKEN, server.mail(envelope.sender, options))
    for recipient in envelope.recipients:
        _ask(server, recipient, TAKEN, server.rcpt(recipient))


def _ask(server: smtplib.SMTP, what: str, wanted: int, answer: tuple[int, bytes]) -> None:
    """Raises `NotLeft` for another answer; 251, which forwards, is as good as 250."""
    code, said = answer
    if code == wanted or (wanted == TAKEN and code == TAKEN + 1):
        return
    for_good = code >= REFUSED
    raise NotLeft(f"The mail server doesn't take {what}: {code} {told(said)}", for_good=for_good)


def _stuffed(raw: bytes) -> bytes:
    """The mail as it travels: CRLF everywhere, a second dot before each line that begins with one, a line end last."""
    lines = _LINE_END.sub(b"\r\n", raw)
    lines = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return _DOT.sub(b"..", lines)
