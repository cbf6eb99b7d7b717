"""A mail that was read, as a message for the inbox. Pure."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from audienceos.inbox.ports import Attached, Correspondent, Incoming
from audienceos.platform.db.base import Json
from audienceos.platform.mail.reading.shapes import Letter, Mailbox

ID_LENGTH = 100
BODY_LENGTH = 500_000
"""Characters of a text that are kept; the rest of it stays where it came from."""
PEOPLE = 100
"""Recipients of one header that are kept."""


def message_key(message_id: str) -> str:
    """A Message-ID as a key of at most 100 characters: itself where it fits, else a digest of it."""
    return message_id if len(message_id) <= ID_LENGTH else f"sha256:{sha256(message_id.encode()).hexdigest()}"


def incoming_of(letter: Letter, *, found_at: datetime, origin: Json | None = None) -> Incoming:
    """The letter as a message. Without a Message-ID it is known by its date, sender, subject and text; without a date
    it came when it was found.
    """
    references = letter.references
    if letter.in_reply_to and letter.in_reply_to not in references:
        references = (*references, letter.in_reply_to)
    return Incoming(
        message_id=message_key(letter.message_id) if letter.message_id else _made_up(letter),
        thread_key=f"gmail:{letter.gmail_thread}" if letter.gmail_thread else "",
        references=tuple(message_key(one) for one in references if one),
        sender=_person(letter.sender) if letter.sender else Correspondent(),
        to=_people(letter.to),
        cc=_people(letter.cc),
        subject=letter.subject,
        text=letter.text[:BODY_LENGTH],
        html=letter.html,
        received_at=letter.date or found_at,
        automatic=automatic_of(letter),
        attachments=tuple(
            Attached(
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                ref=file.part,
                is_inline=file.is_inline,
                content_id=file.content_id,
            )
            for file in letter.attachments
        ),
        origin=_origin(letter) | (origin or {}),
    )


def automatic_of(letter: Letter) -> str | None:
    """Why no human wrote it, in one word; None where one did. A bounce is automatic too, and says more."""
    if letter.is_bounce:
        return "bounce"
    if letter.is_calendar:
        return "calendar"
    if letter.is_automatic:
        return "auto-submitted"
    return "newsletter" if letter.is_bulk else None


def _origin(letter: Letter) -> Json:
    """What the columns can't hold: the whole subject and id where they are too long, where answers go, what broke."""
    said: Json = {}
    if len(letter.message_id) > ID_LENGTH:
        said["message_id"] = letter.message_id[:2000]
    if letter.reply_to:
        said["reply_to"] = [{"name": one.name, "address": one.address} for one in letter.reply_to[:5]]
    if letter.faults:
        said["faults"] = list(letter.faults[:20])
    return said


def _made_up(letter: Letter) -> str:
    sender = letter.sender.address if letter.sender else ""
    when = letter.date.isoformat() if letter.date else ""
    digest = sha256("\0".join((when, sender, letter.subject, letter.text)).encode("utf-8", "replace"))
    return f"none:{digest.hexdigest()}"


def _people(boxes: tuple[Mailbox, ...]) -> tuple[Correspondent, ...]:
    return tuple(_person(box) for box in boxes[:PEOPLE])


def _person(box: Mailbox) -> Correspondent:
    return Correspondent(name=box.name, address=box.address)
