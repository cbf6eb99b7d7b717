"""Inboxes by the hundred thousand messages, written by a few statements, as `bench.filling` writes the rest.

Each inbox has threads of one message to two thousand, most of them short; seven of ten are closed, one of twenty waits
for a client, one of a hundred is put aside. Clients differ as clients do: the first of them have most of the mail.
"""

from __future__ import annotations

from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from bench.filling import AGENCY, ID, PEOPLE

CLIENTS = 500  # of each agency
MESSAGES = 100_000  # of each agency
SIZES = ((1, 2_000), (5, 500), (25, 100), (125, 50), (1_125, 20), (5_125, 8))
"""Up to which thread they have so many messages; those after it one to six."""
SHORT, LONGEST = 6, 4_096
THREADS = 15_692
LAST = 19  # messages of the last thread, which makes a hundred thousand
FEW = 10  # clients of the last person, whose agency may let people see their own clients alone
COMMON = "please thanks the form report page booking thornfield campaign"
"""Words of every thread."""

THREAD, MESSAGE, SOURCE = ID.format("c"), ID.format(f"c * {LONGEST} + m"), ID.format("1")
OF = ID.format("t.client")
SIZE = f"""
case {" ".join(f"when c <= {last} then {size}" for last, size in SIZES)}
     when c = {THREADS} then {LAST} else 1 + c % {SHORT} end"""
EACH = f"""
(select $1::bigint as a, c, {SIZE} as size, c % 10 < 3 as is_open, c > 1125 and c % 20 = 0 as is_nobodys,
        case c % 3 when 2 then 'slack' else 'gmail' end as platform,
        now() - make_interval(mins => (c * 7919 % {THREADS} * 67)::int) as latest
   from generate_series(1, {THREADS}) c) c,
lateral (select case when c.is_nobodys then null::bigint
                     else 1 + floor({CLIENTS} * pow(c * 7919 % 10007 / 10007.0, 2))::bigint end as client) t"""
PERSON_OF = ID.format(f"1 + c % {PEOPLE}")
TEXT = """
'Could you please look at the form on page ' || m || '? ' || repeat('The booking of the campaign ' || md5(c::text || m), 4)"""
SAID = f"""
select {AGENCY}, {MESSAGE}, {{client}} c.platform, 'thread ' || c, format('%s.%s@client.example', c, m),
       case m % 2 when 1 then format('hello@client-%s.example', t.client) else 'desk@agency.example' end,
       case m % 2 when 1 then 'Contact ' || coalesce(t.client, c) else 'Person ' || 1 + c % {PEOPLE} end,
       'About page ' || c, {TEXT}, m % 2 = 1, is_open and m = c.size, latest - make_interval(mins => (c.size - m) * 90),
       now(), {THREAD}, '[{{{{"name": "Desk", "address": "desk@agency.example"}}}}]', '[]', '[]', '{{{{}}}}'
  from {EACH}, generate_series(1, c.size) m where c.is_nobodys = {{nobodys}}"""
COLUMNS = """platform, thread_id, message_id, sender_email, sender_name, subject, content, is_inbound, needs_reply,
received_at, created_at, conversation_id, to_people, cc_people, attachments, origin"""

STATEMENTS = (
    f"insert into inbox_setting (agency_id) select {AGENCY} from (select $1::bigint as a) a",
    f"""
insert into inbox_source (agency_id, id, platform, kind, external_id, name)
select {AGENCY}, {SOURCE}, 'gmail', 'mailbox', 'desk@agency.example', 'Desk' from (select $1::bigint as a) a""",
    f"""
insert into conversation (agency_id, id, client_id, source_id, platform, subject, snippet, last_sender, people,
  message_count, last_message_at, last_inbound_at, needs_reply, waiting_since, reasons, assignee_id, snoozed_until,
  snoozed_at, look_at)
select {AGENCY}, {THREAD}, {OF}, {SOURCE}, c.platform, 'About page ' || c, 'Could you please look at the form on page',
       'Contact ' || coalesce(t.client, c), array['Contact ' || coalesce(t.client, c), 'Person ' || 1 + c % {PEOPLE}],
       c.size, latest, latest, is_open, case when is_open then latest end,
       '[{{"code": "asks_question", "quote": "Could you please look at the form?", "turn_id": null}}]',
       case when c % 4 > 0 then {PERSON_OF} end, case when c % 100 = 11 then now() + interval '1 day' end,
       case when c % 100 = 11 then now() end, case when is_open and c % 7 = 0 then latest + interval '2 days' end
  from {EACH}""",
    f"""
insert into communication (agency_id, id, client_id, {COLUMNS}) {SAID.format(client=OF + ",", nobodys="false")}""",
    f"insert into triage_message (agency_id, id, {COLUMNS}) {SAID.format(client='', nobodys='true')}",
    f"""
insert into conversation_key (agency_id, platform, key, conversation_id)
select {AGENCY}, c.platform, 'thread ' || c, {THREAD} from {EACH}""",
    f"""
insert into conversation_term (agency_id, term, conversation_id)
select {AGENCY}, w, {THREAD}
  from {EACH}, unnest(string_to_array('{COMMON} rare' || c || ' contact' || coalesce(t.client, 0), ' ')) w
 union all
select {AGENCY}, 'word' || k, {THREAD} from {EACH}, generate_series(2, 60) k where c % k = 0""",
    f"""
insert into conversation_seen (agency_id, user_id, conversation_id, seen_at)
select {AGENCY}, {ID.format("1")}, {THREAD}, latest - make_interval(hours => (c % 3)::int) from {EACH} where c % 2 = 0""",
    f"""
insert into promise (agency_id, id, conversation_id, message_id, by, owner, quote, due, said_at, is_kept)
select {AGENCY}, {THREAD}, {THREAD}, {ID.format(f"c * {LONGEST} + 1")}, 'us', 'Person 1', 'I will send it on Friday',
       latest::date + 3, latest, c % 4 > 0
  from {EACH} where c % 10 = 0""",
    f"""
delete from client_assignment o using (select $1::bigint as a) a
 where o.agency_id = {AGENCY} and o.user_id = {ID.format(PEOPLE)} and o.client_id > {ID.format(FEW * PEOPLE)}""",
)  # fmt: skip


async def fill_inboxes(ways: Addresses, agencies: range) -> None:
    """Give each of these agencies its inbox; then bring the planner's figures up."""
    assert ways.admin is not None
    async with connected(ways.admin) as connection:
        await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        for agency in agencies:
            for statement in STATEMENTS:
                await connection.execute(statement, agency)
        await connection.execute("vacuum analyze")
