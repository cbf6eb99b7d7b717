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
    "conversation.waited": ("Client kept waiting", "A message has waited longer than the agency allows."),
}
"""Every event of this room: what it is called, and what it says."""
