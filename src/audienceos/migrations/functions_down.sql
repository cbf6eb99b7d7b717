-- Undoes functions.sql. Schema `app` stays, since the record of migrations lives in it.

drop function app.credential(), app.actor_kind(), app.user_role(), app.user_id(), app.agency_id(),
  app.set_claims(text);
revoke usage on schema app from %(app)s, %(service)s;

-- auth.jwt() goes only where it is ours: Supabase's belongs to Supabase.
do $$
begin
  if exists (
    select from pg_catalog.pg_proc
     where oid = pg_catalog.to_regprocedure('auth.jwt()') and proowner = current_user::regrole
  ) then
    drop function auth.jwt();
    drop schema auth;
  end if;
end $$;
