"""Archives of messages that an agency brings: a mailbox, a workspace's export.

Revision 019.
"""

from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate

revision = "019"
down_revision = "018"

STATES = ("uploaded", "looking", "looked", "running", "done", "failed")


def upgrade() -> None:
    b.tenant_table(
        "archive_import",
        b.must("kind", b.TEXT),
        b.must("status", b.TEXT, "'uploaded'"),
        b.must("file_name", b.words(200)),
        b.must("file_size", b.BIGINT),
        b.may("storage_key", b.words(500)),
        b.may("own_address", b.words(200)),
        b.must("channels", b.JSON, "'{}'"),
        b.may("found", b.JSON),
        b.must("taken", b.JSON, "'{}'"),
        b.must("total", b.INT, "0"),
        b.must("position", b.INT, "0"),
        b.may("error", b.TEXT),
        b.must("created_by", b.UUID),
        b.may("started_at", b.TIME),
        b.may("finished_at", b.TIME),
        *b.versioned(),
        refs={"created_by": "user"},
    )
    b.one_of("archive_import", "kind", "mbox", "slack_export")
    b.one_of("archive_import", "status", *STATES)
    b.index("archive_import", "archive_import_recent_ix", "agency_id", "created_at")
    isolate("archive_import")
    admins_write("archive_import")


def downgrade() -> None:
    op.drop_table("archive_import")
