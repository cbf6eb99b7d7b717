"""What is kept of messages, and for how long; and what is told of them.

Revision 024.
"""

from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import serve, withdraw

revision = "024"
down_revision = "021"

KINDS = ("work", "clients", "tickets", "alerts", "mentions", "agency", "test")
_KEYS = """
update triage_message
   set sender_key = lower(sender_email), sender_domain = rtrim(substring(lower(sender_email) from '[^@]*$'), '.')
 where sender_email is not null"""


def upgrade() -> None:
    sources()
    triage()
    kinds(*KINDS, "messages")
    # What is said in a message stands in no event, so that it is gone once the message is.
    op.execute("update event set data = data - 'name' - 'sender' where topic = 'conversation'")


def downgrade() -> None:
    op.execute("update notification set kind = 'clients' where kind = 'messages'")
    kinds(*KINDS)
    op.drop_column("triage_message", "sender_domain")
    op.drop_column("triage_message", "sender_key")
    op.drop_index("conversation_source_ix")
    op.drop_column("conversation", "told_until")
    withdraw("inbox_source")
    op.drop_column("inbox_source", "emptied_at")


def sources() -> None:
    op.add_column("inbox_source", b.may("emptied_at", b.TIME))
    op.add_column("conversation", b.may("told_until", b.TIME))
    op.execute("update conversation set told_until = now()")
    serve("inbox_source", ("select",), columns=("agency_id", "id", "keep_days", "emptied_at"))
    b.index("conversation", "conversation_source_ix", "agency_id", "source_id")


def triage() -> None:
    op.add_column("triage_message", b.may("sender_key", b.words(320)))
    op.add_column("triage_message", b.may("sender_domain", b.words(320)))
    op.execute(_KEYS)
    b.index("triage_message", "triage_message_sender_ix", "agency_id", "sender_key")
    b.index("triage_message", "triage_message_domain_ix", "agency_id", "sender_domain")


def kinds(*choices: str) -> None:
    op.drop_constraint("notification_kind_ck", "notification")
    b.one_of("notification", "kind", *choices)
