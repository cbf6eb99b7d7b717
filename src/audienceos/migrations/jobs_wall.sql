-- The wall around the queue. A job names its agency in its headers; the request login queues jobs of the
-- acting agency and sees how they fare, never a payload. The service login runs the queue.

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
-- Keys are unique over all agencies, so each begins with its agency: nobody can sit on another's key.
create policy wall on jobs.pgqueuer for all to %(app)s
  using ((headers ->> 'agency_id')::uuid = (select app.agency_id()))
  with check ((headers ->> 'agency_id')::uuid = (select app.agency_id())
              and (dedupe_key is null or starts_with(dedupe_key, (headers ->> 'agency_id') || ':')));
grant insert on jobs.pgqueuer to %(app)s;
grant select (id, entrypoint, priority, dedupe_key, status, created, updated, execute_after, attempts, headers)
  on jobs.pgqueuer to %(app)s;
-- A job whose key waits already is not queued again; that one is held by this until the commit.
grant update (updated) on jobs.pgqueuer to %(app)s;
grant usage on sequence jobs.pgqueuer_id_seq to %(app)s;

-- How many of its own jobs already wait, which says where an agency's next one stands in line. A queue is empty
-- when it is analysed and long when it matters: told so, the planner would read all of it for each new job.
create index pgqueuer_agency_due_ix on jobs.pgqueuer (((headers ->> 'agency_id')::uuid), execute_after)
  where status = 'queued';
create index pgqueuer_agency_held_ix on jobs.pgqueuer (((headers ->> 'agency_id')::uuid))
  where status = 'failed';
create function jobs.waiting(agency uuid, enough int) returns bigint
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$ begin
  return (select pg_catalog.count(*) from (
    select from jobs.pgqueuer q
     where (q.headers ->> 'agency_id')::uuid = agency and q.status = 'queued'
       and q.execute_after <= pg_catalog.now()
     limit enough) as few);
end $$;
revoke all on function jobs.waiting(uuid, int) from public;
grant execute on function jobs.waiting(uuid, int) to %(app)s, %(service)s;

-- PgQueuer writes a line of its log with each job. The log holds no agency: the request login reads only what
-- was said of a failed job that it sees in the queue.
alter table jobs.pgqueuer_log enable row level security, force row level security;
create policy owner on jobs.pgqueuer_log for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_log for all to %(service)s using (true) with check (true);
create policy queued on jobs.pgqueuer_log for insert to %(app)s with check (status = 'queued');
create policy held on jobs.pgqueuer_log for select to %(app)s
  using (exists (select from jobs.pgqueuer q where q.id = job_id and q.status = 'failed'));
grant insert, select (id, job_id, created, status, traceback) on jobs.pgqueuer_log to %(app)s;

alter table jobs.pgqueuer_schedules enable row level security, force row level security;
create policy owner on jobs.pgqueuer_schedules for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_schedules for all to %(service)s using (true) with check (true);

alter table jobs.pgqueuer_statistics enable row level security, force row level security;
create policy owner on jobs.pgqueuer_statistics for all to %(owner)s using (true) with check (true);
create policy service on jobs.pgqueuer_statistics for all to %(service)s using (true) with check (true);
