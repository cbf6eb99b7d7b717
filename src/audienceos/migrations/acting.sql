-- Before a job runs: who is it today, for whom it was queued? It is asked outside any transaction, so that the
-- claims it sets, those of the agency's own machinery, end with the statement. `person` is null for the machinery
-- itself. No row means that there is no such person or agency any more.

create function app.acting(agency uuid, person uuid)
returns table (role text, name text, zone text, client_visibility text, verified boolean)
language plpgsql set search_path = ''
as $$
begin
  perform app.set_claims(pg_catalog.jsonb_build_object('agency_id', agency, 'actor_kind', 'system')::text);
  if person is null then
    return query
      select 'admin', 'AudienceOS', a.timezone::text, a.client_visibility, true
        from public.agency a where a.id = agency;
  else
    return query
      select u.role, pg_catalog.concat_ws(' ', u.first_name, u.last_name), a.timezone::text,
             a.client_visibility, u.email_verified_at is not null
        from public."user" u join public.agency a on a.id = u.agency_id
       where u.agency_id = agency and u.id = person and u.is_active and u.deleted_at is null;
  end if;
end $$;

revoke all on function app.acting(uuid, uuid) from public;
grant execute on function app.acting(uuid, uuid) to %(app)s;
