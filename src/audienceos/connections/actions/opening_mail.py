"""A mailbox's own servers, opened for a job that reads it or sends from it."""

from __future__ import annotations

import imaplib
import smtplib

from audienceos.connections.access import MailboxLogin
from audienceos.connections.mailing import Refused, Servers, Tried, signed_in, smtp_signed_in
from audienceos.connections.ports import Permanent, Transient


async def open_imap(login: MailboxLogin, *, private: bool) -> imaplib.IMAP4:
    """A connection that is signed in; whoever takes it signs out. `private` allows servers of one's own network.

    Raises `Permanent` where the password is refused, `Transient` where the server is away.
    """
    try:
        return await signed_in(_tried(login), private=private)
    except Refused as refused:
        raise _told(refused) from None


async def open_smtp(login: MailboxLogin, *, private: bool) -> smtplib.SMTP:
    """The same of the server that mail is sent by. Raises alike."""
    try:
        return await smtp_signed_in(_tried(login), private=private)
    except Refused as refused:
        raise _told(refused) from None


def _tried(login: MailboxLogin) -> Tried:
    return Tried(Servers(login.imap, login.smtp), login.username, login.password)


def _told(refused: Refused) -> Permanent | Transient:
    if refused.field == "password":
        return Permanent(refused.words, "password_refused")
    return Transient(refused.words)
