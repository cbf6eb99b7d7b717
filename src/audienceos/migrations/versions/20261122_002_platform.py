"""What the platform keeps for every room: events, answers, mails waiting to leave, and jobs.

Revision 002.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import BY_ADMIN_OR_SYSTEM, isolate, narrow, serve

revision = "002"
down_revision = "001"


def upgrade() -> None:
    event()
    idempotency_key()
    mail_out()
    b.script("jobs.sql")
    b.script("jobs_wall.sql")
    b.script("acting.sql")


def downgrade() -> None:
    b.run(["drop function app.acting(uuid, uuid)", "drop schema jobs cascade"])
    b.drop("mail_out", "idempotency_key", "event")


def event() -> None:
    b.tenant_table(
        "event",
        b.numbered("seq"),
        b.must("xid", b.XID8, "pg_current_xact_id()"),
        b.must("at", b.TIME),
        b.must("name", b.words(100)),
        b.must("topic", b.words(50)),
        b.must("actor_kind", b.TEXT),
        b.may("actor_id", b.UUID),
        b.must("subject_type", b.words(50)),
        b.may("subject_id", b.UUID),
        b.may("client_id", b.UUID),
        b.must("data", b.JSON, "'{}'"),
        b.may("before", b.JSON),
        b.may("after", b.JSON),
        b.may("request_id", b.words(64)),
    )
    b.one_of("event", "actor_kind", "person", "token", "system")
    about = "client_id is not null"
    b.index("event", "event_cursor_ix", "agency_id", "xid", "seq")
    b.index("event", "event_client_ix", "agency_id", "client_id", "at", where=about)
    b.index("event", "event_audit_ix", "agency_id", "at")
    isolate("event", ("select", "insert"))
    serve("event", ("select", "insert"))


def idempotency_key() -> None:
    b.tenant_table(
        "idempotency_key",
        b.must("user_id", b.UUID),
        b.must("method", b.words(10)),
        b.must("route", b.words(200)),
        b.must("key", b.words(100)),
        b.must("body_hash", b.words(64)),
        b.may("status", b.INT),
        b.may("content_type", b.words(100)),
        b.must("headers", b.JSON, "'{}'"),
        b.may("answer", b.BYTES),
        *b.created(),
    )
    b.unique("idempotency_key", "agency_id", "user_id", "method", "route", "key")
    b.index("idempotency_key", "idempotency_key_agency_id_created_at_ix", "agency_id", "created_at")
    isolate("idempotency_key")
    serve("idempotency_key", ("select", "delete"))


def mail_out() -> None:
    b.tenant_table(
        "mail_out",
        b.may("about_id", b.UUID),
        b.must("kind", b.words(50)),
        b.must("to_email", b.words(100)),
        b.must("subject", b.words(200)),
        b.must("body", b.TEXT),
        b.must("attempts", b.INT, "0"),
        b.may("sent_at", b.TIME),
        b.may("failed_at", b.TIME),
        b.may("last_error", b.TEXT),
        *b.created(),
    )
    b.index("mail_out", "mail_out_agency_id_created_at_ix", "agency_id", "created_at")
    isolate("mail_out", ("select", "insert"))
    narrow("mail_out", "admins_read", "select", using=BY_ADMIN_OR_SYSTEM)
    serve("mail_out", ("select", "update"))
