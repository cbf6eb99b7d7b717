"""Alerts as they are looked after: their rules, doubts, ends, and when an agency is looked at next.

Revision 011.
"""

from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate, serve

revision = "011"
down_revision = "010"

ALERT_INDEXES = ("alert_client_ix", "alert_closed_ix")
ALERT_COLUMNS = ("rule", "section", "seen_at", "acted_at", "closed_at", "verdict")


def upgrade() -> None:
    alert()
    alert_watch()
    alert_doubt()
    alert_rule()


def downgrade() -> None:
    b.drop("alert_rule", "alert_doubt", "alert_watch")
    for name in ALERT_INDEXES:
        op.drop_index(name, "alert")
    for name in ("section", "verdict", "closed"):
        op.drop_constraint(f"alert_{name}_ck", "alert", type_="check")
    for name in ALERT_COLUMNS:
        op.drop_column("alert", name)


def alert() -> None:
    for column in (
        b.may("rule", b.words(50)),
        b.may("section", b.TEXT),
        b.must("seen_at", b.TIME, "now()"),
        b.may("acted_at", b.TIME),
        b.may("closed_at", b.TIME),
        b.may("verdict", b.TEXT),
    ):
        op.add_column("alert", column)
    b.run(
        [
            "update alert set rule = 'unknown', section = 'signals', seen_at = updated_at, closed_at = case"
            " when status in ('dismissed', 'resolved') then coalesce(resolved_at, updated_at) end"
        ]
    )
    for name in ("rule", "section"):
        op.alter_column("alert", name, nullable=False)
    b.one_of("alert", "section", "critical", "approvals", "signals")
    b.one_of("alert", "verdict", "right", "wrong")
    b.check("alert", "closed", "(closed_at is null) = (status in ('active', 'snoozed'))")
    b.index("alert", "alert_client_ix", "agency_id", "client_id", "created_at")
    b.index("alert", "alert_closed_ix", "agency_id", "closed_at", where="closed_at is not null")


def alert_watch() -> None:
    b.table(
        "alert_watch",
        b.must("agency_id", b.UUID),
        b.must("due_at", b.TIME),
        b.may("looked_at", b.TIME),
        key="agency_id",
    )
    b.refer("alert_watch", "agency_id", "agency")
    # The sweep asks all agencies at once who is due: the exception to tenant first, as for clients' health.
    b.index("alert_watch", "alert_watch_due_ix", "due_at")
    b.run(["insert into alert_watch (agency_id, due_at) select id, now() from agency"])
    isolate("alert_watch", ("select", "insert", "update"))
    serve("alert_watch", ("select",), columns=("agency_id", "due_at"))


def alert_doubt() -> None:
    b.tenant_table(
        "alert_doubt",
        b.may("client_id", b.UUID),
        b.must("key", b.words(200)),
        b.must("rule", b.words(50)),
        b.must("severity", b.TEXT),
        b.must("title", b.words(200)),
        b.must("confidence", b.number(3, 2)),
        b.must("numbers", b.JSON, "'{}'"),
        b.must("times", b.INT, "1"),
        b.must("first_seen_at", b.TIME),
        b.must("seen_at", b.TIME),
        refs={"client_id": "client"},
    )
    b.one_of("alert_doubt", "severity", "low", "medium", "high", "critical")
    b.check("alert_doubt", "confidence", "confidence between 0 and 1")
    b.unique("alert_doubt", "agency_id", "key")
    b.index("alert_doubt", "alert_doubt_seen_ix", "agency_id", "seen_at")
    isolate("alert_doubt", ("select", "insert", "update"))


def alert_rule() -> None:
    b.tenant_table(
        "alert_rule",
        b.must("rule", b.words(50)),
        b.must("is_on", b.BOOL, "true"),
        b.must("changed_by", b.UUID),
        *b.versioned(),
        refs={"changed_by": "user"},
    )
    b.unique("alert_rule", "agency_id", "rule")
    isolate("alert_rule", ("select", "insert", "update"))
    admins_write("alert_rule")
