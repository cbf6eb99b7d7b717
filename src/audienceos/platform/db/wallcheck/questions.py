"""What the catalogue is asked. Our schemas are `public`, `app`, `auth` and `jobs`; an extension's things are its own."""

from __future__ import annotations

OURS = "('public', 'app', 'jobs')"
NO_EXTENSION = "not exists (select from pg_depend d where d.objid = {}.oid and d.deptype = 'e')"

TABLES = f"""
select n.nspname || '.' || c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
       pg_get_userbyid(c.relowner) as owner
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname in {OURS} and {NO_EXTENSION.format("c")}
   and (n.nspname, c.relname) <> ('app', 'schema_version')  -- the owner's own; nobody else is granted it
"""

POLICIES = """
select n.nspname || '.' || c.relname as "table", p.polname as name, p.polpermissive as permissive, p.polcmd::text as verb,
       pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check,
       array(select case r when 0 then 'public' else pg_get_userbyid(r)::text end from unnest(p.polroles) r) as roles
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
"""

GRANTS = f"""
select n.nspname || '.' || c.relname as "table", a.column, lower(a.privilege) as verb,
       case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end as grantee
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (
    select null::text as column, x.privilege_type as privilege, x.grantee
      from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x
    union all
    select t.attname::text, x.privilege_type, x.grantee
      from pg_attribute t cross join aclexplode(t.attacl) x where t.attrelid = c.oid and t.attnum > 0
  ) a
 where c.relkind in ('r', 'p', 'v', 'm') and n.nspname in {OURS} and {NO_EXTENSION.format("c")}
"""

_COLUMNS = """array(select t.attname::text from unnest({keys}) with ordinality one (n, at)
             join pg_attribute t on t.attrelid = {of} and t.attnum = one.n order by one.at)"""

KEYS = f"""
select n.nspname || '.' || c.relname as "table", fn.nspname || '.' || f.relname as target, k.conname as name,
       {_COLUMNS.format(keys="k.conkey", of="k.conrelid")} as columns,
       {_COLUMNS.format(keys="k.confkey", of="k.confrelid")} as targets
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
 where k.contype = 'f' and k.conparentid = 0
"""

UNIQUES = f"""
select n.nspname || '.' || c.relname as "table", i.relname as name,
       {_COLUMNS.format(keys="x.indkey::int2[]", of="x.indrelid")} as columns
  from pg_index x join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class i on i.oid = x.indexrelid
 where x.indisunique and n.nspname = 'public'
"""

VIEWS = f"""
select n.nspname || '.' || c.relname as name, c.relkind::text as kind, c.reloptions as options
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('v', 'm') and n.nspname in {OURS} and {NO_EXTENSION.format("c")}
"""

FUNCTIONS = f"""
select n.nspname || '.' || p.proname as name, p.prosecdef as definer, p.proleakproof as leakproof,
       exists (select from unnest(p.proconfig) s where s like 'search_path=%') as settled,
       array(select case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end
               from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a) as callers
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname in {OURS} and p.prolang <> (select oid from pg_language where lanname = 'internal')
   and {NO_EXTENSION.format("p")}
"""
