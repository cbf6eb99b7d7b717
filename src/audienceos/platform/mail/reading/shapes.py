"""What reading a mail gives, and how much of a mail is read."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """One person or list in an address header. `name` is decoded and may be empty, `address` stands as typed."""

    name: str = ""
    address: str


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a mail that is not its text: a file, a picture within the text, a forwarded mail."""

    name: str
    """As the sender called it, without folders and control characters; made up from the type where it has none."""
    media_type: str
    """As the sender states it, in small letters: a claim, not a finding."""
    size: int
    """Bytes, after decoding."""
    part: str
    """Its number as IMAP counts parts: "2", "2.1". `part_of` takes it."""
    content_id: str = ""
    """What a `cid:` link of the HTML names, without angle brackets."""
    is_inline: bool = False
    """The HTML shows it, or it is another form of the text: it need not be listed below."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail, read. Everything that can be missing is empty; `faults` tells in words what could not be read."""

    message_id: str = ""
    """Without angle brackets."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    """Oldest first, the last 50."""
    date: datetime | None = None
    """In UTC. Where it is missing or absurd (before 1982, after 2099) the time at which a server took the mail in; None
    where that isn't known either."""
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    """Groups are flattened; at most 500 addresses a header."""
    subject: str = ""
    """Decoded, on one line."""
    text: str = ""
    """The body as plain text with `\\n` line ends; made from the HTML where the mail has no plain text."""
    html: str | None = None
    """As it came, decoded, never cleaned: `safe_html.clean` it before it is shown. At most 1 MB."""
    attachments: tuple[Attached, ...] = ()
    labels: tuple[str, ...] = ()
    """Gmail's labels, in an archive that Google made."""
    gmail_thread: str = ""
    """Gmail's number of the thread, in decimal as it writes it there."""
    why_bulk: str = ""
    """The header that says so: `List-Unsubscribe`, `Precedence: bulk`."""
    why_automatic: str = ""
    why_bounce: str = ""
    why_calendar: str = ""
    faults: tuple[str, ...] = ()

    @property
    def is_bulk(self) -> bool:
        """Sent to many: a newsletter, a mailing list."""
        return bool(self.why_bulk)

    @property
    def is_automatic(self) -> bool:
        """Sent by a program: an absence note, a notification. Bounces are automatic too."""
        return bool(self.why_automatic)

    @property
    def is_bounce(self) -> bool:
        """A report that a mail was not, or not yet, delivered."""
        return bool(self.why_bounce)

    @property
    def is_calendar(self) -> bool:
        """An invitation, or an answer to one."""
        return bool(self.why_calendar)


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """A plain text in three. Nothing is lost or reordered: `whole` is the text again, character by character."""

    said: str
    """What was newly written. Quotes that are answered one by one stay in it, and so does all of a mail whose
    answer stands below what it quotes."""
    quoted: str
    """The history, from the line that announces it to its end."""
    signature: str
    is_signed_above: bool = False
    """The signature stands between what was said and the history, not below both."""

    @property
    def whole(self) -> str:
        """The text that was folded."""
        above, below = (
            (self.signature, self.quoted) if self.is_signed_above else (self.quoted, self.signature)
        )
        return self.said + above + below


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """HTML that is fit for a page with a strict content policy."""

    html: str
    remote: int
    """How many pictures from elsewhere the mail asks for, shown or not."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something in an archive that was left out."""

    offset: int
    """Where it begins, in bytes from the archive's start."""
    reason: str


class Limits(msgspec.Struct, frozen=True):
    """How much of a mail is read. What is beyond is left out and named in the letter's faults, never refused."""

    mail_bytes: int = 64 * 1024 * 1024
    """Providers take at most 50 MB; what is behind this is not looked at."""
    header_bytes: int = 256 * 1024
    """One part's whole header. Mail servers give up much earlier."""
    headers: int = 1000
    field_chars: int = 64 * 1024
    """One header field: enough for 500 addresses."""
    parts: int = 1000
    depth: int = 50
    text_chars: int = 1_000_000
    html_bytes: int = 1024 * 1024
    addresses: int = 500
    references: int = 50
    attachments: int = 200
    faults: int = 20


DEFAULT = Limits()
