"""What people call statuses, priorities, categories and columns."""

from __future__ import annotations

from audienceos.tickets.forms import Status
from audienceos.tickets.rules import STATUSES as ALL
from audienceos.tickets.rules import WORDS

STATUSES = [(status, WORDS[status]) for status in ALL]
PRIORITIES = [("critical", "Critical"), ("high", "High"), ("medium", "Medium"), ("low", "Low")]
CATEGORIES = [
    ("technical", "Technical"),
    ("billing", "Billing"),
    ("campaign", "Campaign"),
    ("general", "General"),
    ("escalation", "Escalation"),
]
COLUMNS = [
    ("number", "Number"),
    ("title", "Ticket"),
    ("client", "Client"),
    ("status", "Status"),
    ("priority", "Priority"),
    ("assignee", "Assignee"),
    ("due_date", "Due"),
    ("created_at", "Opened"),
]
"""Columns of the list: each is a sort of the same name."""
BY_WORDS: dict[str, Status] = {WORDS[status]: status for status in ALL}
"""Statuses by what a lane of the board is called."""
