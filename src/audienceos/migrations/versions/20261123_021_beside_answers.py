"""What stands beside an answer: comments for the team, and templates.

Revision 021.
"""

from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate

revision = "021"
down_revision = "020"


def upgrade() -> None:
    comment()
    template()


def comment() -> None:
    b.tenant_table(
        "conversation_comment",
        b.must("conversation_id", b.UUID),
        b.must("content", b.TEXT),
        b.must("added_by", b.UUID),
        *b.created(),
        b.must("version", b.INT, "1"),
        b.may("edited_at", b.TIME),
        refs={"conversation_id": "conversation", "added_by": "user"},
    )
    b.index(
        "conversation_comment", "conversation_comment_of_ix", "agency_id", "conversation_id", "created_at"
    )
    isolate("conversation_comment")


def template() -> None:
    b.tenant_table(
        "answer_template",
        b.must("name", b.words(100)),
        b.must("name_key", b.words(100)),
        b.must("used_for", b.TEXT),
        b.must("content", b.TEXT),
        b.must("created_by", b.UUID),
        *b.versioned(),
        refs={"created_by": "user"},
    )
    b.one_of("answer_template", "used_for", "slack", "mail", "both")
    b.check("answer_template", "content", "char_length(content) between 1 and 10000")
    b.unique("answer_template", "agency_id", "name_key")
    isolate("answer_template")
    admins_write("answer_template")


def downgrade() -> None:
    op.drop_table("answer_template")
    op.drop_table("conversation_comment")
