"""The agency, its addresses, the people in it, and the ways in."""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import (
    BY_ADMIN,
    BY_ADMIN_OR_SYSTEM,
    BY_SYSTEM,
    OWN,
    isolate,
    keep_outside,
    narrow,
    only_columns,
    serve,
)

STAGES = "'{Onboarding,Installation,Audit,Live,\"Needs Support\",Off-Boarding}'"
STAGE_ROLES = (
    '\'{"Onboarding": "initial", "Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"}\''
)
THRESHOLDS = '\'{"yellow": 7, "red": 14}\''

SETTABLE = (
    "name",
    "logo_url",
    "domain",
    "timezone",
    "business_hours",
    "pipeline_stages",
    "stage_roles",
    "health_thresholds",
    "stuck_after_days",
    "client_visibility",
    "currency",
    "updated_at",
    "version",
)
"""Of the agency: not its id, nor its slug, which only the service login may change with the slug's own row."""

PERSONAL = (
    "first_name",
    "last_name",
    "nickname",
    "avatar_url",
    "role",
    "is_active",
    "last_active_at",
    "deleted_at",
    "updated_at",
    "version",
)
"""Of a user: not the e-mail, which is a copy of the account's and written by the service login in every seat."""

NOBODY_RAISES_THEMSELVES = f"""
  case when id = (select app.user_id())
    then role = (select app.user_role()) and is_active and deleted_at is null
    else {BY_ADMIN} or {BY_SYSTEM}
  end"""
"""Compared with claims: a policy that selects from its own table would recurse."""


def agency() -> None:
    b.table(
        "agency",
        b.must("id", b.UUID),
        b.must("name", b.words(100)),
        b.must("slug", b.words(50)),
        b.may("logo_url", b.words(500)),
        b.may("domain", b.words(100)),
        b.must("timezone", b.words(50), "'UTC'"),
        b.may("business_hours", b.JSON),
        b.must("pipeline_stages", b.many(b.words(50)), STAGES),
        b.must("stage_roles", b.JSON, STAGE_ROLES),
        b.must("health_thresholds", b.JSON, THRESHOLDS),
        b.must("stuck_after_days", b.INT, "4"),
        b.must("client_visibility", b.TEXT, "'all'"),
        b.must("currency", b.words(3), "'USD'"),
        *b.versioned(),
    )
    b.one_of("agency", "client_visibility", "all", "assigned")
    isolate("agency", ("select", "update"), key="id")
    only_columns("agency", "update", SETTABLE)
    narrow("agency", "admins_write", "update", check=BY_ADMIN_OR_SYSTEM)
    serve("agency", ("select", "insert", "update"))


def slug() -> None:
    b.table(
        "slug",
        b.must("slug", b.words(50)),
        b.must("agency_id", b.UUID),
        b.must("is_current", b.BOOL, "true"),
        *b.created(),
        key="slug",
    )
    b.refer("slug", "agency_id", "agency")
    b.index("slug", "slug_agency_id_ix", "agency_id")
    keep_outside("slug")
    serve("slug", ("select", "insert", "update", "delete"))


def user() -> None:
    b.tenant_table(
        "user",
        b.must("account_id", b.UUID),
        b.must("email", b.words(100)),
        b.must("email_key", b.words(100)),
        b.may("email_verified_at", b.TIME),
        b.must("first_name", b.words(50)),
        b.must("last_name", b.words(50)),
        b.may("nickname", b.words(50)),
        b.must("role", b.TEXT, "'user'"),
        b.may("avatar_url", b.words(500)),
        b.must("is_active", b.BOOL, "true"),
        b.may("last_active_at", b.TIME),
        b.may("deleted_at", b.TIME),
        *b.versioned(),
    )
    b.refer("user", "account_id", "account")
    b.one_of("user", "role", "admin", "user")
    seated = "deleted_at is null"
    b.index("user", "user_email_uq", "agency_id", "email_key", where=seated, unique=True)
    b.index("user", "user_account_uq", "agency_id", "account_id", where=seated, unique=True)
    b.index("user", "user_seats_ix", "account_id")
    isolate("user", ("select", "update"))
    only_columns("user", "update", PERSONAL)
    narrow("user", "nobody_raises_themselves", "update", check=NOBODY_RAISES_THEMSELVES)
    serve("user", ("select", "insert", "update"))


def invitation() -> None:
    b.tenant_table(
        "invitation",
        b.must("email", b.words(100)),
        b.must("email_key", b.words(100)),
        b.must("role", b.TEXT),
        b.may("message", b.words(1000)),
        b.must("hash", b.words(64)),
        b.must("invited_by", b.UUID),
        b.may("accepted_by", b.UUID),
        b.must("expires_at", b.TIME),
        b.may("accepted_at", b.TIME),
        b.may("cancelled_at", b.TIME),
        *b.created(),
        refs={"invited_by": "user", "accepted_by": "user"},
    )
    b.one_of("invitation", "role", "admin", "user")
    b.check("invitation", "one_end", "accepted_at is null or cancelled_at is null")
    pending = "accepted_at is null and cancelled_at is null"
    b.index("invitation", "invitation_pending_uq", "agency_id", "email_key", where=pending, unique=True)
    b.unique("invitation", "agency_id", "hash")
    isolate("invitation", ("select", "insert", "update"))
    narrow("invitation", "admins_insert", "insert", check=BY_ADMIN)
    narrow("invitation", "admins_update", "update", check=BY_ADMIN)
    serve("invitation", ("select", "insert", "update"))


def api_token() -> None:
    b.tenant_table(
        "api_token",
        b.must("user_id", b.UUID),
        b.must("name", b.words(100)),
        b.must("hash", b.words(64)),
        b.must("hint", b.words(8)),
        b.must("scopes", b.many(b.TEXT)),
        b.must("expires_at", b.TIME),
        b.may("last_used_at", b.TIME),
        b.may("ended_at", b.TIME),
        *b.created(),
        refs={"user_id": "user"},
    )
    b.unique("api_token", "agency_id", "hash")
    isolate("api_token", ("select", "insert", "update"))
    only_columns("api_token", "update", ("name", "last_used_at", "ended_at"))
    shown = "hash = (select app.credential())"
    narrow("api_token", "own_shown_or_admin", "select", using=f"{OWN} or {shown} or {BY_ADMIN}")
    narrow("api_token", "own_insert", "insert", check=OWN)
    ending = f"{BY_ADMIN} and ended_at is not null"
    narrow("api_token", "own_or_ending", "update", using=f"{OWN} or {BY_ADMIN}", check=f"{OWN} or ({ending})")
    serve("api_token", ("select", "update"))
