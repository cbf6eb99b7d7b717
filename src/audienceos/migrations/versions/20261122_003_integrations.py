"""The seed's second phase: grants to outside services, and the messages that come through them.

Revision 003.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate, only_columns, serve, serve_more

revision = "003"
down_revision = "002"

OPEN = (
    "agency_id",
    "id",
    "provider",
    "is_connected",
    "token_expires_at",
    "last_sync_at",
    "config",
    "created_at",
    "updated_at",
)
"""Of an integration: all but its tokens, which the service login alone may touch."""


def upgrade() -> None:
    integration()
    communication()


def downgrade() -> None:
    b.drop("communication", "integration")


def integration() -> None:
    b.tenant_table(
        "integration",
        b.must("provider", b.TEXT),
        b.must("is_connected", b.BOOL),
        b.may("token_expires_at", b.TIME),
        b.may("last_sync_at", b.TIME),
        b.may("config", b.JSON),
        *b.stamped(),
        b.may("access_token", b.TEXT),
        b.may("refresh_token", b.TEXT),
    )
    b.one_of("integration", "provider", "slack", "gmail", "google_ads", "meta_ads")
    b.unique("integration", "agency_id", "provider")
    isolate("integration")
    for verb in ("select", "insert", "update"):
        only_columns("integration", verb, OPEN)
    admins_write("integration")
    tokens = ("access_token", "refresh_token", "token_expires_at")
    serve("integration", ("select",), columns=("agency_id", "id", "provider", "is_connected", *tokens))
    serve_more("integration", "update", (*tokens, "updated_at"))


def communication() -> None:
    b.tenant_table(
        "communication",
        b.must("client_id", b.UUID),
        b.must("platform", b.TEXT),
        b.may("thread_id", b.words(100)),
        b.must("message_id", b.words(100)),
        b.may("sender_email", b.words(100)),
        b.may("sender_name", b.words(100)),
        b.may("subject", b.words(200)),
        b.must("content", b.TEXT),
        b.must("is_inbound", b.BOOL),
        b.must("needs_reply", b.BOOL),
        b.may("replied_at", b.TIME),
        b.may("replied_by", b.UUID),
        b.must("received_at", b.TIME),
        *b.created(),
        refs={"client_id": "client", "replied_by": "user"},
    )
    b.one_of("communication", "platform", "slack", "gmail")
    b.unique("communication", "agency_id", "platform", "message_id")
    b.index("communication", "communication_client_ix", "agency_id", "client_id", "platform")
    waiting = "communication_waiting_ix"
    b.index("communication", waiting, "agency_id", "received_at desc", where="needs_reply")
    isolate("communication")
