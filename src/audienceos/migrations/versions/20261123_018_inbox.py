"""Conversations: what messages make together, where they come from, and who waits for whom in them.

Revision 018.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import OWN, admins_write, isolate, narrow, serve

revision = "018"
down_revision = "017"

PLATFORMS = ("slack", "gmail")
SAID = (
    ("user_id", b.UUID, False),
    ("automatic", b.words(40), False),
    ("to_people", b.JSON, True),
    ("cc_people", b.JSON, True),
    ("attachments", b.JSON, True),
    ("origin", b.JSON, True),
    ("edited_at", b.TIME, False),
    ("removed_at", b.TIME, False),
)
"""Beside the given columns of a message: name, kind, and whether there always is a value."""
TABLES = (
    "matching_rule",
    "client_channel",
    "conversation_seen",
    "conversation_term",
    "promise",
    "message_markup",
    "triage_message",
    "conversation_key",
    "conversation",
    "inbox_source",
    "inbox_setting",
)


def upgrade() -> None:
    inbox_setting()
    inbox_source()
    conversation()
    conversation_key()
    communication()
    triage_message()
    message_markup()
    promise()
    conversation_term()
    conversation_seen()
    client_channel()
    matching_rule()


def downgrade() -> None:
    op.drop_column("communication", "conversation_id")
    for name, _, _ in SAID:
        op.drop_column("communication", name)
    b.drop(*TABLES)


def said() -> list[sa.Column[Any]]:
    return [b.must(name, kind) if always else b.may(name, kind) for name, kind, always in SAID]


def inbox_setting() -> None:
    b.table(
        "inbox_setting",
        b.must("agency_id", b.UUID),
        b.must("watch_hours", b.INT, "24"),
        b.must("risk_hours", b.INT, "48"),
        *b.versioned(),
        key="agency_id",
    )
    b.refer("inbox_setting", "agency_id", "agency")
    b.check("inbox_setting", "watch_hours", "watch_hours between 1 and 1000")
    b.check("inbox_setting", "risk_hours", "risk_hours between watch_hours and 1000")
    isolate("inbox_setting", ("select", "insert", "update"))


def inbox_source() -> None:
    b.tenant_table(
        "inbox_source",
        b.must("platform", b.TEXT),
        b.must("kind", b.TEXT),
        b.must("external_id", b.words(200)),
        b.must("name", b.words(100)),
        b.may("user_id", b.UUID),
        b.must("is_indexed", b.BOOL, "true"),
        b.may("keep_days", b.INT),
        b.may("watermark", b.JSON),
        *b.versioned(),
        refs={"user_id": "user"},
    )
    b.one_of("inbox_source", "platform", *PLATFORMS)
    b.one_of("inbox_source", "kind", "mailbox", "workspace", "mbox", "slack_export")
    b.check("inbox_source", "keep_days", "keep_days between 1 and 36500")
    b.unique("inbox_source", "agency_id", "kind", "external_id")
    isolate("inbox_source")
    admins_write("inbox_source")


def conversation() -> None:
    b.tenant_table(
        "conversation",
        b.may("client_id", b.UUID),
        b.must("source_id", b.UUID),
        b.must("platform", b.TEXT),
        b.may("place", b.words(100)),
        b.may("place_name", b.words(100)),
        b.may("subject", b.words(200)),
        b.must("snippet", b.words(200)),
        b.must("last_sender", b.words(100)),
        b.must("people", b.many(b.TEXT)),
        b.must("message_count", b.INT),
        b.must("last_message_at", b.TIME),
        b.may("last_inbound_at", b.TIME),
        b.must("needs_reply", b.BOOL),
        b.may("waiting_since", b.TIME),
        b.must("reasons", b.JSON),
        b.may("said", b.TEXT),
        b.may("said_by", b.UUID),
        b.may("said_at", b.TIME),
        b.may("assignee_id", b.UUID),
        b.may("snoozed_until", b.TIME),
        b.may("snoozed_at", b.TIME),
        b.may("look_at", b.TIME),
        *b.versioned(),
        refs={"client_id": "client", "source_id": "inbox_source", "assignee_id": "user", "said_by": "user"},
    )
    conversation_rules()
    isolate("conversation")
    serve("conversation", ("select",), columns=("agency_id", "id", "look_at"))


def conversation_rules() -> None:
    b.one_of("conversation", "platform", *PLATFORMS)
    b.one_of("conversation", "said", "needs_reply", "no_reply")
    b.check("conversation", "waiting", "needs_reply = (waiting_since is not null)")
    b.index("conversation", "conversation_client_ix", "agency_id", "client_id", "last_message_at desc")
    b.index("conversation", "conversation_latest_ix", "agency_id", "last_message_at desc")
    b.index("conversation", "conversation_waiting_ix", "agency_id", "waiting_since", where="needs_reply")
    b.index("conversation", "conversation_theirs_ix", "agency_id", "assignee_id", "last_message_at desc")
    nobodys = "client_id is null"
    b.index("conversation", "conversation_triage_ix", "agency_id", "last_message_at", where=nobodys)
    # Like that of tickets: the sweep asks all agencies at once what time alone has changed.
    b.index("conversation", "conversation_look_ix", "look_at", where="look_at is not null")


def conversation_key() -> None:
    op.create_table(
        "conversation_key",
        b.must("agency_id", b.UUID),
        b.must("platform", b.TEXT),
        b.must("key", sa.String(100, collation="C")),
        b.must("conversation_id", b.UUID),
        sa.PrimaryKeyConstraint("agency_id", "platform", "key", name="conversation_key_pk"),
    )
    b.refer("conversation_key", "agency_id", "agency")
    b.tenant_key("conversation_key", ("conversation_id",), "conversation")
    b.one_of("conversation_key", "platform", *PLATFORMS)
    b.index("conversation_key", "conversation_key_of_ix", "agency_id", "conversation_id")
    isolate("conversation_key")


def communication() -> None:
    # Nothing wrote messages before there were conversations.
    op.add_column("communication", b.must("conversation_id", b.UUID))
    for column in said():
        op.add_column("communication", column)
    b.tenant_key("communication", ("conversation_id",), "conversation")
    b.tenant_key("communication", ("user_id",), "user")
    b.index("communication", "communication_conversation_ix", "agency_id", "conversation_id", "received_at")


def triage_message() -> None:
    b.tenant_table(
        "triage_message",
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
        b.must("conversation_id", b.UUID),
        *said(),
        refs={"conversation_id": "conversation", "replied_by": "user", "user_id": "user"},
    )
    b.one_of("triage_message", "platform", *PLATFORMS)
    b.unique("triage_message", "agency_id", "platform", "message_id")
    b.index("triage_message", "triage_message_conversation_ix", "agency_id", "conversation_id", "received_at")
    isolate("triage_message")


def message_markup() -> None:
    b.tenant_table("message_markup", b.must("html", b.TEXT))
    isolate("message_markup")


def promise() -> None:
    b.tenant_table(
        "promise",
        b.must("conversation_id", b.UUID),
        b.must("message_id", b.UUID),
        b.must("by", b.TEXT),
        b.must("owner", b.words(100)),
        b.may("user_id", b.UUID),
        b.must("quote", b.words(500)),
        b.may("due", b.DATE),
        b.must("said_at", b.TIME),
        b.must("is_kept", b.BOOL),
        refs={"conversation_id": "conversation", "user_id": "user"},
    )
    b.one_of("promise", "by", "us", "them")
    b.index("promise", "promise_conversation_ix", "agency_id", "conversation_id")
    b.index("promise", "promise_due_ix", "agency_id", "due", where="not is_kept and due is not null")
    isolate("promise", ("select", "insert", "delete"))


def conversation_term() -> None:
    op.create_table(
        "conversation_term",
        b.must("agency_id", b.UUID),
        b.must("term", sa.String(50, collation="C")),
        b.must("conversation_id", b.UUID),
        sa.PrimaryKeyConstraint("agency_id", "term", "conversation_id", name="conversation_term_pk"),
    )
    b.refer("conversation_term", "agency_id", "agency")
    b.tenant_key("conversation_term", ("conversation_id",), "conversation")
    b.index("conversation_term", "conversation_term_of_ix", "agency_id", "conversation_id")
    isolate("conversation_term", ("select", "insert", "delete"))


def conversation_seen() -> None:
    op.create_table(
        "conversation_seen",
        b.must("agency_id", b.UUID),
        b.must("user_id", b.UUID),
        b.must("conversation_id", b.UUID),
        b.must("seen_at", b.TIME),
        sa.PrimaryKeyConstraint("agency_id", "user_id", "conversation_id", name="conversation_seen_pk"),
    )
    b.refer("conversation_seen", "agency_id", "agency")
    b.tenant_key("conversation_seen", ("user_id",), "user")
    b.tenant_key("conversation_seen", ("conversation_id",), "conversation")
    b.index("conversation_seen", "conversation_seen_of_ix", "agency_id", "conversation_id")
    isolate("conversation_seen")
    narrow("conversation_seen", "own", "all", using=f"({OWN} or (select app.actor_kind()) = 'system')")


def client_channel() -> None:
    b.tenant_table(
        "client_channel",
        b.must("client_id", b.UUID),
        b.must("place", b.words(100)),
        b.must("name", b.words(100)),
        b.may("label", b.words(50)),
        b.may("linked_by", b.UUID),
        *b.created(),
        refs={"client_id": "client", "linked_by": "user"},
    )
    b.unique("client_channel", "agency_id", "place")
    b.index("client_channel", "client_channel_client_ix", "agency_id", "client_id")
    isolate("client_channel")


def matching_rule() -> None:
    b.tenant_table(
        "matching_rule",
        b.must("client_id", b.UUID),
        b.must("kind", b.TEXT),
        b.must("value", b.words(253)),
        b.must("taught_by", b.UUID),
        *b.created(),
        refs={"client_id": "client", "taught_by": "user"},
    )
    b.one_of("matching_rule", "kind", "address", "domain")
    b.unique("matching_rule", "agency_id", "kind", "value")
    b.index("matching_rule", "matching_rule_client_ix", "agency_id", "client_id")
    isolate("matching_rule")
