"""Tickets as people work on them: times, search, limits, and what was sent to the client.

Revision 010.
"""

import sqlalchemy as sa
from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import (
    BY_ADMIN_OR_SYSTEM,
    admins_write,
    isolate,
    narrow,
    serve,
    withdraw,
)

revision = "010"
down_revision = "009"

TICKET_INDEXES = (
    "ticket_board_ix",
    "ticket_open_ix",
    "ticket_assignee_ix",
    "ticket_due_ix",
    "ticket_resolved_ix",
    "ticket_look_ix",
)
TICKET_COLUMNS = (
    "status_since",
    "responded_at",
    "response_minutes",
    "resolution_minutes",
    "reopened_count",
    "look_at",
    "escalated_at",
    "version",
)


def upgrade() -> None:
    ticket()
    ticket_note()
    ticket_time()
    ticket_term()
    ticket_limit()
    ticket_summary()


def downgrade() -> None:
    b.run(["drop policy admins_read on mail_out"])
    narrow("mail_out", "admins_read", "select", using=BY_ADMIN_OR_SYSTEM)
    b.drop("ticket_summary", "ticket_limit", "ticket_term", "ticket_time")
    for name in ("edited_at", "version"):
        op.drop_column("ticket_note", name)
    withdraw("ticket")
    for name in TICKET_INDEXES:
        op.drop_index(name, "ticket")
    for name in TICKET_COLUMNS:
        op.drop_column("ticket", name)


def ticket() -> None:
    op.add_column("ticket", b.must("version", b.INT, "1"))
    op.add_column("ticket", b.must("status_since", b.TIME, "now()"))
    b.run(["update ticket set status_since = coalesce(resolved_at, created_at)"])
    for column in (
        b.may("responded_at", b.TIME),
        b.may("response_minutes", b.INT),
        b.may("resolution_minutes", b.INT),
        b.must("reopened_count", b.INT, "0"),
        b.may("look_at", b.TIME),
        b.may("escalated_at", b.TIME),
    ):
        op.add_column("ticket", column)
    there, is_open = "deleted_at is null", "deleted_at is null and status <> 'resolved'"
    b.index("ticket", "ticket_board_ix", "agency_id", "status", "number", where=there)
    b.index("ticket", "ticket_open_ix", "agency_id", "client_id", where=is_open)
    b.index("ticket", "ticket_assignee_ix", "agency_id", "assignee_id", where=there)
    b.index("ticket", "ticket_due_ix", "agency_id", "due_date", where=is_open)
    b.index("ticket", "ticket_resolved_ix", "agency_id", "resolved_at", where=there)
    # Like that of clients' health: the sweep asks all agencies at once what time alone has changed.
    b.index("ticket", "ticket_look_ix", "look_at", where="look_at is not null")
    serve("ticket", ("select",), columns=("agency_id", "id", "look_at"))


def ticket_note() -> None:
    op.add_column("ticket_note", b.must("version", b.INT, "1"))
    op.add_column("ticket_note", b.may("edited_at", b.TIME))


def ticket_time() -> None:
    b.tenant_table(
        "ticket_time",
        b.must("ticket_id", b.UUID),
        b.must("user_id", b.UUID),
        b.must("day", b.DATE),
        b.must("minutes", b.INT),
        b.may("note", b.TEXT),
        *b.created(),
        refs={"ticket_id": "ticket", "user_id": "user"},
    )
    b.check("ticket_time", "minutes", "minutes between 1 and 99999")
    b.index("ticket_time", "ticket_time_ticket_ix", "agency_id", "ticket_id", "day")
    b.index("ticket_time", "ticket_time_day_ix", "agency_id", "day")
    isolate("ticket_time", ("select", "insert", "delete"))


def ticket_term() -> None:
    op.create_table(
        "ticket_term",
        b.must("agency_id", b.UUID),
        b.must("term", sa.String(50, collation="C")),
        b.must("ticket_id", b.UUID),
        sa.PrimaryKeyConstraint("agency_id", "term", "ticket_id", name="ticket_term_pk"),
    )
    b.refer("ticket_term", "agency_id", "agency")
    b.tenant_key("ticket_term", ("ticket_id",), "ticket")
    b.index("ticket_term", "ticket_term_ticket_ix", "agency_id", "ticket_id")
    isolate("ticket_term", ("select", "insert", "delete"))


def ticket_limit() -> None:
    b.table(
        "ticket_limit",
        b.must("agency_id", b.UUID),
        *(b.must(name, b.INT) for name in ("critical", "high", "medium", "low")),
        *b.versioned(),
        key="agency_id",
    )
    b.refer("ticket_limit", "agency_id", "agency")
    for name in ("critical", "high", "medium", "low"):
        b.check("ticket_limit", name, f"{name} between 1 and 1000")
    isolate("ticket_limit", ("select", "insert", "update"))
    admins_write("ticket_limit")


def ticket_summary() -> None:
    b.tenant_table(
        "ticket_summary",
        b.must("ticket_id", b.UUID),
        b.must("mail_id", b.UUID),
        b.must("to_email", b.words(100)),
        b.must("sent_by", b.UUID),
        *b.created(),
        refs={"ticket_id": "ticket", "mail_id": "mail_out", "sent_by": "user"},
    )
    b.index("ticket_summary", "ticket_summary_ticket_ix", "agency_id", "ticket_id", "created_at")
    isolate("ticket_summary", ("select", "insert"))
    # Whoever sees the ticket is told whether its mail left; other mails stay the admins' to read.
    b.run(["drop policy admins_read on mail_out"])
    readers = f"{BY_ADMIN_OR_SYSTEM} or kind = 'ticket_summary'"
    narrow("mail_out", "admins_read", "select", using=readers)
