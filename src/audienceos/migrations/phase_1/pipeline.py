"""A client on the board: who looks after them, how they moved, what is to be done."""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import isolate, serve, show

THERE = "deleted_at is null"

CLIENT_READ = """
create view client_read with (security_invoker = true) as
select c.*,
       (now() at time zone a.timezone)::date - (c.stage_entered_at at time zone a.timezone)::date
         as days_in_stage
  from client c
  join agency a on a.id = c.agency_id"""
"""Days in stage are midnights passed in the agency's zone; a stored count would be wrong by tomorrow."""


def client() -> None:
    b.tenant_table(
        "client",
        b.must("name", b.words(100)),
        b.must("name_key", b.words(100)),
        b.may("contact_email", b.words(100)),
        b.may("contact_name", b.words(100)),
        b.may("domain", b.words(253)),
        b.must("stage", b.words(50), "'Onboarding'"),
        b.must("stage_entered_at", b.TIME),
        b.must("health_status", b.TEXT, "'green'"),
        b.must("health_reasons", b.JSON, "'[]'"),
        b.may("health_due_at", b.TIME),
        b.may("health_override", b.TEXT),
        b.may("health_override_by", b.UUID),
        b.may("health_override_reason", b.words(500)),
        b.may("health_override_until", b.TIME),
        b.must("last_activity_at", b.TIME),
        b.may("install_date", b.DATE),
        b.may("total_spend", b.number(14, 2)),
        b.may("lifetime_value", b.number(14, 2)),
        b.may("notes", b.TEXT),
        b.must("tags", b.many(b.words(50)), "'{}'"),
        b.must("custom", b.JSON, "'{}'"),
        b.must("is_active", b.BOOL, "true"),
        b.may("created_by", b.UUID),
        b.may("deleted_at", b.TIME),
        *b.versioned(),
        refs={"created_by": "user", "health_override_by": "user"},
    )
    _client_rules()
    isolate("client")
    serve("client", ("select",), columns=("agency_id", "id", "health_due_at"))
    b.run([CLIENT_READ])
    show("client_read")


def _client_rules() -> None:
    b.one_of("client", "health_status", "green", "yellow", "red")
    b.check("client", "total_spend", "total_spend >= 0")
    b.check("client", "lifetime_value", "lifetime_value >= 0")
    b.check("client", "health_override", "health_override is null or health_override = 'green'")
    b.index("client", "client_stage_ix", "agency_id", "stage", where=THERE)
    b.index("client", "client_health_ix", "agency_id", "health_status", where=THERE)
    b.index("client", "client_name_ix", "agency_id", "name_key", "id", where=THERE)
    b.index("client", "client_domain_ix", "agency_id", "domain", where="domain is not null")
    # The one index that does not begin with the tenant: the sweep asks all agencies at once who is due.
    b.index("client", "client_health_due_ix", "health_due_at", where="health_due_at is not null")


def client_assignment() -> None:
    b.tenant_table(
        "client_assignment",
        b.must("client_id", b.UUID),
        b.must("user_id", b.UUID),
        b.must("role", b.TEXT),
        *b.created(),
        refs={"client_id": "client", "user_id": "user"},
    )
    b.one_of("client_assignment", "role", "owner", "collaborator")
    b.unique("client_assignment", "agency_id", "client_id", "user_id")
    b.unique("client_assignment", "agency_id", "client_id", "user_id", "role")
    owner = "client_assignment_owner_uq"
    b.index("client_assignment", owner, "agency_id", "client_id", where="role = 'owner'", unique=True)
    b.index("client_assignment", "client_assignment_user_ix", "agency_id", "user_id", "client_id")
    isolate("client_assignment")


def stage_event() -> None:
    b.tenant_table(
        "stage_event",
        b.must("client_id", b.UUID),
        b.may("from_stage", b.words(50)),
        b.must("to_stage", b.words(50)),
        b.must("moved_by", b.UUID),
        b.must("moved_at", b.TIME),
        b.may("notes", b.TEXT),
        refs={"client_id": "client", "moved_by": "user"},
    )
    b.index("stage_event", "stage_event_client_ix", "agency_id", "client_id", "moved_at")
    isolate("stage_event", ("select", "insert"))


def task() -> None:
    b.tenant_table(
        "task",
        b.must("client_id", b.UUID),
        b.must("name", b.words(200)),
        b.may("description", b.TEXT),
        b.may("stage", b.words(50)),
        b.may("assigned_to", b.UUID),
        b.may("due_date", b.DATE),
        b.must("is_completed", b.BOOL, "false"),
        b.may("completed_at", b.TIME),
        b.may("completed_by", b.UUID),
        b.must("sort_order", b.INT, "0"),
        *b.versioned(),
        refs={"client_id": "client", "assigned_to": "user", "completed_by": "user"},
    )
    b.check("task", "completed", "is_completed = (completed_at is not null)")
    unfinished = "is_completed = false"
    b.index("task", "task_client_ix", "agency_id", "client_id", "stage")
    b.index("task", "task_assignee_ix", "agency_id", "assigned_to", where=unfinished)
    b.index("task", "task_due_ix", "agency_id", "due_date", where=unfinished)
    isolate("task")
