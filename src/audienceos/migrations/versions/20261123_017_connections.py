"""Connections as people make them: grants with their state, apps, mailboxes, ad accounts, and what readings came to.

Revision 017.
"""

import sqlalchemy as sa
from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import (
    BY_ADMIN_OR_SYSTEM,
    OWN,
    admins_write,
    isolate,
    keep_outside,
    narrow,
    only_columns,
    serve,
    serve_more,
    withdraw,
)

revision = "017"
down_revision = "015"

GIVEN = (
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
ADDED = (
    "account_id",
    "account_name",
    "scopes",
    "connected_at",
    "connected_by",
    "tokens_refreshed_at",
    "checked_at",
    "failures",
    "last_error",
    "lost_at",
)
TOKENS = ("access_token", "refresh_token")
LEASE = "refreshing_until"
READ = ("agency_id", "id", "provider", "is_connected", "token_expires_at")
KEYED = ("agency_id", "id")
PROVIDERS = ("slack", "gmail", "google_ads", "meta_ads")


def upgrade() -> None:
    integration()
    integration_app()
    mailbox()
    oauth_start()
    sync_run()
    ad_account()
    outside_account()


def downgrade() -> None:
    b.drop("outside_account", "ad_account", "sync_run", "oauth_start", "mailbox", "integration_app")
    withdraw("integration")
    op.drop_index("integration_expiry_ix", "integration")
    op.drop_constraint("integration_agency_id_connected_by_fk", "integration")
    for name in (LEASE, *ADDED):
        op.drop_column("integration", name)
    for verb in ("select", "insert", "update"):
        only_columns("integration", verb, GIVEN)
    given = (*TOKENS, "token_expires_at")
    serve("integration", ("select",), columns=("agency_id", "id", "provider", "is_connected", *given))
    serve_more("integration", "update", (*given, "updated_at"))


def integration() -> None:
    # Nothing could store a token before this revision. The two columns come last again, behind the open ones.
    for name in TOKENS:
        op.drop_column("integration", name)
    for column in (
        b.may("account_id", b.words(200)),
        b.may("account_name", b.words(200)),
        b.must("scopes", b.many(b.TEXT), "'{}'"),
        b.may("connected_at", b.TIME),
        b.may("connected_by", b.UUID),
        b.may("tokens_refreshed_at", b.TIME),
        b.may("checked_at", b.TIME),
        b.must("failures", b.INT, "0"),
        b.may("last_error", b.TEXT),
        b.may("lost_at", b.TIME),
        *(b.may(name, b.TEXT) for name in TOKENS),
        b.may(LEASE, b.TIME),
    ):
        op.add_column("integration", column)
    b.tenant_key("integration", ("connected_by",), "user")
    b.index("integration", "integration_expiry_ix", "token_expires_at", where="is_connected")
    for verb in ("select", "insert", "update"):
        only_columns("integration", verb, (*GIVEN, *ADDED))
    withdraw("integration")
    serve("integration", ("select",), columns=(*READ, *TOKENS, LEASE))
    kept = ("token_expires_at", "tokens_refreshed_at", "updated_at")
    serve_more("integration", "update", (*TOKENS, *kept, LEASE))


def integration_app() -> None:
    sealed = ("client_secret", "signing_secret", "developer_token")
    b.tenant_table(
        "integration_app",
        b.must("vendor", b.TEXT),
        b.must("app_id", b.words(300)),
        b.must("holds", b.many(b.TEXT), "'{}'"),
        *b.stamped(),
        *(b.may(name, b.TEXT) for name in sealed),
    )
    b.one_of("integration_app", "vendor", "slack", "google", "meta")
    b.unique("integration_app", "agency_id", "vendor")
    isolate("integration_app")
    plain = (*KEYED, "vendor", "app_id", "holds", "created_at", "updated_at")
    for verb in ("select", "insert", "update"):
        only_columns("integration_app", verb, plain)
    admins_write("integration_app")
    serve("integration_app", ("select",), columns=(*KEYED, "vendor", "app_id", *sealed))
    serve_more("integration_app", "update", (*sealed, "updated_at"))


def mailbox() -> None:
    sealed = ("password", *TOKENS)
    plain = (
        b.must("kind", b.TEXT),
        b.must("address", b.words(100)),
        b.must("address_key", b.words(100)),
        b.may("user_id", b.UUID),
        b.may("username", b.words(200)),
        b.may("imap_host", b.words(253)),
        b.may("imap_port", b.INT),
        b.may("smtp_host", b.words(253)),
        b.may("smtp_port", b.INT),
        b.must("state", b.TEXT),
        b.may("token_expires_at", b.TIME),
        b.may("checked_at", b.TIME),
        b.may("last_sync_at", b.TIME),
        b.must("failures", b.INT, "0"),
        b.may("last_error", b.TEXT),
        *b.stamped(),
    )
    shut = (*(b.may(name, b.TEXT) for name in sealed), b.may(LEASE, b.TIME))
    names = [column.name for column in plain]
    b.tenant_table("mailbox", *plain, *shut, refs={"user_id": "user"})
    b.one_of("mailbox", "kind", "gmail", "imap")
    b.one_of("mailbox", "state", "working", "failing")
    b.check("mailbox", "hosts", "kind = 'gmail' or (imap_host is not null and smtp_host is not null)")
    b.unique("mailbox", "agency_id", "address_key")
    b.index("mailbox", "mailbox_user_ix", "agency_id", "user_id")
    isolate("mailbox")
    for verb in ("select", "insert", "update"):
        only_columns("mailbox", verb, (*KEYED, *names))
    # The agency's are its admins'; one's own is one's own, and an admin may take it out.
    own = f"({OWN} or {BY_ADMIN_OR_SYSTEM})"
    narrow("mailbox", "own_insert", "insert", check=own)
    narrow("mailbox", "own_update", "update", using=own)
    narrow("mailbox", "own_delete", "delete", using=own)
    looked_at = (*KEYED, "kind", "address", "token_expires_at", "failures", "updated_at")
    serve("mailbox", ("select",), columns=(*looked_at, *sealed, LEASE))
    serve_more("mailbox", "update", (*sealed, "token_expires_at", "updated_at", LEASE))


def oauth_start() -> None:
    b.tenant_table(
        "oauth_start",
        b.must("user_id", b.UUID),
        b.must("provider", b.TEXT),
        b.must("nonce_hash", b.words(64)),
        b.must("expires_at", b.TIME),
        *b.created(),
        refs={"user_id": "user"},
    )
    b.one_of("oauth_start", "provider", *PROVIDERS)
    b.index("oauth_start", "oauth_start_nonce_ix", "agency_id", "nonce_hash")
    b.index("oauth_start", "oauth_start_ends_ix", "expires_at")
    isolate("oauth_start", ("select", "insert", "delete"))
    narrow("oauth_start", "own", "all", using=OWN)
    serve("oauth_start", ("select", "delete"))


def sync_run() -> None:
    b.tenant_table(
        "sync_run",
        b.may("integration_id", b.UUID),
        b.may("mailbox_id", b.UUID),
        b.must("outcome", b.TEXT),
        b.must("started_at", b.TIME),
        b.may("ended_at", b.TIME),
        *(b.must(name, b.INT, "0") for name in ("fetched", "created", "updated", "skipped", "failed")),
        b.may("error", b.TEXT),
        refs={"integration_id": "integration"},
    )
    b.tenant_key("sync_run", ("mailbox_id",), "mailbox", on_delete="CASCADE")
    b.one_of("sync_run", "outcome", "running", "done", "partial", "failed")
    b.check("sync_run", "of_one", "integration_id is null or mailbox_id is null")
    b.check("sync_run", "ended", "(outcome = 'running') = (ended_at is null)")
    for of in ("integration", "mailbox"):
        b.index("sync_run", f"sync_run_{of}_ix", "agency_id", f"{of}_id", "started_at")
    isolate("sync_run")
    admins_write("sync_run")


def ad_account() -> None:
    b.tenant_table(
        "ad_account",
        b.must("provider", b.TEXT),
        b.must("account_id", b.words(100)),
        b.must("name", b.words(200)),
        b.may("currency", b.words(3)),
        b.may("client_id", b.UUID),
        b.must("seen_at", b.TIME),
        *b.versioned(),
        refs={"client_id": "client"},
    )
    b.one_of("ad_account", "provider", "google_ads", "meta_ads")
    b.unique("ad_account", "agency_id", "provider", "account_id")
    b.index("ad_account", "ad_account_client_ix", "agency_id", "client_id")
    isolate("ad_account", ("select", "insert", "update"))
    admins_write("ad_account")


def outside_account() -> None:
    op.create_table(
        "outside_account",
        b.must("provider", b.TEXT),
        b.must("external_id", b.words(200)),
        b.must("agency_id", b.UUID),
        *b.created(),
        sa.PrimaryKeyConstraint("provider", "external_id", name="outside_account_pk"),
    )
    b.index("outside_account", "outside_account_agency_id_ix", "agency_id")
    keep_outside("outside_account")
    serve("outside_account", ("select", "insert", "delete"))
