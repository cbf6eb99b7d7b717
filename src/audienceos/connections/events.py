"""What this room announces."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "integration.connected": ("Service connected", "An admin connected the agency with an outside service."),
    "integration.disconnected": ("Service disconnected", "An admin ended the connection with a service."),
    "integration.lost": (
        "Connection lost",
        "A service took its grant back; somebody has to connect it anew.",
    ),
    "integration.changed": ("Service set up", "An admin changed how a connected service is used."),
    "integration.checked": ("Connection tested", "A connection was tried, and told how it stands."),
    "integration_app.saved": ("App credentials kept", "An admin gave the agency's own app at a vendor."),
    "integration_app.removed": ("App credentials removed", "An admin took the agency's own app out."),
    "mailbox.added": ("Mailbox connected", "A mailbox is read and sent from."),
    "mailbox.checked": ("Mailbox tested", "A mailbox was tried, and told how it stands."),
    "mailbox.lost": (
        "Mailbox lost",
        "Google took back the grant by which a mailbox is read; its owner connects it anew.",
    ),
    "mailbox.removed": ("Mailbox removed", "A mailbox is no longer read; its password was wiped."),
    "ad_account.listed": ("Ad accounts listed", "The accounts that a grant reaches were read anew."),
    "ad_account.mapped": ("Ad account given to a client", "An admin said whose client's an ad account is."),
}
"""Every event of this room: what it is called, and what it says."""
