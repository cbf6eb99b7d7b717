"""When each grant ends, the soonest on top, and what is done about it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from audienceos.connections.forms import IntegrationView, MailboxView
from audienceos.connections.renewing import AHEAD

OVER = "It has ended. Connect it again."
RENEWED = "It is renewed by itself from then on; where that fails, an alert says so."
BY_ITSELF: Mapping[str, str] = MappingProxyType(
    {
        "slack": "It goes on until somebody removes our app from the workspace.",
        "gmail": "It is renewed by itself. Google ends it when nobody has used it for six months, and after seven days for an "
        "app that is still in testing there.",
        "google_ads": "It is renewed by itself. Google ends it when nobody has used it for six months, and after seven days "
        "for an app that is still in testing there.",
    }
)
"""Google's terms: https://developers.google.com/identity/protocols/oauth2#expiration"""
PASSWORD = "Its app password is good until somebody changes it or takes it back."  # noqa: S105  no password


class Ending(NamedTuple):
    """One grant, as the calendar has it."""

    name: str
    account: str
    at: datetime | None
    """When it ends; none where it has no day."""
    ahead: datetime | None
    """From when on it is renewed."""
    is_over: bool
    words: str


def endings(rows: Iterable[IntegrationView], boxes: Iterable[MailboxView]) -> Sequence[Ending]:
    """Of all that is connected or was lost: what is over first, then by day, then what has none. Pure."""
    found = [_of_service(row) for row in rows if row.state != "disconnected"]
    found += [_of_mailbox(box) for box in boxes]
    return sorted(
        found, key=lambda one: (not one.is_over, one.at is None, one.at.timestamp() if one.at else 0)
    )


def _of_service(row: IntegrationView) -> Ending:
    name, account = row.name, row.account_name or ""
    if not row.has_token:
        return Ending(name, account, None, None, True, OVER)
    if row.expires_at is not None:
        return Ending(name, account, row.expires_at, row.expires_at - AHEAD, False, RENEWED)
    return Ending(
        name, account, None, None, False, BY_ITSELF.get(row.provider, "It has no day on which it ends.")
    )


def _of_mailbox(box: MailboxView) -> Ending:
    words = BY_ITSELF["gmail"] if box.kind == "gmail" else PASSWORD
    return Ending("Mailbox", box.address, None, None, False, words)
