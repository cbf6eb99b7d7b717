"""An inbox is read from its first page however long it is, and a person's mail without everybody's.

Revision 015.
"""

from alembic import op

from audienceos.migrations import building as b

revision = "015"
down_revision = "014"

WAITING, WAITS = "notification_waiting_ix", "due_at is not null"


def upgrade() -> None:
    first = ("agency_id", "user_id", "(read_at is null) desc", "created_at desc", "id desc")
    b.index("notification", "notification_unread_first_ix", *first)
    op.drop_index(WAITING, "notification")
    b.index("notification", WAITING, "agency_id", "user_id", "due_at", where=WAITS)


def downgrade() -> None:
    op.drop_index(WAITING, "notification")
    b.index("notification", WAITING, "agency_id", "due_at", where=WAITS)
    op.drop_index("notification_unread_first_ix", "notification")
