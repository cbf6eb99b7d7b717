"""A mail as Gmail keeps it, as a message for the inbox; and which of them are no business of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from audienceos.connections.actions.mail_accounts import MailAccount
from audienceos.inbox.actions.mails import incoming_of
from audienceos.inbox.ports import Incoming
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.base import Json
from audienceos.platform.mail.reading.letter import read_mail
from audienceos.providers.gmail.wire import Found

LEFT_OUT = frozenset(("SPAM", "TRASH", "DRAFT", "CHAT"))
"""What lies there isn't read; what is moved there later stays where it was brought."""
SENT = "SENT"
_PARTED = re.compile(r"[,;\s]+")
_NAMES = re.compile(r"[,;\n]+")


NotRead = Literal["left_out", "unreadable"]
"""Why a mail isn't read."""


class Ignored(msgspec.Struct, frozen=True):
    """What the agency doesn't want to be read."""

    senders: frozenset[str] = frozenset()
    """Addresses, and domains with all that is under them."""
    labels: frozenset[str] = frozenset()
    """By Gmail's ids."""


def ignored_senders(config: Json) -> frozenset[str]:
    """Addresses and domains as somebody typed them."""
    words = _PARTED.split(str(config.get("ignored_senders") or ""))
    return frozenset(email_key(word).removeprefix("@") for word in words if word)


def ignored_labels(config: Json) -> frozenset[str]:
    """Labels by their names, folded, as somebody typed them."""
    names = _NAMES.split(str(config.get("ignored_labels") or ""))
    return frozenset(name.strip().casefold() for name in names if name.strip())


def thread_key(thread: str) -> str:
    """Gmail's thread as archives name it: its API writes the same number in hexadecimal digits."""
    try:
        return f"gmail:{int(thread, 16)}"
    except ValueError:
        return f"gmail:{thread}" if thread else ""


def thread_of(key: str) -> str:
    """The thread's id for the API; empty where the key is none of Gmail's."""
    number = key.removeprefix("gmail:")
    return f"{int(number):x}" if key.startswith("gmail:") and number.isdecimal() else ""


def message_of(account: MailAccount, found: Found, ignored: Ignored, now: datetime) -> Incoming | NotRead:
    """The message; or why there is none."""
    if found.labels & (LEFT_OUT | ignored.labels):
        return "left_out"
    if not found.raw:
        return "unreadable"
    letter = read_mail(found.raw)
    if letter.sender and _is_ignored(letter.sender.address, ignored.senders):
        return "left_out"
    origin: Json = {name: str(value) for name, value in account.named.items()} | {"gmail_id": found.id}
    message = incoming_of(letter, found_at=now, origin=origin)
    given: Json = {"thread_key": thread_key(found.thread)}
    if SENT in found.labels:
        given["is_ours"] = True
    return msgspec.structs.replace(message, **given)


def _is_ignored(address: str, ignored: Iterable[str]) -> bool:
    key = email_key(address)
    domain = key.rpartition("@")[2]
    return any(key == one or domain == one or domain.endswith(f".{one}") for one in ignored)
