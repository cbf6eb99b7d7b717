"""Answers: drafts, and what somebody had sent.

Revision 020.
"""

from typing import Any

import sqlalchemy as sa

from audienceos.migrations import building as b
from audienceos.platform.db.wall import BY_SYSTEM, OWN, isolate, narrow, serve

revision = "020"
down_revision = "019"

KINDS = ("slack", "gmail", "mailbox")
STATES = ("waiting", "sending", "sent", "failed", "cancelled", "held", "unsure")


def upgrade() -> None:
    draft()
    outgoing()


def downgrade() -> None:
    b.drop("outgoing", "draft")


def draft() -> None:
    b.tenant_table(
        "draft",
        b.must("user_id", b.UUID),
        b.must("conversation_id", b.UUID),
        b.must("text", b.TEXT),
        b.must("to_people", b.JSON),
        b.must("cc_people", b.JSON),
        b.may("message_id", b.UUID),
        b.must("is_to_all", b.BOOL),
        b.must("has_quotes", b.BOOL),
        b.may("account_kind", b.TEXT),
        b.may("account_id", b.UUID),
        b.must("variables", b.JSON),
        b.may("set_aside", b.TEXT),
        *b.versioned(),
        refs={"user_id": "user", "conversation_id": "conversation"},
    )
    b.one_of("draft", "account_kind", *KINDS)
    b.check("draft", "text", "char_length(text) <= 50000")
    b.unique("draft", "agency_id", "user_id", "conversation_id")
    b.index("draft", "draft_conversation_ix", "agency_id", "conversation_id")
    isolate("draft")
    narrow("draft", "own", "all", using=f"({OWN} or {BY_SYSTEM})")


def outgoing() -> None:
    refs = {"conversation_id": "conversation", "client_id": "client", "author_id": "user"}
    b.tenant_table("outgoing", *said(), *leaving(), *b.stamped(), refs=refs)
    b.one_of("outgoing", "account_kind", *KINDS)
    b.one_of("outgoing", "status", *STATES)
    b.check("outgoing", "text", "char_length(text) between 1 and 50000")
    leased = "(status = 'sending') = (lease_id is not null and lease_until is not null)"
    b.check("outgoing", "lease", leased)
    b.check("outgoing", "sent", "(status = 'sent') = (sent_at is not null)")
    ended = "reason_code is not null or status not in ('failed', 'cancelled', 'held', 'unsure')"
    b.check("outgoing", "reason", ended)
    b.unique("outgoing", "agency_id", "click_id")
    b.unique("outgoing", "agency_id", "message_id")
    b.index("outgoing", "outgoing_conversation_ix", "agency_id", "conversation_id", "created_at desc")
    b.index("outgoing", "outgoing_client_ix", "agency_id", "client_id")
    # Like that of conversations: the sweep asks all agencies at once what is due.
    b.index("outgoing", "outgoing_due_ix", "leaves_at", where="status = 'waiting'")
    b.index("outgoing", "outgoing_lease_ix", "lease_until", where="status = 'sending'")
    isolate("outgoing")
    mine = f"(author_id = (select app.user_id()) or {BY_SYSTEM})"
    narrow("outgoing", "author_insert", "insert", check=mine)
    serve("outgoing", ("select",), columns=("agency_id", "id", "status", "leaves_at", "lease_until"))


def said() -> list[sa.Column[Any]]:
    """Whose answer it is, and what it says to whom."""
    return [
        b.must("conversation_id", b.UUID),
        b.must("client_id", b.UUID),
        b.must("author_id", b.UUID),
        b.must("click_id", b.UUID),
        b.must("text", b.TEXT),
        b.must("to_people", b.JSON),
        b.must("cc_people", b.JSON),
        b.must("has_quotes", b.BOOL),
        b.must("is_to_all", b.BOOL),
        b.must("variables", b.JSON),
        b.may("parent_id", b.UUID),
        b.must("parent", b.JSON),
        b.must("message_id", b.words(330)),
        b.must("thread_key", b.words(100)),
        b.may("place", b.words(100)),
        b.must("branch", b.words(100)),
        b.must("account_kind", b.TEXT),
        b.must("account_id", b.UUID),
        b.must("account_address", b.words(200)),
    ]


def leaving() -> list[sa.Column[Any]]:
    """When it leaves, and what became of it."""
    return [
        b.must("status", b.TEXT),
        b.must("leaves_at", b.TIME),
        b.must("is_scheduled", b.BOOL),
        b.must("overrides", b.JSON),
        b.must("attempts", b.INT, "0"),
        b.may("tried_at", b.TIME),
        b.may("lease_id", b.UUID),
        b.may("lease_until", b.TIME),
        b.may("reason_code", b.words(40)),
        b.may("reason", b.TEXT),
        b.may("sent_at", b.TIME),
        b.may("stored_id", b.UUID),
    ]
