"""Reminders of tasks are told when they fall due.

Revision 014.
"""

from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import serve_more

revision = "014"
down_revision = "013"

# What fell due before anybody was told of it stands at the top of their work, and is not told late.
TO_COME = "update task set remind_due_at = remind_at where remind_at > now() and not is_completed"


def upgrade() -> None:
    op.add_column("task", b.may("remind_due_at", b.TIME))
    b.run([TO_COME])
    # Like that of tasks that come back: the sweep asks all agencies at once.
    b.index("task", "task_remind_due_ix", "remind_due_at", where="remind_due_at is not null")
    serve_more("task", "select", ("remind_due_at",))


def downgrade() -> None:
    op.drop_column("task", "remind_due_at")
