"""What the rooms beside clients keep of each agency: tickets, alerts, what people were told, figures day by day.

Written as `bench.filling` does. The large agency has none of it; `bench.tickets` gives it its own.
"""

from __future__ import annotations

PEOPLE, CLIENTS = 5, 40
TICKETS = 20  # of each agency; every fourth is open
ALERTS = 12  # of each agency; every third is open
TOLD = 20  # of each person; every fifth unread
LONG, LONG_TOLD = 7, 5_000  # the first person of one agency was told of so much before, and has read it
KEPT_DAYS = 15
METRICS = (
    "(array['active_onboardings','at_risk_clients','support_hours_week','avg_install_time_days',"
    "'clients_needing_attention','total_clients','open_tickets'])"
)
FIRST_WORD = "(array['form','report','invoice','pixel','feed','banner','access','budget'])"

ID = "(lpad(to_hex(a), 16, '0') || lpad(to_hex({}), 16, '0'))::uuid"
AGENCY, ROW, PERSON = ID.format("0"), ID.format("n"), ID.format("p")
CLIENT, PERSON_OF = ID.format(f"1 + n % {CLIENTS}"), ID.format(f"1 + n % {PEOPLE}")
AGENCIES = "generate_series(greatest($1::bigint, 1), $2) a"
EACH = f"{AGENCIES}, generate_series(1, {{}}) n"
THEIR_TICKETS, THEIR_ALERTS = EACH.format(TICKETS), EACH.format(ALERTS)
SEVERITY = "(array['low','medium','high','critical'])[1 + n % 4]"

STATEMENTS = (
    f"insert into ticket_counter (agency_id, last_number) select {AGENCY}, {TICKETS} from {AGENCIES}",
    f"""
insert into ticket (agency_id, id, client_id, number, title, description, category, priority, status, created_by,
                    assignee_id, created_at, status_since, responded_at, response_minutes, resolved_at,
                    resolution_minutes, due_date, time_spent_minutes, resolution_notes)
select {AGENCY}, {ROW}, {CLIENT}, n, 'Broken ' || {FIRST_WORD}[1 + n % 8], 'Since number ' || n,
       (array['technical','billing','campaign','general','escalation'])[1 + n % 5], {SEVERITY}, s.status, {PERSON_OF},
       {PERSON_OF}, s.at, s.at, s.at, n % 600, case s.status when 'resolved' then s.at end,
       case s.status when 'resolved' then n * 60 end, case when n % 4 = 0 then current_date + n::int - 10 end, 30,
       case s.status when 'resolved' then 'Mended' end
  from {THEIR_TICKETS},
       lateral (select case when n % 4 = 0 then (array['new','in_progress','waiting_client'])[1 + n % 3]
                       else 'resolved' end as status, now() - make_interval(days => n::int) as at) s""",
    f"""
insert into ticket_term (agency_id, term, ticket_id)
select {AGENCY}, t, {ROW} from {THEIR_TICKETS}, unnest(array['broken', {FIRST_WORD}[1 + n % 8]]) t""",
    f"""
insert into ticket_note (agency_id, id, ticket_id, content, added_by, created_at)
select {AGENCY}, {ROW}, {ROW}, 'Asked for a picture of it', {PERSON_OF}, now() - make_interval(days => n::int)
  from {THEIR_TICKETS}""",
    f"""
insert into ticket_time (agency_id, id, ticket_id, user_id, day, minutes)
select {AGENCY}, {ROW}, {ROW}, {PERSON_OF}, current_date - n::int, 30 from {THEIR_TICKETS}""",
    f"""
insert into ticket_limit (agency_id, critical, high, medium, low)
select {AGENCY}, 4, 8, 24, 72 from {AGENCIES}""",
    f"""
insert into ticket_summary (agency_id, id, ticket_id, mail_id, to_email, sent_by)
select {AGENCY}, {ROW}, {ROW}, {ROW}, 'hello@client.example', {PERSON_OF} from {EACH.format(2)}""",
    f"""
insert into client_signal (agency_id, id, client_id, source, key, level, reason, since)
select {AGENCY}, {ROW}, {ROW}, 'tickets', 'tickets', 'ok', '', now() from {EACH.format(CLIENTS)}""",
    f"""
insert into alert_rule (agency_id, id, rule, is_on, changed_by)
select {AGENCY}, {ROW}, 'rule ' || n, true, {PERSON_OF} from {EACH.format(2)}""",
    f"""
insert into alert (agency_id, id, client_id, key, type, severity, title, description, confidence, status, rule,
                   section, created_at, closed_at, verdict, metadata)
select {AGENCY}, {ROW}, {CLIENT}, 'stuck:' || n, 'risk_detected', {SEVERITY}, 'Client ' || n || ' stands still',
       '16 days in this stage', 0.9, s.status, 'stuck', (array['critical','signals'])[1 + n % 2],
       now() - make_interval(days => n::int), case s.status when 'active' then null else now() end,
       case s.status when 'active' then null else 'right' end, '{{"evidence": [], "suggested_actions": []}}'
  from {THEIR_ALERTS},
       lateral (select case when n % 3 = 0 then 'active' else 'resolved' end as status) s""",
    f"""
insert into alert_watch (agency_id, due_at, looked_at) select {AGENCY}, now() + interval '1 hour', now() from {AGENCIES}""",
    f"""
insert into alert_doubt (agency_id, id, client_id, key, rule, severity, title, confidence, first_seen_at, seen_at)
select {AGENCY}, {ROW}, {CLIENT}, 'inactivity:' || n, 'inactivity', 'low', 'Client ' || n || ' is quiet', 0.4, now(), now()
  from {THEIR_ALERTS}""",
    f"""
insert into mail_out (agency_id, id, about_id, kind, to_email, subject, body, created_at, sent_at)
select {AGENCY}, {ROW}, {PERSON_OF}, 'notification', 'p1@agency.example', 'Told', 'Ticket #1 moved', now(), now()
  from {EACH.format(TOLD)}""",
    f"""
insert into notification (agency_id, id, user_id, key, kind, urgency, words, subject_type, number, client_id, read_at,
                          created_at)
select {AGENCY}, {ID.format("p * 1000 + n")}, {PERSON}, 'told:' || n, 'tickets', 'normal', 'Somebody moved ticket #' || n,
       'ticket', n, {CLIENT}, case when n % 5 = 0 then null else now() end, now() - make_interval(hours => n::int)
  from {EACH.format(TOLD)}, generate_series(1, {PEOPLE}) p""",
    f"""
insert into notification (agency_id, id, user_id, key, kind, urgency, words, subject_type, read_at, created_at)
select {AGENCY}, {ID.format("1000000 + n")}, {ID.format("1")}, 'before:' || n, 'tickets', 'normal', 'Somebody moved it',
       'ticket', now(), now() - interval '30 days' - make_interval(hours => n::int)
  from {EACH.format(LONG_TOLD)} where a = {LONG}""",
    f"""
insert into watch (agency_id, id, user_id, client_id)
select {AGENCY}, {ROW}, {PERSON_OF}, {CLIENT} from {EACH.format(CLIENTS // 4)}""",
    f"""
insert into kpi_snapshot (agency_id, id, metric_name, value, previous_value, metadata, snapshot_date)
select {AGENCY}, {ID.format("d * 100 + n")}, {METRICS}[n], n + d, n + d - 1, '{{"formula": 1}}', current_date - d::int
  from {EACH.format(7)}, generate_series(1, {KEPT_DAYS}) d""",
)  # fmt: skip
