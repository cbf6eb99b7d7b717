"""Where the rows lie that an address can name, and names of rows that never were."""

from __future__ import annotations

import secrets
from uuid import UUID

from audienceos.tables import metadata

TABLES: dict[str, str] = {
    "field_id": "custom_field",
    "user_id": "user",
    "client_id": "client",
    "assignment_id": "client_assignment",
    "contact_id": "client_contact",
    "note_id": "client_note",
    "task_id": "task",
    "template_id": "task_template",
    "import_id": "client_import",
    "view_id": "saved_view",
    "change_id": "client_change",
    "number": "ticket",
    "ticket_note_id": "ticket_note",
    "time_entry_id": "ticket_time",
    "conversation_id": "conversation",
    "message_id": "communication",
    "answer_id": "outgoing",
    "comment_id": "conversation_comment",
    "answer_template_id": "answer_template",
    "archive_id": "archive_import",
    "channel_id": "client_channel",
    "source_id": "inbox_source",
    "alert_id": "alert",
    "notification_id": "notification",
    "integration_id": "integration",
    "app_id": "integration_app",
    "mailbox_id": "mailbox",
    "ad_account_id": "ad_account",
    "invitation_id": "invitation",
    "token_id": "api_token",
    "session_id": "session",
}
"""A stage is a word in the agency's own row."""


def hangs_from_a_client(hole: str) -> bool:
    """Whether only somebody who sees the client may know of the row."""
    table = TABLES.get(hole)
    if table is None:
        return False
    return table == "client" or bool(
        {"client_id", "ticket_id", "conversation_id"} & set(metadata.tables[table].columns.keys())
    )


def never_was(hole: str) -> str:
    """An id, or a name, that nothing here ever had."""
    if hole == "job_id":
        return str(2**50 + secrets.randbits(40))
    if hole == "number":
        return str(2**30 + secrets.randbits(20))
    return "Never was" if hole == "stage" else str(UUID(int=secrets.randbits(128), version=4))
