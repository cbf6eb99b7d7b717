"""What IMAP says (RFC 3501, RFC 6154), as far as a mailbox is read: which folders, which mails are new, and their bytes.

Blocking: called from a thread. Nothing is changed in the mailbox: folders are opened read-only, bodies are peeked at.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

import msgspec

MAIL_BYTES = 25 * 1024 * 1024
"""Of one mail, at most: what is longer is read as far as this."""
AT_ONCE = 20
"""Mails of one request."""
_LIST = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)')
_UID = re.compile(rb"UID (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SENT = ("sent", "sent items", "sent messages", "sent mail", "gesendet", "envoyés", "enviados", "verzonden")


class Folder(msgspec.Struct, frozen=True):
    """A folder that is read."""

    name: str
    """As the server writes it, quotes and all."""
    is_sent: bool


class Place(msgspec.Struct, frozen=True):
    """How far a folder was read. Numbers count from anew when `validity` changes."""

    validity: int
    uid: int


class Fetched(msgspec.Struct, frozen=True):
    """One mail's bytes and its number in its folder."""

    uid: int
    raw: bytes


def folders(server: imaplib.IMAP4) -> list[Folder]:
    """The inbox, and the folder of sent mail as the server marks it, else by its usual names."""
    _, lines = server.list()
    sent, named = "", ""
    for line in lines:
        found = _LIST.fullmatch(line) if isinstance(line, bytes) else None
        if found is None:
            continue
        name = found["name"].decode("ascii", "replace")
        if b"\\sent" in found["flags"].lower():
            sent = sent or name
        elif name.strip('"').rpartition("/")[2].rpartition(".")[2].casefold() in _SENT:
            named = named or name
    chosen = sent or named
    return [Folder("INBOX", is_sent=False), *([Folder(chosen, is_sent=True)] if chosen else [])]


def opened(server: imaplib.IMAP4, folder: Folder) -> int:
    """Open a folder to read it; gives its validity. Raises `imaplib.IMAP4.error` where it isn't there."""
    said, _ = server.select(folder.name, readonly=True)
    if said != "OK":
        raise imaplib.IMAP4.error(f"{folder.name} can't be opened")
    _, found = server.response("UIDVALIDITY")
    first = found[0] if found else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def new_numbers(server: imaplib.IMAP4, place: Place | None, since: date) -> list[int]:
    """The numbers of the mails that came after that place, in order; of all since that day where there is none."""
    if place is None:
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        said, found = server.uid("SEARCH", "SINCE", day)
    else:
        said, found = server.uid("SEARCH", "UID", f"{place.uid + 1}:*")
    if said != "OK":
        raise imaplib.IMAP4.error("the folder can't be searched")
    numbers = sorted(int(one) for line in found if isinstance(line, bytes) for one in line.split())
    # "n:*" names the last mail even where its number is below n.
    return [one for one in numbers if place is None or one > place.uid]


def fetched(server: imaplib.IMAP4, numbers: Sequence[int]) -> Iterator[Fetched]:
    """The mails of these numbers, in order, as far as they are still there."""
    for at in range(0, len(numbers), AT_ONCE):
        wanted = ",".join(map(str, numbers[at : at + AT_ONCE]))
        said, parts = server.uid("FETCH", wanted, f"(UID BODY.PEEK[]<0.{MAIL_BYTES}>)")
        if said != "OK":
            raise imaplib.IMAP4.error("mails can't be fetched")
        found = dict(_mails(parts))
        yield from (Fetched(uid, found[uid]) for uid in sorted(found) if uid in set(numbers))


def places(watermark: Mapping[str, Mapping[str, int] | None] | None) -> dict[str, Place]:
    """How far each folder was read, as a source keeps it; other parts say how far the same mailbox was read otherwise."""
    return {
        name: Place(said["validity"], said["uid"])
        for name, said in (watermark or {}).items()
        if said and "validity" in said
    }


def _mails(parts: Sequence[object]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each mail in an answer. Servers say the number before the bytes or after them."""
    pending: bytes | None = None
    for part in parts:
        if isinstance(part, tuple):
            head, body = cast("tuple[bytes, bytes]", part)[:2]
            uid = _UID.search(head)
            pending = None if uid else body
            if uid:
                yield int(uid[1]), body
        elif isinstance(part, bytes) and pending is not None:
            uid = _UID.search(part)
            if uid:
                yield int(uid[1]), pending
            pending = None
