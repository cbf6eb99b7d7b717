"""What a notification says as a mail: one alone, or several by client."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audienceos.agency.queries import Here
from audienceos.notifications.queries import Waiting
from audienceos.platform.mail.posting import Letter

KIND = "notification"
OTHER = "Other"
LISTED_AT_MOST = 200
"""Items that a mail spells out; of more it says how many there are."""


class Base(msgspec.Struct, frozen=True):
    """Where the agency's pages lie."""

    url: str
    at: Here

    @property
    def inbox(self) -> str:
        """The address of the inbox."""
        return f"{self.url}/{self.at.slug}/notifications"

    @property
    def settings(self) -> str:
        """Where one says what to be told."""
        return f"{self.url}/{self.at.slug}/settings/notifications"


def letter_of(rows: Sequence[Waiting], base: Base) -> Letter:
    """One alone is its own subject; of several the subject says how many, and they stand by their clients."""
    subject = rows[0].words if len(rows) == 1 else f"{len(rows):,} notifications from {base.at.name}"
    return Letter(kind=KIND, subject=subject, body=_body(rows, base))


def grouped(rows: Sequence[Waiting]) -> dict[str, list[Waiting]]:
    """The rows by the names of their clients, in the order of the names; what has none at the end."""
    groups: dict[tuple[bool, str, str], list[Waiting]] = {}
    for row in rows:
        name = row.client_name
        key = (name is None, (name or OTHER).casefold(), name or OTHER)
        groups.setdefault(key, []).append(row)
    return {key[2]: groups[key] for key in sorted(groups)}


def _body(rows: Sequence[Waiting], base: Base) -> str:
    said: list[str] = []
    for name, items in grouped(rows[:LISTED_AT_MOST]).items():
        said += [name, "-" * len(name), ""] if len(rows) > 1 else []
        for row in items:
            said += [row.words, f"{base.inbox}/{row.id}", ""]
    if len(rows) > LISTED_AT_MOST:
        said += [f"And {len(rows) - LISTED_AT_MOST:,} more: {base.inbox}", ""]
    return "\n".join([*said, f"What {base.at.name} tells you, and when: {base.settings}", ""])
