"""Agencies by the thousand, written by a few statements: for measuring, never for looking at.

Their ids are numbers: agency 7 is 7 in the upper half of its id, and each row of it has that in its upper half
too, with a number of its own in the lower half. They lie in the tables one after the other, as real ones do,
whose ids begin with the time.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.connect import connected
from audienceos.platform.db.sessions import Credential
from audienceos.platform.db.urls import Addresses
from bench import rooms

PEOPLE = rooms.PEOPLE
CLIENTS = rooms.CLIENTS
LARGE = 0  # the number of the one agency that has more clients
LARGE_CLIENTS = 2_000
FIELDS = 3
NOTES = 2  # of each client
EVENTS = 3  # of each client

ID = "(lpad(to_hex(a), 16, '0') || lpad(to_hex({}), 16, '0'))::uuid"
AGENCY, PERSON, CLIENT = ID.format("0"), ID.format("p"), ID.format("c")
PERSON_OF = ID.format(f"1 + c % {PEOPLE}")
AGENCIES = "generate_series($1::bigint, $2) a"
SEATS = f"{AGENCIES}, generate_series(1, {PEOPLE}) p"
ELSE = "current_setting('bench.clients')::int"  # so that one measure may have more of them
THEIRS = f"{AGENCIES}, generate_series(1, case a when {LARGE} then {LARGE_CLIENTS} else {ELSE} end) c"
STAGE = "(array['Onboarding','Installation','Audit','Live','Live','Needs Support','Off-Boarding'])[1 + c % 7]"
HEALTH = "(array['green','green','green','yellow','red'])[1 + c % 5]"
REASONS = """
case c % 5 when 3 then '[{"key": "stage_age", "level": "watch", "reason": "9 days in this stage"}]'::jsonb
           when 4 then '[{"key": "stage_age", "level": "risk", "reason": "16 days in this stage"}]'::jsonb
           else '[]'::jsonb end"""

STATEMENTS = (
    f"""
insert into account (id, email, email_key, email_verified_at, password_hash, password_changed_at)
select {PERSON}, format('p%s@agency-%s.example', p, a), format('p%s@agency-%s.example', p, a), now(), '', now()
  from {SEATS}""",
    f"""
insert into session (id, account_id, hash, last_seen_at, idle_until, expires_at)
select {PERSON}, {PERSON}, encode(sha256(format('bench-%s-%s', a, p)::bytea), 'hex'),
       now(), now() + interval '14 days', now() + interval '60 days'
  from {SEATS}""",
    f"insert into agency (id, name, slug) select {AGENCY}, 'Agency ' || a, 'agency-' || a from {AGENCIES}",
    f"insert into slug (slug, agency_id) select 'agency-' || a, {AGENCY} from {AGENCIES}",
    f"""
insert into "user" (agency_id, id, account_id, email, email_key, email_verified_at, first_name, last_name, role)
select {AGENCY}, {PERSON}, {PERSON}, format('p%s@agency-%s.example', p, a), format('p%s@agency-%s.example', p, a),
       now(), 'Person', p::text, case p when 1 then 'admin' else 'user' end
  from {SEATS}""",
    f"""
insert into user_preference (agency_id, id, user_id, category, key, value)
select {AGENCY}, {PERSON}, {PERSON}, 'display', 'theme', '"dark"' from {SEATS}""",
    f"""
insert into custom_field (agency_id, id, name, name_key, kind, sort_order)
select {AGENCY}, {PERSON}, 'Field ' || p, 'field ' || p, 'text', p from {AGENCIES}, generate_series(1, {FIELDS}) p""",
    f"""
insert into client (agency_id, id, name, name_key, contact_name, contact_email, domain, stage, stage_entered_at,
                    health_status, health_reasons, last_activity_at, lifetime_value, tags, custom)
select {AGENCY}, {CLIENT}, 'Client ' || c, 'client ' || lpad(c::text, 6, '0'), 'Contact ' || c,
       format('hello@client-%s.example', c), format('client-%s.example', c), {STAGE},
       now() - make_interval(days => (c % 30)::int), {HEALTH}, {REASONS}, now(),
       1000 * (c % 50), array['retail', 'tier ' || c % 3], jsonb_build_object({ID.format(1)}::text, 'Value ' || c % 9)
  from {THEIRS}""",
    f"""
insert into client_assignment (agency_id, id, client_id, user_id, role)
select {AGENCY}, {CLIENT}, {CLIENT}, {PERSON_OF}, 'owner' from {THEIRS}""",
    f"""
insert into client_contact (agency_id, id, client_id, name, email, email_key, is_primary)
select {AGENCY}, {CLIENT}, {CLIENT}, 'Contact ' || c, format('hello@client-%s.example', c),
       format('hello@client-%s.example', c), true
  from {THEIRS}""",
    f"""
insert into stage_event (agency_id, id, client_id, to_stage, moved_by, moved_at)
select {AGENCY}, {CLIENT}, {CLIENT}, {STAGE}, {PERSON_OF}, now() - make_interval(days => (c % 30)::int) from {THEIRS}""",
    f"""
insert into task (agency_id, id, client_id, name, stage)
select {AGENCY}, {CLIENT}, {CLIENT}, 'Send the report', {STAGE} from {THEIRS}""",
    f"""
insert into client_note (agency_id, id, client_id, content, added_by, created_at)
select {AGENCY}, {ID.format(f"c * {NOTES} + n")}, {CLIENT}, 'Called about the report of the month, note ' || n,
       {PERSON_OF}, now() - make_interval(days => n)
  from {THEIRS}, generate_series(1, {NOTES}) n""",
    f"""
insert into event (agency_id, id, at, name, topic, actor_kind, actor_id, subject_type, subject_id, client_id)
select {AGENCY}, {ID.format(f"c * {EVENTS} + n")}, now() - make_interval(days => n), 'client.changed', 'client', 'person',
       {PERSON_OF}, 'client', {CLIENT}, {CLIENT}
  from {THEIRS}, generate_series(1, {EVENTS}) n""",
    f"""
insert into invitation (agency_id, id, email, email_key, role, hash, invited_by, expires_at)
select {AGENCY}, {PERSON}, format('new%s@agency-%s.example', p, a), format('new%s@agency-%s.example', p, a), 'user',
       encode(sha256(format('invited-%s-%s', a, p)::bytea), 'hex'), {PERSON}, now() + interval '7 days'
  from {SEATS}""",
    f"""
insert into saved_view (agency_id, id, user_id, screen, name, name_key, parameters)
select {AGENCY}, {PERSON}, {PERSON}, 'list', 'Mine ' || p, 'mine ' || p, '{{"mine": "true"}}' from {SEATS}""",
)  # fmt: skip


async def fill(
    ways: Addresses, agencies: int, clients: int = CLIENTS, only: Collection[str] | None = None
) -> None:
    """Agencies 1 to `agencies` with so many clients each, and the large one; then the planner's figures brought up.

    `only` names the tables that are wanted; else it is all of them.
    """
    assert ways.admin is not None
    async with connected(ways.admin) as connection:
        # The rows fit together by how they are made; checking each key would take most of the time.
        await connection.execute(f"set session_replication_role = replica; set bench.clients = {clients}")
        for statement in (*STATEMENTS, *rooms.STATEMENTS):
            if only is None or table_of(statement) in only:
                await connection.execute(statement, LARGE, agencies)
        await connection.execute("vacuum analyze")


def table_of(statement: str) -> str:
    """Which table a statement fills."""
    found = re.search(r'insert into "?(\w+)', statement)
    assert found is not None
    return found[1]


def agency_id(agency: int) -> UUID:
    """The id of the agency of that number."""
    return UUID(int=agency << 64)


def person_id(agency: int, person: int = 1) -> UUID:
    """The id of one of its people; the first is its admin."""
    return UUID(int=(agency << 64) + person)


def client_id(agency: int, client: int) -> UUID:
    """The id of one of its clients."""
    return UUID(int=(agency << 64) + client)


def session_token(agency: int, person: int = 1) -> str:
    """What that person's browser shows."""
    return f"bench-{agency}-{person}"


def credential(agency: int, person: int = 1) -> Credential:
    """How that person's requests begin."""
    return Credential(agency_id(agency), "session", hash_of(session_token(agency, person)))
