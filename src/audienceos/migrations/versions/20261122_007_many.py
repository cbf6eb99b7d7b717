"""Views of clients kept under a name, and changes made to many clients at once.

Revision 007.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import BY_ADMIN, OWN, isolate, narrow

revision = "007"
down_revision = "006"

SHARED_BY_ADMIN = f"(is_shared and {BY_ADMIN})"


def upgrade() -> None:
    saved_view()
    client_change()
    client_change_row()


def downgrade() -> None:
    b.drop("client_change_row", "client_change", "saved_view")


def saved_view() -> None:
    b.tenant_table(
        "saved_view",
        b.must("user_id", b.UUID),
        b.must("screen", b.TEXT),
        b.must("name", b.words(50)),
        b.must("name_key", b.words(50)),
        b.must("parameters", b.JSON, "'{}'"),
        b.must("is_shared", b.BOOL, "false"),
        *b.versioned(),
        refs={"user_id": "user"},
    )
    b.one_of("saved_view", "screen", "board", "list")
    b.unique("saved_view", "agency_id", "user_id", "screen", "name_key")
    b.index("saved_view", "saved_view_shared_ix", "agency_id", "screen", where="is_shared")
    isolate("saved_view")
    narrow("saved_view", "own_or_shared", "select", using=f"{OWN} or is_shared")
    narrow("saved_view", "own_insert", "insert", check=OWN)
    narrow("saved_view", "own_or_admins_update", "update", using=f"{OWN} or {SHARED_BY_ADMIN}")
    narrow("saved_view", "own_or_admins_delete", "delete", using=f"{OWN} or {SHARED_BY_ADMIN}")


def client_change() -> None:
    b.tenant_table(
        "client_change",
        b.must("kind", b.TEXT),
        b.must("data", b.JSON, "'{}'"),
        b.must("status", b.TEXT, "'running'"),
        b.must("total", b.INT, "1"),
        b.may("error", b.TEXT),
        b.must("created_by", b.UUID),
        b.may("finished_at", b.TIME),
        *b.stamped(),
        refs={"created_by": "user"},
    )
    b.one_of("client_change", "kind", "assign", "move", "tag", "untag", "mark_healthy")
    b.one_of("client_change", "status", "running", "done", "failed", "undoing", "undone")
    b.check("client_change", "total", "total between 1 and 1000")
    b.index("client_change", "client_change_recent_ix", "agency_id", "created_by", "created_at")
    isolate("client_change")


def client_change_row() -> None:
    b.tenant_table(
        "client_change_row",
        b.must("change_id", b.UUID),
        b.must("client_id", b.UUID),
        b.must("place", b.INT),
        b.must("outcome", b.TEXT, "'waiting'"),
        b.may("reason", b.words(500)),
        b.may("before", b.JSON),
        b.may("entered_at", b.TIME),
        *b.created(),
        refs={"change_id": "client_change", "client_id": "client"},
    )
    outcomes = ("waiting", "changed", "unchanged", "refused", "undone", "kept")
    b.one_of("client_change_row", "outcome", *outcomes)
    b.unique("client_change_row", "agency_id", "change_id", "client_id")
    b.unique("client_change_row", "agency_id", "change_id", "place")
    isolate("client_change_row")
