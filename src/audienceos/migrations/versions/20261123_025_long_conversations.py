"""An inbox of many messages is read from indexes alone, and what was taken back before it came stays so.

Revision 025.
"""

import sqlalchemy as sa
from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import isolate

revision = "025"
down_revision = "024"

WAITING, TERM_OF, SNOOZED = "conversation_waiting_ix", "conversation_term_of_ix", "conversation_snoozed_ix"


def upgrade() -> None:
    op.drop_index(WAITING, "conversation")
    b.index("conversation", WAITING, "agency_id", "waiting_since", "id", where="needs_reply")
    b.index("conversation", SNOOZED, "agency_id", "snoozed_until", where="snoozed_until is not null")
    op.drop_index(TERM_OF, "conversation_term")
    b.index("conversation_term", TERM_OF, "agency_id", "conversation_id", "term")
    removed_message()


def downgrade() -> None:
    b.drop("removed_message")
    op.drop_index(TERM_OF, "conversation_term")
    b.index("conversation_term", TERM_OF, "agency_id", "conversation_id")
    op.drop_index(SNOOZED, "conversation")
    op.drop_index(WAITING, "conversation")
    b.index("conversation", WAITING, "agency_id", "waiting_since", where="needs_reply")


def removed_message() -> None:
    op.create_table(
        "removed_message",
        b.must("agency_id", b.UUID),
        b.must("platform", b.TEXT),
        b.must("message_id", sa.String(100, collation="C")),
        b.must("removed_at", b.TIME),
        sa.PrimaryKeyConstraint("agency_id", "platform", "message_id", name="removed_message_pk"),
    )
    b.refer("removed_message", "agency_id", "agency")
    b.one_of("removed_message", "platform", "slack", "gmail")
    b.index("removed_message", "removed_message_old_ix", "agency_id", "removed_at")
    isolate("removed_message", ("select", "insert", "delete"))
