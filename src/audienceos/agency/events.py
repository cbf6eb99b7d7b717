"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED = {
    "agency.founded": "It came to be, with its first admin.",
    "agency.changed": "Fields of its own were edited, and which.",
    "agency.readdressed": "It lives at another address; the old one leads there.",
    "agency.stage_added": "The pipeline has another stage.",
    "agency.stage_renamed": "A stage has another name; what stands in it came along.",
    "agency.stage_changed": "A stage has another role.",
    "agency.stages_ordered": "The stages stand in another order.",
    "agency.stage_removed": "A stage is gone, and where its clients went.",
    "invitation.sent": "Somebody was asked in.",
    "invitation.resent": "They were asked again; the first link is void.",
    "invitation.cancelled": "It was taken back.",
    "invitation.accepted": "They came.",
    "user.joined": "Somebody has a seat here.",
    "user.changed": "Names or picture were edited.",
    "user.role_changed": "Somebody became an admin, or a user again.",
    "user.deactivated": "Somebody can't enter any more.",
    "user.reactivated": "They can again.",
    "user.removed": "Their seat is gone; history goes on naming them.",
    "user.email_changed": "They have another address, which is proven.",
    "user.verified": "Their address is proven.",
    "preference.changed": "Somebody set some of their own preferences, and which; never to what.",
    "token.made": "Somebody let a program act for them.",
    "token.ended": "No longer.",
    "job.requeued": "Work that had failed for good is tried again.",
    "job.dropped": "Work that had failed for good is given up.",
    "session.ended": "Somebody was signed out of a browser, by themselves or by a new password.",
}
"""Every event of this room, of `platform.auth` where it concerns an agency's people, and of `platform.jobs`."""
