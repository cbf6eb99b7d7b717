"""Words for people, for what alerts keep as names."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from audienceos.alerts.queries.listing import AlertRow, AlertView
from audienceos.alerts.rules import REASONS
from audienceos.platform.db.base import Json

SEVERITIES = (("critical", "Critical"), ("high", "High"), ("medium", "Medium"), ("low", "Low"))
SHOWS = (("active", "Active"), ("snoozed", "Snoozed"), ("closed", "Closed"))
PUT_OFF = (
    ("1h", "1 hour", timedelta(hours=1)),
    ("1d", "1 day", timedelta(days=1)),
    ("1w", "1 week", timedelta(weeks=1)),
)
HEADINGS = (
    ("critical", "Critical risks"),
    ("approvals", "Approvals and actions"),
    ("signals", "Worth watching"),
)
WHY = tuple(REASONS.items())
PLACES: dict[str, str] = {
    "stage_event": "client",
    "event": "client",
    "task": "client-checklist",
    "ticket": "ticket",
    "import": "imports",
    "integration": "integrations",
    "mail": "mails",
}
"""Where a row of evidence is looked at, by its kind."""


class Part(msgspec.Struct, frozen=True):
    """Alerts under one heading; none for a plain list."""

    key: str
    words: str
    rows: list[AlertRow]


def parted(rows: list[AlertRow], show: str) -> list[Part]:
    """Active ones under their headings, in their order; others in one list."""
    if show != "active":
        return [Part("all", "", rows)] if rows else []
    parts = [Part(key, words, [row for row in rows if row.section == key]) for key, words in HEADINGS]
    return [part for part in parts if part.rows]


def ended(alert: AlertRow | AlertView) -> str:
    """How a closed alert came to its end, in a few words."""
    if alert.status == "dismissed":
        kept: Json = alert.metadata.get("dismiss", {}) if isinstance(alert, AlertView) else {}
        said = kept.get("text") or REASONS.get(kept.get("reason", "other"), "")
        return f"Dismissed: {said}" if kept else "Dismissed"
    return "Resolved by somebody" if alert.resolved_by else "Ended by itself"
