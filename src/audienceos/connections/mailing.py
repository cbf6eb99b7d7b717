"""Mailboxes by IMAP and SMTP, tried before they are kept: where their servers are, and whether they let us in.

An admin names the servers, so an address is resolved once, looked at, and only then connected to: none on this
machine or its private network unless the installation allows it. A password leaves over TLS alone, but for a server
on this very machine.
"""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Literal

import msgspec

from audienceos.platform.errors import Invalid
from audienceos.platform.sealing import Secret

SECONDS = 10
IMAPS, SMTPS = 993, 465
SUBMISSION = 587
Part = Literal["imap_host", "smtp_host"]


class Servers(msgspec.Struct, frozen=True):
    """Where a mailbox is read and sent from."""

    imap: tuple[str, int]
    smtp: tuple[str, int]


def _known(imap: str, smtp: str, port: int = SMTPS) -> Servers:
    return Servers((imap, IMAPS), (smtp, port))


GMAIL = _known("imap.gmail.com", "smtp.gmail.com")
OUTLOOK = _known("outlook.office365.com", "smtp.office365.com", SUBMISSION)
ICLOUD = _known("imap.mail.me.com", "smtp.mail.me.com", SUBMISSION)
FASTMAIL = _known("imap.fastmail.com", "smtp.fastmail.com")
WELL_KNOWN: Mapping[str, Servers] = MappingProxyType(
    {
        "gmail.com": GMAIL,
        "googlemail.com": GMAIL,
        "outlook.com": OUTLOOK,
        "hotmail.com": OUTLOOK,
        "live.com": OUTLOOK,
        "icloud.com": ICLOUD,
        "me.com": ICLOUD,
        "mac.com": ICLOUD,
        "fastmail.com": FASTMAIL,
        "fastmail.fm": FASTMAIL,
    }
)
"""By what stands behind the @."""


class Tried(msgspec.Struct, frozen=True):
    """A mailbox to be tried."""

    servers: Servers
    username: str
    password: Secret


class Refused(Exception):
    """The servers don't let us in; `field` says which of them, or that it is the password."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words

    @property
    def invalid(self) -> Invalid:
        """The same, beside the form's field."""
        return Invalid.at(self.field, self.words)


def servers_for(address: str) -> Servers | None:
    """Where the mailboxes of that address's provider are, if we know it."""
    return WELL_KNOWN.get(address.rpartition("@")[2].lower())


async def try_mailbox(tried: Tried, *, private: bool) -> None:
    """Sign in at both servers, and out again. Raises `Refused`."""
    imap, smtp = tried.servers.imap, tried.servers.smtp
    for part, (host, port) in (("imap_host", imap), ("smtp_host", smtp)):
        at = await _resolved(part, host, port, private=private)
        sign_in = _imap if part == "imap_host" else _smtp
        await asyncio.to_thread(_tried, sign_in, part, host, at, tried)


async def signed_in(tried: Tried, *, private: bool) -> imaplib.IMAP4:
    """A connection to the mailbox's IMAP server, signed in. Raises `Refused`."""
    host, port = tried.servers.imap
    at = await _resolved("imap_host", host, port, private=private)
    opened: list[imaplib.IMAP4] = []

    def enter(host: str, at: tuple[str, int], tried: Tried) -> None:
        opened.append(_entered(host, at, tried))

    await asyncio.to_thread(_tried, enter, "imap_host", host, at, tried)
    return opened[0]


async def smtp_signed_in(tried: Tried, *, private: bool) -> smtplib.SMTP:
    """A connection to the mailbox's SMTP server, signed in. Raises `Refused`."""
    host, port = tried.servers.smtp
    at = await _resolved("smtp_host", host, port, private=private)
    opened: list[smtplib.SMTP] = []

    def enter(host: str, at: tuple[str, int], tried: Tried) -> None:
        opened.append(_smtp_entered(host, at, tried))

    await asyncio.to_thread(_tried, enter, "smtp_host", host, at, tried)
    return opened[0]


async def _resolved(part: Part | str, host: str, port: int, *, private: bool) -> tuple[str, int]:
    """Its address, once; the name isn't asked for again, so that it can't change its mind."""
    try:
        async with asyncio.timeout(SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        raise Refused(part, f"There is no server called {host}") from None
    for *_, place in found:
        address = ip_address(place[0])
        if private or address.is_global:
            return str(place[0]), port
    raise Refused(part, "This server isn't on the internet; its address is not allowed here")


def _tried(sign_in: object, part: str, host: str, at: tuple[str, int], tried: Tried) -> None:
    try:
        sign_in(host, at, tried)  # pyright: ignore[reportCallIssue]
    except imaplib.IMAP4.abort:
        raise Refused(part, f"{host} doesn't speak as a mail server does at port {at[1]}") from None
    except (imaplib.IMAP4.error, smtplib.SMTPAuthenticationError):
        raise Refused("password", f"{host} doesn't accept this name and password") from None
    except ssl.SSLError:
        raise Refused(part, f"{host} can't prove who it is, or doesn't speak TLS at this port") from None
    except (OSError, EOFError, smtplib.SMTPException):
        raise Refused(part, f"{host} doesn't answer at port {at[1]}") from None


class _Imap(imaplib.IMAP4):
    """To an address that was looked at already, proving the name that was asked for."""

    def __init__(self, host: str, at: tuple[str, int]) -> None:
        self._at = at
        super().__init__(host, at[1], timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection(self._at, timeout)
        if self._at[1] != IMAPS:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


class _Smtp(smtplib.SMTP):
    """Likewise."""

    def __init__(self, host: str, at: tuple[str, int]) -> None:
        self._at = at
        super().__init__(host, at[1], timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection(self._at, timeout)
        if port != SMTPS:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _imap(host: str, at: tuple[str, int], tried: Tried) -> None:
    with _entered(host, at, tried):
        pass


def _entered(host: str, at: tuple[str, int], tried: Tried) -> imaplib.IMAP4:
    server = _Imap(host, at)
    try:
        if _must_begin(at, IMAPS):
            server.starttls(ssl.create_default_context())
        server.login(tried.username, tried.password.reveal())
    except BaseException:
        server.shutdown()
        raise
    return server


def _smtp(host: str, at: tuple[str, int], tried: Tried) -> None:
    with _smtp_entered(host, at, tried):
        pass


def _smtp_entered(host: str, at: tuple[str, int], tried: Tried) -> smtplib.SMTP:
    server = _Smtp(host, at)
    try:
        if _must_begin(at, SMTPS):
            server.starttls(context=ssl.create_default_context())
        server.login(tried.username, tried.password.reveal())
    except BaseException:
        server.close()
        raise
    return server


def _must_begin(at: tuple[str, int], tls: int) -> bool:
    """Whether TLS has to be begun before anything secret is said."""
    return at[1] != tls and not ip_address(at[0]).is_loopback
