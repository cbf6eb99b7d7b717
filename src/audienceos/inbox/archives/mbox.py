"""A mailbox's archive (mbox), as Google Takeout and mail programs write it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator
from itertools import islice
from pathlib import Path
from typing import Final

from audienceos.inbox.actions.mails import incoming_of
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.ports import Glance, Incoming, Passed, Platform, Unread
from audienceos.platform import clock
from audienceos.platform.errors import Invalid
from audienceos.platform.mail.reading.letter import read_mail
from audienceos.platform.mail.reading.mbox import letters_of
from audienceos.platform.mail.reading.shapes import Fault, Letter

BEGINS: Final = b"From "
_LOOKED_AT = 400
"""Mails by which whose mailbox it is gets guessed, at most; and so many bytes of the file."""
_LOOKED_BYTES = 32 * 1024 * 1024
_OFFERED = 8
_HEADER_BYTES = 64 * 1024
_DELIVERED: Final = re.compile(
    rb"^(?:delivered-to|x-original-to):[ \t]*(\S{3,320})", re.IGNORECASE | re.MULTILINE
)
_NAMED: Final = re.compile(rb"^(?:to|from):([^\r\n]{3,1000})", re.IGNORECASE | re.MULTILINE)
_ADDRESS: Final = re.compile(rb"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{3,200}")
_DELIVERED_COUNTS = 3
_OURS_COUNTS = 4
"""An address of somebody who works here weighs so many times as much."""
_LABELS = {"spam": "spam", "trash": "bin", "bin": "bin", "drafts": "draft", "draft": "draft", "chat": "chat"}


class MboxReader:
    """Reads a mailbox mail by mail (`ports.ArchiveReader`)."""

    platform: Platform = "gmail"

    def glance(self, path: Path, ours: frozenset[str]) -> Glance:
        """Whose mailbox it probably is, by whom its first mails were delivered to and written by. Raises `Invalid`."""
        counts: Counter[str] = Counter()
        with path.open("rb") as file:
            if not is_mbox(file.read(_HEADER_BYTES)):
                raise Invalid.at(
                    "file",
                    "This is no mailbox: an mbox file begins with a line “From …”. If it came from Google Takeout, "
                    "unpack the zip first and choose the file that ends in .mbox.",
                )
            file.seek(0)
            for letter in islice(letters_of(file), _LOOKED_AT):
                if isinstance(letter, bytes):
                    counts.update(_votes(letter))
                if file.tell() > _LOOKED_BYTES:
                    break
        for key in counts.keys() & ours:
            counts[key] *= _OURS_COUNTS
        found = tuple(key for key, _ in counts.most_common(_OFFERED))
        return Glance(own=found[0] if found else "", addresses=found)

    def read(self, path: Path, start: int = 0) -> Generator[Incoming | Unread | Passed]:
        """Each mail in the file's order."""
        with path.open("rb") as file:
            for letter in islice(letters_of(file), start, None):
                yield _item(letter)


def is_mbox(head: bytes) -> bool:
    """Whether a file that begins so is a mailbox."""
    return head.lstrip(b"\r\n").startswith(BEGINS)


def _item(letter: bytes | Fault) -> Incoming | Unread | Passed:
    if isinstance(letter, Fault):
        return Unread(f"at byte {letter.offset:,}", letter.reason)
    mail = read_mail(letter)
    why = _passed(mail)
    if why is not None:
        return why
    if mail.sender is None and mail.date is None and not mail.message_id:
        return Unread(
            f"“{mail.subject[:60]}”" if mail.subject else "a mail", "it has no sender, no date and no id"
        )
    return incoming_of(mail, found_at=clock.now())


def _passed(mail: Letter) -> Passed | None:
    """What Google's labels say of it."""
    found = next((_LABELS[label.casefold()] for label in mail.labels if label.casefold() in _LABELS), None)
    match found:
        case "spam" | "bin" | "draft" | "chat":
            return Passed(found)
        case _:
            return None


def _votes(letter: bytes) -> Counter[str]:
    """For which addresses one mail speaks."""
    head = re.split(rb"\r?\n\r?\n", letter[:_HEADER_BYTES], maxsplit=1)[0]
    votes: Counter[str] = Counter()
    for found in _DELIVERED.finditer(head):
        if _ADDRESS.fullmatch(found[1]):
            votes[_key(found[1])] += _DELIVERED_COUNTS
    for line in _NAMED.finditer(head):
        votes.update({_key(one) for one in _ADDRESS.findall(line[1])})
    return votes


def _key(address: bytes) -> str:
    return address_key(address.decode("ascii"))
