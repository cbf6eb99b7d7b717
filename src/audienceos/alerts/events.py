"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "alert.raised": ("Alert raised", "Something that asks for attention was found."),
    "alert.updated": ("Alert updated", "It was found again, with other figures."),
    "alert.escalated": ("Alert escalated", "It has become worse, or somebody passed it on."),
    "alert.snoozed": ("Alert snoozed", "Somebody put it off, and until when."),
    "alert.woken": ("Alert back", "The time for which it was put off is over, or was ended."),
    "alert.dismissed": ("Alert dismissed", "Somebody said that nothing need be done, and why."),
    "alert.resolved": ("Alert resolved", "It is over: somebody said so, or its cause is gone."),
    "alert.approved": ("Suggestion approved", "Somebody said yes to what it suggested, and it was done."),
    "alert.rejected": ("Suggestion rejected", "Somebody said no to what it suggested."),
    "alert_rule.changed": ("Alert rule switched", "An admin switched a rule on or off."),
}
"""Every event of this room: what it is called, and what it says."""
