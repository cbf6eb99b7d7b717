"""What people are told, and what they watch.

Revision 012.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import BY_SYSTEM, OWN, isolate, narrow, serve

revision = "012"
down_revision = "011"

OWN_OR_SYSTEM = f"({OWN} or {BY_SYSTEM})"


def upgrade() -> None:
    notification()
    watch()


def downgrade() -> None:
    b.drop("watch", "notification")


def notification() -> None:
    b.tenant_table(
        "notification",
        b.must("user_id", b.UUID),
        b.must("key", b.words(100)),
        b.must("kind", b.TEXT),
        b.must("urgency", b.TEXT),
        b.must("words", b.TEXT),
        b.must("subject_type", b.words(50)),
        b.may("subject_id", b.UUID),
        b.may("number", b.INT),
        b.may("client_id", b.UUID),
        b.may("read_at", b.TIME),
        b.must("mail", b.TEXT, "'none'"),
        b.may("due_at", b.TIME),
        b.may("mail_id", b.UUID),
        *b.created(),
        refs={"user_id": "user", "client_id": "client", "mail_id": "mail_out"},
    )
    b.one_of("notification", "kind", "work", "clients", "tickets", "alerts", "mentions", "agency", "test")
    b.one_of("notification", "urgency", "normal", "critical")
    b.one_of("notification", "mail", "none", "waiting", "posted")
    b.check("notification", "due_at", "(mail = 'waiting') = (due_at is not null)")
    b.unique("notification", "agency_id", "user_id", "key")
    b.index("notification", "notification_inbox_ix", "agency_id", "user_id", "created_at")
    b.index("notification", "notification_unread_ix", "agency_id", "user_id", where="read_at is null")
    b.index("notification", "notification_waiting_ix", "agency_id", "due_at", where="due_at is not null")
    # The sweep asks all agencies at once whose mail is due: the exception to tenant first, as for clients' health.
    b.index("notification", "notification_due_ix", "due_at", where="due_at is not null")
    b.index("notification", "notification_client_ix", "agency_id", "client_id", where="client_id is not null")
    isolate("notification", ("select", "insert", "update"))
    narrow("notification", "own", "all", using=OWN_OR_SYSTEM)
    serve("notification", ("select",), columns=("agency_id", "id", "due_at"))


def watch() -> None:
    b.tenant_table(
        "watch",
        b.must("user_id", b.UUID),
        b.must("client_id", b.UUID),
        b.may("ticket_id", b.UUID),
        *b.created(),
        refs={"user_id": "user", "client_id": "client", "ticket_id": "ticket"},
    )
    b.unique("watch", "agency_id", "user_id", "client_id", "ticket_id", nulls_distinct=False)
    b.index("watch", "watch_client_ix", "agency_id", "client_id")
    isolate("watch")
    narrow("watch", "own_insert", "insert", check=OWN_OR_SYSTEM)
    narrow("watch", "own_update", "update", using=OWN_OR_SYSTEM)
    narrow("watch", "own_delete", "delete", using=OWN_OR_SYSTEM)
