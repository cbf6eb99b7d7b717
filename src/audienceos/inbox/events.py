"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "conversation.received": ("Message received", "Somebody outside wrote."),
    "conversation.sent": (
        "Message sent elsewhere",
        "Somebody of the agency wrote, seen where it was sent from.",
    ),
    "conversation.changed": ("Message edited", "Its author edited a message or took it back."),
    "conversation.matched": ("Conversation matched", "Somebody said whose client's it is."),
    "conversation.assigned": ("Conversation assigned", "Somebody is to answer, or nobody any more."),
    "conversation.decided": ("Reply decided", "Somebody said whether it needs a reply."),
    "conversation.snoozed": ("Conversation snoozed", "It was put aside until a moment, or taken up again."),
    "archive.uploaded": ("Archive uploaded", "A mailbox or a workspace's export was brought."),
    "archive.looked": ("Archive looked through", "What is in it is known; nothing was taken in yet."),
    "archive.corrected": ("Archive corrected", "Somebody said whose it is, or whose its channels are."),
    "archive.started": ("Archive started", "Somebody had its messages taken in."),
    "archive.finished": ("Archive taken in", "Its last message is in the inbox."),
    "archive.failed": ("Archive stopped", "It can't be gone on with until somebody helps."),
    "archive.removed": ("Archive removed", "It was forgotten with its file; its messages stay."),
    "conversation.waited": ("Client kept waiting", "A message has waited longer than the agency allows."),
}
"""Every event of this room: what it is called, and what it says."""
