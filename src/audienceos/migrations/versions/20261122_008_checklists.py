"""Checklists that stages bring with them, tasks that come back and that remind, and clients merged into others.

Revision 008.
"""

import sqlalchemy as sa
from alembic import op

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate, serve, show, withdraw

revision = "008"
down_revision = "007"

TASK_COLUMNS = ("template_id", "repeats", "repeat_day", "repeat_due_at", "followed_at", "remind_at")

BEEN_THERE = """
insert into stage_checklist (agency_id, id, client_id, stage, given_at)
select agency_id, gen_random_uuid(), client_id, stage, min(at)
  from (select agency_id, client_id, to_stage as stage, moved_at as at from stage_event
        union all
        select agency_id, id, stage, stage_entered_at from client) been
 group by agency_id, client_id, stage"""
"""Whoever was in a stage before there were checklists is given none for coming back to it."""

CLIENT_READ = """
create view client_read with (security_invoker = true) as
select c.*,
       (now() at time zone a.timezone)::date - (c.stage_entered_at at time zone a.timezone)::date
         as days_in_stage
  from client c
  join agency a on a.id = c.agency_id"""
"""As before. A view keeps the columns that its table had when it was made, so it is made again."""


def upgrade() -> None:
    task_template()
    stage_checklist()
    task()
    client()


def downgrade() -> None:
    b.run(["drop view client_read"])
    op.drop_column("client", "merged_into")
    b.run([CLIENT_READ])
    show("client_read")
    withdraw("task")
    for name in TASK_COLUMNS:
        op.drop_column("task", name)
    b.drop("stage_checklist", "task_template")


def task_template() -> None:
    b.tenant_table(
        "task_template",
        b.must("stage", b.words(50)),
        b.must("name", b.words(200)),
        b.may("description", b.TEXT),
        b.may("due_after_days", b.INT),
        b.must("assign", b.TEXT, "'nobody'"),
        b.must("sort_order", b.INT, "0"),
        b.may("deleted_at", b.TIME),
        *b.versioned(),
    )
    b.one_of("task_template", "assign", "nobody", "owner")
    order = ("agency_id", "stage", "sort_order")
    b.index("task_template", "task_template_stage_ix", *order, where="deleted_at is null")
    isolate("task_template")
    admins_write("task_template")


def stage_checklist() -> None:
    b.tenant_table(
        "stage_checklist",
        b.must("client_id", b.UUID),
        b.must("stage", b.words(50)),
        b.must("given_at", b.TIME),
        refs={"client_id": "client"},
    )
    b.unique("stage_checklist", "agency_id", "client_id", "stage")
    isolate("stage_checklist")
    b.run([BEEN_THERE])


def task() -> None:
    kinds = (b.UUID, b.TEXT, sa.SmallInteger(), b.TIME, b.TIME, b.TIME)
    for name, kind in zip(TASK_COLUMNS, kinds, strict=True):
        op.add_column("task", b.may(name, kind))
    b.tenant_key("task", ("template_id",), "task_template")
    b.one_of("task", "repeats", "daily", "weekly", "monthly")
    b.check("task", "repeat_day", "repeat_day between 1 and 31")
    once = "template_id is not null"
    b.index("task", "task_template_uq", "agency_id", "client_id", "template_id", where=once, unique=True)
    waiting = "remind_at is not null and is_completed = false"
    b.index("task", "task_remind_ix", "agency_id", "assigned_to", "remind_at", where=waiting)
    # Like that of clients' health: the sweep asks all agencies at once whose next task is due to be made.
    b.index("task", "task_repeat_due_ix", "repeat_due_at", where="repeat_due_at is not null")
    serve("task", ("select",), columns=("agency_id", "id", "repeat_due_at"))


def client() -> None:
    b.run(["drop view client_read"])
    op.add_column("client", b.may("merged_into", b.UUID))
    b.tenant_key("client", ("merged_into",), "client")
    b.index("client", "client_merged_ix", "agency_id", "merged_into", where="merged_into is not null")
    b.run([CLIENT_READ])
    show("client_read")
