"""What this room announces. It concerns one person: under their own topic their open pages hear of it, and nobody's
log shows it.
"""

from __future__ import annotations

from uuid import UUID

PUBLISHED: dict[str, tuple[str, str]] = {
    "notification.told": ("Person told", "Somebody was told of something that happened."),
    "notification.read": ("Notification read", "Somebody read what they were told, or marked it unread."),
    "watch.added": ("Watching begun", "Somebody wants to hear of a client or a ticket."),
    "watch.removed": ("Watching ended", "They no longer do."),
}
"""Every event of this room: what it is called, and what it says."""


def topic_of(user_id: UUID) -> str:
    """Under which that person's open pages hear of it."""
    return f"person-{user_id}"
