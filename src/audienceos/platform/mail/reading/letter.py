"""Reading a mail: any bytes become a `Letter`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from audienceos.platform.mail.reading.addresses import mailboxes_of
from audienceos.platform.mail.reading.bodies import Bodies, marked_inline, text_from
from audienceos.platform.mail.reading.charsets import Guesses
from audienceos.platform.mail.reading.dates import date_of
from audienceos.platform.mail.reading.fields import Fields
from audienceos.platform.mail.reading.nature import nature_of
from audienceos.platform.mail.reading.shapes import DEFAULT, Letter, Limits, Mailbox
from audienceos.platform.mail.reading.structure import Part, Walker
from audienceos.platform.mail.reading.transfer import decoded
from audienceos.platform.mail.reading.words import one_line, words

_ID: Final = re.compile(r"<\s{0,5}([^<>\s]{1,998})\s{0,5}>")
_BARE_ID: Final = re.compile(r"[^\s<>,;]{3,998}")
_SEALED: Final = frozenset(
    ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", "multipart/encrypted"]
)
_LINE_END_BYTES = 65_536


def read_mail(raw: bytes, limits: Limits = DEFAULT) -> Letter:
    """The mail in these bytes. Never raises because of them: what can't be read is missing, and named in `faults`.

    Takes about as much memory again as the mail has bytes, and time that grows with its length only.
    """
    raw = _with_line_ends(raw)
    guesses = Guesses()
    walker = Walker(raw, guesses, limits)
    tree = walker.tree()
    guesses.hint = next((leaf.content.parameters.get("charset", "") for leaf in tree.leaves()), "")
    bodies = Bodies(raw, walker, guesses, limits)
    body = bodies.read(tree)
    fields = tree.fields
    people = {
        name: _people(fields, name, walker, limits) for name in ("from", "sender", "reply-to", "to", "cc")
    }
    sender = next(iter(people["from"] + people["sender"]), None)
    nature = nature_of(tree, raw, sender)
    _tell_if_sealed(walker, (tree, *tree.leaves()))
    return Letter(
        message_id=_message_id(fields.text("message-id")),
        in_reply_to=_message_id(fields.text("in-reply-to")),
        references=_references(fields.text("references"), limits.references),
        date=date_of(fields),
        sender=sender,
        reply_to=people["reply-to"],
        to=people["to"],
        cc=people["cc"],
        subject=fields.words("subject"),
        text=text_from(body, limits.text_chars),
        html=body.html or None,
        attachments=marked_inline(bodies.attachments, body.html),
        labels=_labels(fields),
        gmail_thread=_gmail_thread(fields),
        why_bulk=nature.bulk,
        why_automatic=nature.automatic,
        why_bounce=nature.bounce,
        why_calendar=nature.calendar,
        faults=tuple(walker.faults)[: limits.faults],
    )


def part_of(raw: bytes, number: str, limits: Limits = DEFAULT) -> bytes:
    """One part's bytes, decoded, by the number that an `Attached` names. Raises `LookupError` if there is none."""
    raw = _with_line_ends(raw)
    tree = Walker(raw, Guesses(), limits).tree()
    part = next((leaf for leaf in tree.leaves() if leaf.number == number), None)
    if part is None:
        raise LookupError(number)
    return b"".join(decoded(raw, part.start, part.end, part.encoding))


def _tell_if_sealed(walker: Walker, parts: Iterable[Part]) -> None:
    if any(part.media_type in _SEALED for part in parts):
        walker.fault("the mail is encrypted, or sealed so that its text can't be read here")


def _with_line_ends(raw: bytes) -> bytes:
    """A mail whose lines end in a bare carriage return, as old Macs wrote them, gets ends that are looked for."""
    head = raw[:_LINE_END_BYTES]
    return raw.replace(b"\r", b"\n") if b"\r" in head and b"\n" not in head else raw


def _people(fields: Fields, name: str, walker: Walker, limits: Limits) -> tuple[Mailbox, ...]:
    found, has_more = mailboxes_of(fields.all(name), fields.guesses, limits.addresses)
    if has_more:
        walker.fault(f"{name.title()} holds more than {limits.addresses} addresses; the rest was left out")
    return found


def _message_id(text: str) -> str:
    found = _ID.search(text) or _BARE_ID.search(text)
    return one_line(found[found.lastindex or 0], 998) if found else ""


def _references(text: str, most: int) -> tuple[str, ...]:
    """The mails that this one goes back to, each once, the last `most`."""
    found = _ID.findall(text) or _BARE_ID.findall(text)
    return tuple(dict.fromkeys(one_line(reference, 998) for reference in found))[-most:]


def _labels(fields: Fields) -> tuple[str, ...]:
    listed = words(fields.text("x-gmail-labels"), fields.guesses)
    return tuple(filter(None, (one_line(label, 225).strip('"') for label in listed.split(",")[:100])))


def _gmail_thread(fields: Fields) -> str:
    number = fields.text("x-gm-thrid")
    return number if number.isascii() and number.isdecimal() and len(number) <= 20 else ""
