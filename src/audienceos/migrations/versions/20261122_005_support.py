"""The seed's fourth phase: tickets, and what runs by itself.

Revision 005.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate

revision = "005"
down_revision = "004"


def upgrade() -> None:
    ticket_counter()
    ticket()
    ticket_note()
    workflow()
    workflow_run()


def downgrade() -> None:
    b.drop("workflow_run", "workflow", "ticket_note", "ticket", "ticket_counter")


def ticket_counter() -> None:
    b.table("ticket_counter", b.must("agency_id", b.UUID), b.must("last_number", b.INT, "0"), key="agency_id")
    b.refer("ticket_counter", "agency_id", "agency")
    isolate("ticket_counter", ("select", "insert", "update"))


def ticket() -> None:
    b.tenant_table(
        "ticket",
        b.must("client_id", b.UUID),
        b.must("number", b.INT),
        b.must("title", b.words(200)),
        b.must("description", b.TEXT),
        b.must("category", b.TEXT),
        b.must("priority", b.TEXT),
        b.must("status", b.TEXT),
        b.may("assignee_id", b.UUID),
        b.may("resolution_notes", b.TEXT),
        b.may("time_spent_minutes", b.INT),
        b.may("due_date", b.DATE),
        b.must("created_by", b.UUID),
        b.may("resolved_by", b.UUID),
        b.may("resolved_at", b.TIME),
        b.may("deleted_at", b.TIME),
        *b.stamped(),
        refs={"client_id": "client", "assignee_id": "user", "created_by": "user", "resolved_by": "user"},
    )
    categories = ("technical", "billing", "campaign", "general", "escalation")
    b.one_of("ticket", "category", *categories)
    b.one_of("ticket", "priority", "low", "medium", "high", "critical")
    b.one_of("ticket", "status", "new", "in_progress", "waiting_client", "resolved")
    b.check("ticket", "number", "number > 0")
    b.check("ticket", "time_spent_minutes", "time_spent_minutes >= 0")
    b.unique("ticket", "agency_id", "number")
    b.index("ticket", "ticket_client_ix", "agency_id", "client_id")
    isolate("ticket")


def ticket_note() -> None:
    b.tenant_table(
        "ticket_note",
        b.must("ticket_id", b.UUID),
        b.must("content", b.TEXT),
        b.must("is_internal", b.BOOL, "true"),
        b.must("added_by", b.UUID),
        *b.created(),
        refs={"ticket_id": "ticket", "added_by": "user"},
    )
    b.index("ticket_note", "ticket_note_ticket_ix", "agency_id", "ticket_id", "created_at")
    isolate("ticket_note")


def workflow() -> None:
    b.tenant_table(
        "workflow",
        b.must("name", b.words(200)),
        b.may("description", b.TEXT),
        b.must("triggers", b.JSON),
        b.must("actions", b.JSON),
        b.must("is_active", b.BOOL, "true"),
        b.must("created_by", b.UUID),
        b.may("last_run_at", b.TIME),
        b.must("run_count", b.INT, "0"),
        b.must("success_count", b.INT, "0"),
        *b.stamped(),
        refs={"created_by": "user"},
    )
    isolate("workflow")
    admins_write("workflow")


def workflow_run() -> None:
    b.tenant_table(
        "workflow_run",
        b.must("workflow_id", b.UUID),
        b.must("trigger_data", b.JSON),
        b.must("status", b.TEXT),
        b.may("executed_actions", b.JSON),
        b.may("error_message", b.TEXT),
        b.must("started_at", b.TIME),
        b.may("completed_at", b.TIME),
        refs={"workflow_id": "workflow"},
    )
    b.one_of("workflow_run", "status", "running", "completed", "failed")
    b.index("workflow_run", "workflow_run_workflow_ix", "agency_id", "workflow_id", "started_at")
    isolate("workflow_run")
