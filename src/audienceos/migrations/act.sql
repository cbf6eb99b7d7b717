-- Before a job runs: who queued it, and who is that today? The claims become those of that person, or of the
-- agency's own machinery where `person` is null. No row means that there is no such person or agency any more.

create function app.act_for(agency uuid, person uuid, kind text)
returns table (role text, name text, zone text, client_visibility text, verified boolean)
language plpgsql set search_path = ''
as $$
begin
  perform app.set_claims(pg_catalog.jsonb_build_object('agency_id', agency, 'actor_kind', 'system')::text);
  if person is null then
    select 'admin', 'AudienceOS', a.timezone, a.client_visibility, true
      into act_for.role, act_for.name, act_for.zone, act_for.client_visibility, act_for.verified
      from public.agency a where a.id = agency;
  else
    select u.role, pg_catalog.concat_ws(' ', u.first_name, u.last_name), a.timezone,
           a.client_visibility, u.email_verified_at is not null
      into act_for.role, act_for.name, act_for.zone, act_for.client_visibility, act_for.verified
      from public."user" u join public.agency a on a.id = u.agency_id
     where u.agency_id = act_for.agency and u.id = act_for.person and u.is_active and u.deleted_at is null;
  end if;
  if act_for.role is null then
    perform app.set_claims('{}');
    return;
  end if;
  perform app.set_claims(pg_catalog.jsonb_build_object(
    'agency_id', agency, 'sub', person, 'user_role', act_for.role,
    'actor_kind', case when person is null then 'system' else kind end
  )::text);
  return next;
end $$;

revoke all on function app.act_for(uuid, uuid, text) from public;
grant execute on function app.act_for(uuid, uuid, text) to %(app)s;
