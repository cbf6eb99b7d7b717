"""Where the frame of every page leads. A place shows only where its route exists: what isn't built has no link."""

from __future__ import annotations

from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True):
    """One entry of the sidebar, the palette and the `g` jumps."""

    route: str
    words: str
    glyph: str
    keys: str = ""
    """The keys that lead there from any page, one after the other."""
    group: Literal["Operations", "Configure", ""] = ""
    """The part of the sidebar; none for what the palette alone lists."""
    section: str = ""
    """What a page calls itself there; the route's name unless given."""
    for_admins: bool = False
    in_settings: str = ""
    """What the settings' own list calls it, a page of theirs; none for what isn't listed there."""

    @property
    def here(self) -> str:
        """The section of its pages."""
        return self.section or self.route


PLACES = (
    Place("dashboard", "Dashboard", "layout-dashboard", "g d", "Operations"),
    Place("pipeline", "Pipeline", "kanban", "g p", "Operations"),
    Place("clients", "Clients", "users", "g c", "Operations"),
    Place("inbox", "Inbox", "inbox", "g i", "Operations"),
    Place("alerts", "Alerts", "bell", "g a", "Operations"),
    Place("tickets", "Tickets", "ticket", "g t", "Operations"),
    Place("my-work", "My work", "circle-check", "g m", "Operations"),
    Place("imports", "Import", "upload", "g u", "Configure", section="import", for_admins=True),
    Place("team", "Team", "user-plus", "g e", "Configure"),
    Place("integrations", "Integrations", "plug", "g o", "Configure"),
    Place("settings", "Settings", "settings", "g s", "Configure", in_settings="Agency"),
    Place("notifications", "Notifications", "bell", "g n"),
    Place("account", "Your account", "user", "g y"),
    Place("settings-pipeline", "Pipeline and health", "kanban", in_settings="Pipeline and health"),
    Place("settings-notifications", "What to be told", "bell", in_settings="Notifications"),
    Place("custom-fields", "Your own fields", "list", for_admins=True, in_settings="Your own fields"),
    Place("task-templates", "Checklists", "copy", for_admins=True, in_settings="Checklists"),
    Place("answer-templates", "Answer templates", "copy", in_settings="Answer templates"),
    Place("ticket-limits", "Ticket limits", "clock", for_admins=True, in_settings="Tickets"),
    Place("settings-inbox", "Inbox and its messages", "inbox", for_admins=True, in_settings="Inbox"),
    Place("deleted-clients", "Deleted clients", "trash-2", for_admins=True),
    Place("deleted-tickets", "Deleted tickets", "trash-2", for_admins=True),
    Place("audit", "Audit log", "shield", "g l", for_admins=True, in_settings="Audit log"),
    Place("mails", "Waiting mail", "mail", for_admins=True, in_settings="Waiting mail"),
    Place("held-jobs", "Held work", "rotate-ccw", for_admins=True, in_settings="Held work"),
)
"""In the order of the sidebar."""

ACTS = (
    Place("client-new", "New client", "plus", "n c"),
    Place("ticket-new", "New ticket", "ticket", "n t"),
)
"""What the palette can begin."""

ON_A_PHONE = ("dashboard", "pipeline", "inbox", "alerts")
"""The first of the bottom bar; the rest is behind its last button."""
