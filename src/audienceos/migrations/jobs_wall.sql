-- The wall around the queue. A job names its agency in its headers; the request login queues jobs of the
-- acting agency, sees their state and nothing else, and never a payload. The service login runs the queue.

revoke all on schema jobs from public;
revoke all on all tables in schema jobs from public, %(app)s, %(service)s;
revoke all on all sequences in schema jobs from public, %(app)s, %(service)s;
revoke all on all functions in schema jobs from public;

grant usage on schema jobs to %(app)s, %(service)s;
grant select, insert, update, delete on all tables in schema jobs to %(service)s;
grant usage, select on all sequences in schema jobs to %(service)s;

alter table jobs.pgqueuer enable row level security, force row level security;
create policy owner on jobs.pgqueuer for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer for all to %(service)s using (true) with check (true);
create policy wall on jobs.pgqueuer for all to %(app)s
  using ((headers ->> 'agency_id')::uuid = (select app.agency_id()))
  with check ((headers ->> 'agency_id')::uuid = (select app.agency_id()));
grant insert on jobs.pgqueuer to %(app)s;
grant select (id, entrypoint, priority, dedupe_key, status) on jobs.pgqueuer to %(app)s;
grant usage on sequence jobs.pgqueuer_id_seq to %(app)s;

-- PgQueuer writes a line of its log with each job; the log holds no agency and the request login can't read it.
alter table jobs.pgqueuer_log enable row level security, force row level security;
create policy owner on jobs.pgqueuer_log for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_log for all to %(service)s using (true) with check (true);
create policy queued on jobs.pgqueuer_log for insert to %(app)s with check (status = 'queued');
grant insert on jobs.pgqueuer_log to %(app)s;

alter table jobs.pgqueuer_schedules enable row level security, force row level security;
create policy owner on jobs.pgqueuer_schedules for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_schedules for all to %(service)s using (true) with check (true);

alter table jobs.pgqueuer_statistics enable row level security, force row level security;
create policy owner on jobs.pgqueuer_statistics for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_statistics for all to %(service)s using (true) with check (true);
