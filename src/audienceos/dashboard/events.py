"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED: dict[str, tuple[str, str]] = {
    "kpi.kept": ("Key figures kept", "Somebody had the day's figures kept before their hour."),
    "install_export.made": (
        "Installs exported",
        "Somebody took the days of new and completed clients out as a file.",
    ),
}
"""Every event of this room: what it is called, and what it says."""
