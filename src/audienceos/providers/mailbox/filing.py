"""The folder of sent mail, by IMAP: whether a mail lies in it, and a copy put there. Blocking: called from a thread."""

from __future__ import annotations

import imaplib
import time
from datetime import UTC, datetime

from audienceos.platform import clock
from audienceos.providers.mailbox import imap

FILES_ITSELF = frozenset({"smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com"})
"""Servers that put what is sent by them into that folder themselves, after a moment."""


def found_in_sent(server: imaplib.IMAP4, message_id: str) -> datetime | None:
    """When the mail of that id was put there; None where it isn't, or where there is no such folder."""
    folder = _sent(server)
    if folder is None:
        return None
    imap.opened(server, folder)
    said, found = server.uid("SEARCH", "HEADER", "Message-ID", f'"<{message_id}>"')
    if said != "OK":
        raise imaplib.IMAP4.error("the folder of sent mail can't be searched")
    numbers = [one for line in found if isinstance(line, bytes) for one in line.split()]
    return _kept_at(server, numbers[0].decode("ascii", "replace")) if numbers else None


def file_in_sent(server: imaplib.IMAP4, raw: bytes, message_id: str) -> None:
    """Put a copy there, unless it lies there already."""
    folder = _sent(server)
    if folder is not None and found_in_sent(server, message_id) is None:
        server.append(folder.name, "(\\Seen)", "", raw)


def _sent(server: imaplib.IMAP4) -> imap.Folder | None:
    return next((folder for folder in imap.folders(server) if folder.is_sent), None)


def _kept_at(server: imaplib.IMAP4, number: str) -> datetime:
    """Its day and time there; now where the server doesn't say."""
    _, parts = server.uid("FETCH", number, "(INTERNALDATE)")
    for part in parts:
        moment = imaplib.Internaldate2tuple(part) if isinstance(part, bytes) else None
        if moment is not None:
            return datetime.fromtimestamp(time.mktime(moment), UTC)
    return clock.now()
