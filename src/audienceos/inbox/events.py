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
    "answer.queued": (
        "Answer sent off",
        "Somebody pressed Send; it leaves once the time to take it back is over.",
    ),
    "answer.scheduled": ("Answer scheduled", "Somebody chose the moment at which it leaves."),
    "answer.overridden": (
        "Firewall overridden",
        "Somebody sent what belongs to another client, and said why.",
    ),
    "answer.taken_back": ("Answer taken back", "Its author took it back before it left."),
    "answer.cancelled": (
        "Answer called off",
        "It doesn't leave: somebody gave it up, or the client wrote first.",
    ),
    "answer.hastened": ("Answer hastened", "Its author let it leave at once."),
    "answer.retried": ("Answer tried again", "Its author had it sent again."),
    "answer.held": ("Answer held back", "It doesn't leave as things are; its author decides."),
    "answer.failed": ("Answer not sent", "It couldn't be sent; the client still waits."),
    "answer.unsure": ("Answer perhaps sent", "Nobody can tell whether it left; its author decides."),
    "answer.sent": ("Answer sent", "It left from here, and the client waits no longer."),
    "conversation.commented": ("Comment written", "A colleague said something beside it, to the team alone."),
    "conversation.comment_changed": ("Comment edited", "Its author changed what it says."),
    "conversation.comment_removed": ("Comment removed", "Its author or an admin took it out."),
    "answer_template.created": ("Answer template added", "An answer that is given often was written down."),
    "answer_template.changed": ("Answer template changed", "It says something else from now on."),
    "answer_template.removed": ("Answer template removed", "It is offered no longer."),
    "conversation.purged": (
        "Messages deleted",
        "They were older than their source keeps, or it was emptied.",
    ),
    "inbox_source.changed": ("Source changed", "How long its messages are kept, or whether they are found."),
    "inbox_source.emptied": ("Source emptied", "Somebody has all its messages deleted."),
    "inbox_limits.changed": ("Waiting limits changed", "How long clients may wait for a reply."),
    "archive.uploaded": ("Archive uploaded", "A mailbox or a workspace's export was brought."),
    "archive.looked": ("Archive looked through", "What is in it is known; nothing was taken in yet."),
    "archive.corrected": ("Archive corrected", "Somebody said whose it is, or whose its channels are."),
    "archive.started": ("Archive started", "Somebody had its messages taken in."),
    "archive.finished": ("Archive taken in", "Its last message is in the inbox."),
    "archive.failed": ("Archive stopped", "It can't be gone on with until somebody helps."),
    "archive.removed": ("Archive removed", "It was forgotten with its file; its messages stay."),
    "channel.linked": ("Channel linked", "Somebody said whose client's a channel is."),
    "channel.labelled": ("Channel labelled", "Somebody said what a client's channel is for."),
    "channel.unlinked": ("Channel unlinked", "A channel is no client's any more; what was said in it stays."),
    "channel.renamed": ("Channel renamed", "A client's channel is called otherwise where it is."),
    "conversation.waited": ("Client kept waiting", "A message has waited longer than the agency allows."),
}
"""Every event of this room: what it is called, and what it says."""
