-- The first statement of every request: who shows this credential, and are they in this agency today?
-- It runs as the request login under its own policies. No row means no entry; the claims are then of nobody.

create function app.enter(agency uuid, how text, credential text)
returns table (
  user_id uuid, role text, name text, zone text, client_visibility text,
  verified boolean, scopes text[], credential_id uuid
)
language plpgsql set search_path = ''
as $$
begin
  perform app.set_claims(
    pg_catalog.jsonb_build_object('agency_id', agency, 'credential', credential)::text
  );
  if how = 'session' then
    select u.id, u.role, pg_catalog.concat_ws(' ', u.first_name, u.last_name), a.timezone,
           a.client_visibility, u.email_verified_at is not null, array['read', 'write'], s.id
      into enter.user_id, enter.role, enter.name, enter.zone, enter.client_visibility,
           enter.verified, enter.scopes, enter.credential_id
      from public.session s
      join public."user" u on u.agency_id = enter.agency and u.account_id = s.account_id
      join public.agency a on a.id = u.agency_id
     where s.hash = enter.credential and s.ended_at is null
       and s.expires_at > pg_catalog.now() and s.idle_until > pg_catalog.now()
       and u.is_active and u.deleted_at is null;
  else
    select u.id, u.role, pg_catalog.concat_ws(' ', u.first_name, u.last_name), a.timezone,
           a.client_visibility, u.email_verified_at is not null, t.scopes, t.id
      into enter.user_id, enter.role, enter.name, enter.zone, enter.client_visibility,
           enter.verified, enter.scopes, enter.credential_id
      from public.api_token t
      join public."user" u on u.agency_id = t.agency_id and u.id = t.user_id
      join public.agency a on a.id = u.agency_id
     where t.agency_id = enter.agency and t.hash = enter.credential
       and t.ended_at is null and t.expires_at > pg_catalog.now()
       and u.is_active and u.deleted_at is null;
  end if;
  if enter.user_id is null then
    perform app.set_claims('{}');
    return;
  end if;
  perform app.set_claims(pg_catalog.jsonb_build_object(
    'agency_id', agency, 'sub', enter.user_id, 'user_role', enter.role,
    'actor_kind', case how when 'session' then 'person' else 'token' end
  )::text);
  return next;
end $$;

revoke all on function app.enter(uuid, text, text) from public;
grant execute on function app.enter(uuid, text, text) to %(app)s;
