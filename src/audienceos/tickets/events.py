"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "ticket.created": ("Ticket opened", "A client asked for something."),
    "ticket.changed": ("Ticket edited", "Fields of its own were edited."),
    "ticket.assigned": ("Ticket assigned", "Somebody is to see to it, or nobody any more."),
    "ticket.came": ("Ticket came from another client", "It was opened for the wrong one."),
    "ticket.left": ("Ticket went to another client", "It is no longer this client's."),
    "ticket.moved": ("Ticket moved", "It has another status."),
    "ticket.resolved": ("Ticket resolved", "It is done, with a final note."),
    "ticket.reopened": ("Ticket reopened", "It is taken up again after all."),
    "ticket.note_added": ("Ticket note added", "Its log has another entry."),
    "ticket.note_changed": ("Ticket note edited", "Its author edited an entry."),
    "ticket.time_logged": ("Time logged", "Somebody spent time on it."),
    "ticket.time_removed": ("Time removed", "An entry of time was taken back."),
    "ticket.escalated": ("Ticket escalated", "It has waited for longer than the agency allows."),
    "ticket.summary_sent": ("Summary sent", "What was done is on its way to the client."),
    "ticket.deleted": ("Ticket deleted", "It is hidden everywhere; an admin can restore it."),
    "ticket.restored": ("Ticket restored", "It is back from having been deleted."),
    "ticket_limits.changed": ("Ticket limits edited", "How long tickets may wait was set."),
    "ticket_export.made": ("Tickets exported", "Somebody took a list of tickets out, and by which filters."),
}
"""Every event of this room: what it is called, and what it says."""
