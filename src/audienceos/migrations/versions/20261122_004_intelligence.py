"""The seed's third phase: documents, conversations with the assistant, alerts.

Revision 004.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import OWN, isolate, narrow

revision = "004"
down_revision = "003"


def upgrade() -> None:
    document()
    chat_session()
    chat_message()
    alert()


def downgrade() -> None:
    b.drop("alert", "chat_message", "chat_session", "document")


def document() -> None:
    b.tenant_table(
        "document",
        b.must("title", b.words(200)),
        b.must("file_name", b.words(200)),
        b.must("file_size", b.INT),
        b.must("mime_type", b.words(100)),
        b.must("storage_path", b.words(500)),
        b.must("category", b.TEXT),
        b.may("client_id", b.UUID),
        b.may("page_count", b.INT),
        b.may("word_count", b.INT),
        b.must("index_status", b.TEXT),
        b.may("gemini_file_id", b.words(200)),
        b.must("uploaded_by", b.UUID),
        b.must("is_active", b.BOOL, "true"),
        *b.stamped(),
        refs={"uploaded_by": "user"},
    )
    b.tenant_key("document", ("client_id",), "client", on_delete="RESTRICT")
    categories = ("installation", "tech", "support", "process", "client_specific")
    b.one_of("document", "category", *categories)
    b.one_of("document", "index_status", "pending", "indexing", "indexed", "failed")
    b.check("document", "file_size", "file_size > 0")
    isolate("document")


def chat_session() -> None:
    b.tenant_table(
        "chat_session",
        b.must("user_id", b.UUID),
        b.may("title", b.words(200)),
        b.may("context", b.JSON),
        b.must("is_active", b.BOOL, "true"),
        b.may("last_message_at", b.TIME),
        *b.created(),
        refs={"user_id": "user"},
    )
    b.unique("chat_session", "agency_id", "user_id", "id")
    isolate("chat_session")
    narrow("chat_session", "own", "all", using=OWN)


def chat_message() -> None:
    b.tenant_table(
        "chat_message",
        b.must("session_id", b.UUID),
        b.must("user_id", b.UUID),
        b.must("role", b.TEXT),
        b.must("content", b.TEXT),
        b.may("route_used", b.TEXT),
        b.may("citations", b.JSON),
        b.may("tokens_used", b.INT),
        *b.created(),
    )
    # Foreign keys look past row security: only this one keeps a message out of another person's conversation.
    b.tenant_key("chat_message", ("user_id", "session_id"), "chat_session", ("user_id", "id"))
    b.one_of("chat_message", "role", "user", "assistant")
    b.one_of("chat_message", "route_used", "rag", "web", "memory", "casual", "dashboard")
    b.index("chat_message", "chat_message_session_ix", "agency_id", "session_id", "created_at")
    isolate("chat_message")
    narrow("chat_message", "own", "all", using=OWN)


def alert() -> None:
    b.tenant_table(
        "alert",
        b.may("client_id", b.UUID),
        b.must("key", b.words(200)),
        b.must("type", b.TEXT),
        b.must("severity", b.TEXT),
        b.must("title", b.words(200)),
        b.must("description", b.TEXT),
        b.may("suggested_action", b.TEXT),
        b.must("confidence", b.number(3, 2)),
        b.must("status", b.TEXT),
        b.may("snoozed_until", b.TIME),
        b.may("resolved_by", b.UUID),
        b.may("resolved_at", b.TIME),
        b.may("metadata", b.JSON),
        *b.stamped(),
        refs={"client_id": "client", "resolved_by": "user"},
    )
    b.one_of("alert", "type", "risk_detected", "kpi_drop", "inactivity", "disconnect")
    b.one_of("alert", "severity", "low", "medium", "high", "critical")
    b.one_of("alert", "status", "active", "snoozed", "dismissed", "resolved")
    b.check("alert", "confidence", "confidence between 0 and 1")
    b.index("alert", "alert_active_ix", "agency_id", "status", where="status = 'active'")
    is_open = "status in ('active', 'snoozed')"
    b.index("alert", "alert_open_uq", "agency_id", "key", where=is_open, unique=True)
    isolate("alert")
