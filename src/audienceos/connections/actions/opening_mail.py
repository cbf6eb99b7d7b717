"""A mailbox's own server, opened for a job that reads it."""

from __future__ import annotations

import imaplib

from audienceos.connections.access import MailboxLogin
from audienceos.connections.mailing import Refused, Servers, Tried, signed_in
from audienceos.connections.ports import Permanent, Transient


async def open_imap(login: MailboxLogin, *, private: bool) -> imaplib.IMAP4:
    """A connection that is signed in; whoever takes it signs out. `private` allows servers of one's own network.

    Raises `Permanent` where the password is refused, `Transient` where the server is away.
    """
    tried = Tried(Servers(login.imap, login.smtp), login.username, login.password)
    try:
        return await signed_in(tried, private=private)
    except Refused as refused:
        if refused.field == "password":
            raise Permanent(refused.words, "password_refused") from None
        raise Transient(refused.words) from None
