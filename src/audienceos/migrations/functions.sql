-- What the wall stands on: the claims of a transaction and the functions that read them.
-- Nothing here is SECURITY DEFINER and nothing is LEAKPROOF. `%(app)s` and its like are the logins' names.

create schema if not exists app;
revoke all on schema app from public;
grant usage on schema app to %(app)s, %(service)s;

-- Supabase brings auth.jwt() and locks its schema; elsewhere it is made here, with the same meaning.
do $$
begin
  if to_regprocedure('auth.jwt()') is null then
    create schema if not exists auth;
    execute $f$
      create function auth.jwt() returns jsonb language sql stable set search_path = ''
      as $q$ select nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb $q$
    $f$;
    revoke all on function auth.jwt() from public;
    grant usage on schema auth to %(owner)s, %(app)s, %(service)s;
    grant execute on function auth.jwt() to %(owner)s, %(app)s, %(service)s;
  end if;
end $$;

-- SET LOCAL, never set_config (a sharded server does not carry that to its workers) and never a
-- session-wide setting (it would outlive its borrower in a pool).
create function app.set_claims(claims text) returns void language plpgsql strict set search_path = ''
as $$ begin execute pg_catalog.format('set local "request.jwt.claims" = %%L', claims); end $$;

create function app.agency_id() returns uuid language sql stable set search_path = ''
as $$ select (auth.jwt() ->> 'agency_id')::uuid $$;

create function app.user_id() returns uuid language sql stable set search_path = ''
as $$ select (auth.jwt() ->> 'sub')::uuid $$;

create function app.user_role() returns text language sql stable set search_path = ''
as $$ select auth.jwt() ->> 'user_role' $$;

create function app.actor_kind() returns text language sql stable set search_path = ''
as $$ select auth.jwt() ->> 'actor_kind' $$;

create function app.credential() returns text language sql stable set search_path = ''
as $$ select auth.jwt() ->> 'credential' $$;

revoke all on all functions in schema app from public;
grant execute on all functions in schema app to %(owner)s, %(app)s, %(service)s;
