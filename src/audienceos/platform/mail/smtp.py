"""Mail by SMTP, and the choice of the mailer that the settings ask for."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import msgspec

from audienceos.platform import clock
from audienceos.platform.mail.mailer import Kept, Mailer, MailError, Outgoing
from audienceos.platform.settings import Settings, SettingsError

SECONDS = 30
PORTS = {"smtp": 587, "smtps": 465}
WANTED = (
    "AUDIENCEOS_SMTP_URL: write smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465; "
    "add ?starttls=never only for a relay on this machine"
)
StartTls = Literal["always", "never"]


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    """From the first byte (smtps)."""
    starttls: StartTls


def mailer_of(settings: Settings) -> Mailer:
    """SMTP where an address is set, else the stand-in that keeps mail. Raises `SettingsError`."""
    if not settings.smtp_url:
        return Kept()
    host = urlsplit(settings.url).hostname or "localhost"
    return Smtp(server_of(settings.smtp_url), sender=settings.mail_from, host=host)


def server_of(url: str) -> Server:
    """Read the setting. Raises `SettingsError` with a sentence that never repeats it: it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
        options = {
            name: values[-1]
            for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()
        }
        starttls = msgspec.convert(options.pop("starttls", "always"), StartTls)
    except (ValueError, msgspec.ValidationError):
        raise SettingsError(WANTED) from None
    if parts.scheme not in PORTS or not parts.hostname or options:
        raise SettingsError(WANTED)
    return Server(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "smtps",
        starttls=starttls,
    )


class Smtp:
    """One connection a mail: mails are few, and a connection kept open goes stale."""

    delivers = True

    def __init__(self, server: Server, *, sender: str, host: str) -> None:
        self._server = server
        self._sender = sender
        self._host = host

    async def send(self, mail: Outgoing) -> None:
        """Hand the mail to the server. Raises `MailError`, permanent where the server refuses this one for good."""
        server = self._server
        try:
            await aiosmtplib.send(
                self.message(mail),
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.tls,
                start_tls=not server.tls and server.starttls == "always",
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [recipient.code for recipient in refused.recipients]
            raise MailError(
                f"address refused: {refused.recipients[0].message}", permanent=all(c >= 500 for c in codes)
            ) from None
        except aiosmtplib.SMTPDataError as refused:
            raise MailError(f"content refused: {refused.message}", permanent=refused.code >= 500) from None
        except (aiosmtplib.SMTPException, OSError) as problem:
            raise MailError(f"{type(problem).__name__}: {problem}") from None
        except ValueError as problem:
            raise MailError(f"can't be written as a mail: {problem}", permanent=True) from None

    def message(self, mail: Outgoing) -> EmailMessage:
        """The mail as it travels. Its Message-ID comes from its row, so a second sending is the same mail."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ascii_domain(mail.to_email)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{mail.id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to these
        message.set_content(mail.body)
        return message


def ascii_domain(email: str) -> str:
    """The address with its domain in the form that every mail server knows (IDNA)."""
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return email
