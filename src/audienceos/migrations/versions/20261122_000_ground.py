"""What everything stands on: claims and their readers, a person and their credentials.

Revision 000, the first.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import keep_outside, logins, serve

revision = "000"
down_revision = None

EVERY = ("select", "insert", "update", "delete")


def upgrade() -> None:
    b.script("functions.sql")
    _usage()
    account()
    session()
    account_token()
    throttle()
    security_log()
    account_mail()


def downgrade() -> None:
    b.drop("account_mail", "security_log", "throttle", "account_token", "session", "account")
    b.script("functions_down.sql")


def _usage() -> None:
    who = logins().quoted()
    b.run(
        [
            f"grant usage on schema public to {who['app']}, {who['service']}",
            f"grant select on app.schema_version to {who['service']}",
        ]
    )


def account() -> None:
    b.table(
        "account",
        b.must("id", b.UUID),
        b.must("email", b.words(100)),
        b.must("email_key", b.words(100)),
        b.may("email_verified_at", b.TIME),
        b.must("password_hash", b.TEXT),
        b.must("password_changed_at", b.TIME),
        *b.stamped(),
    )
    b.unique("account", "email_key")
    keep_outside("account")
    serve("account", EVERY)


def session() -> None:
    b.table(
        "session",
        b.must("id", b.UUID),
        b.must("account_id", b.UUID),
        b.must("hash", b.words(64)),
        b.must("last_seen_at", b.TIME),
        b.must("idle_until", b.TIME),
        b.must("expires_at", b.TIME),
        b.may("ended_at", b.TIME),
        b.must("user_agent", b.words(300), "''"),
        *b.created(),
    )
    b.refer("session", "account_id", "account")
    b.unique("session", "hash")
    b.index("session", "session_account_id_ix", "account_id")
    keep_outside("session")
    serve("session", EVERY)
    _own_session()


def _own_session() -> None:
    """`app.enter` reads the one session whose hash the transaction was shown, and nothing more of it."""
    app = logins().quoted()["app"]
    b.run(
        [
            f"create policy own_hash on session for select to {app} using (hash = (select app.credential()))",
            f"grant select (id, account_id, hash, idle_until, expires_at, ended_at) on session to {app}",
        ]
    )


def account_token() -> None:
    b.table(
        "account_token",
        b.must("id", b.UUID),
        b.must("account_id", b.UUID),
        b.must("purpose", b.TEXT),
        b.must("hash", b.words(64)),
        b.must("email_key", b.words(100)),
        b.must("expires_at", b.TIME),
        b.may("used_at", b.TIME),
        *b.created(),
    )
    b.refer("account_token", "account_id", "account")
    b.one_of("account_token", "purpose", "verify", "reset")
    b.unique("account_token", "hash")
    b.index("account_token", "account_token_account_id_ix", "account_id")
    keep_outside("account_token")
    serve("account_token", EVERY)


def throttle() -> None:
    b.table(
        "throttle",
        b.must("key", b.words(64)),
        b.must("tries", b.INT),
        b.must("window_ends_at", b.TIME),
        key="key",
    )
    b.index("throttle", "throttle_window_ends_at_ix", "window_ends_at")
    keep_outside("throttle")
    serve("throttle", EVERY)


def security_log() -> None:
    b.table(
        "security_log",
        b.must("id", b.UUID),
        b.must("name", b.words(100)),
        b.may("account_id", b.UUID),
        b.may("email_hash", b.words(64)),
        b.may("request_id", b.words(64)),
        *b.created(),
    )
    keep_outside("security_log")
    serve("security_log", EVERY)


def account_mail() -> None:
    b.table(
        "account_mail",
        b.must("id", b.UUID),
        b.must("account_id", b.UUID),
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
    b.refer("account_mail", "account_id", "account")
    b.index("account_mail", "account_mail_account_id_ix", "account_id")
    keep_outside("account_mail")
    serve("account_mail", EVERY)
