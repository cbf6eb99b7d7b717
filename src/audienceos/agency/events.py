"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "agency.founded": ("Agency opened", "It came to be, with its first admin."),
    "agency.changed": ("Agency edited", "Fields of its own were edited, and which."),
    "agency.readdressed": ("Address changed", "It lives at another address; the old one leads there."),
    "agency.stage_added": ("Stage added", "The pipeline has another stage."),
    "agency.stage_renamed": ("Stage renamed", "A stage has another name; what stands in it came along."),
    "agency.stage_changed": ("Stage's role changed", "A stage has another role."),
    "agency.stages_ordered": ("Stages reordered", "The stages stand in another order."),
    "agency.stage_removed": ("Stage removed", "A stage is gone, and where its clients went."),
    "invitation.sent": ("Invitation sent", "Somebody was asked in."),
    "invitation.resent": ("Invitation sent again", "They were asked again; the first link is void."),
    "invitation.cancelled": ("Invitation cancelled", "It was taken back."),
    "invitation.accepted": ("Invitation accepted", "They came."),
    "user.joined": ("Person joined", "Somebody has a seat here."),
    "user.changed": ("Profile edited", "Names or picture were edited."),
    "user.role_changed": ("Role changed", "Somebody became an admin, or a user again."),
    "user.deactivated": ("Person deactivated", "Somebody can't enter any more."),
    "user.reactivated": ("Person reactivated", "They can again."),
    "user.removed": ("Person removed", "Their seat is gone; history goes on naming them."),
    "user.email_changed": ("E-mail address changed", "They have another address, which is proven."),
    "user.verified": ("E-mail address confirmed", "Their address is proven."),
    "preference.changed": (
        "Preferences changed",
        "Somebody set some of their own preferences, and which; never to what.",
    ),
    "token.made": ("Token made", "Somebody let a program act for them."),
    "token.ended": ("Token ended", "No longer."),
    "job.requeued": ("Held work tried again", "Work that had failed for good is tried again."),
    "job.dropped": ("Held work given up", "Work that had failed for good is given up."),
    "session.ended": (
        "Signed out of a browser",
        "Somebody was signed out of a browser, by themselves or by a new password.",
    ),
}
"""Every event of this room, of `platform.auth` where it concerns an agency's people, and of `platform.jobs`: what it
is called, and what it says."""
