"""What a login asks the catalogue about itself."""

from __future__ import annotations

ME = """
select current_user::text as login, current_setting('server_version_num')::int as version,
       current_setting('server_version') as version_text
"""

_REACHED = """
with recursive reached as (
  select oid from pg_roles where rolname = current_user
  union
  select m.roleid from pg_auth_members m join reached on m.member = reached.oid
)
"""

ROLES = (
    _REACHED
    + """
select r.rolname::text as name, r.rolname = current_user as myself, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
       r.rolreplication, starts_with(r.rolname, 'pg_') as predefined
  from reached join pg_roles r using (oid)
 order by myself desc, name
"""
)
"""The login first, then every role that it may become, by inheritance or SET ROLE, at any distance."""

OWNED = (
    _REACHED
    + """
select r.rolname::text as name, pg_describe_object(d.classid, d.objid, 0) as thing
  from reached join pg_roles r using (oid)
  join pg_database b on b.datname = current_database()
  join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
   and (d.dbid = b.oid or (d.classid = 'pg_database'::regclass and d.objid = b.oid))
  left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
 where c.relpersistence is distinct from 't'
 order by 1, 2
 limit 5
"""
)
"""What they own in this database, the first few; temporary tables are nobody's business."""

PLACES = """
select 'database' as kind, 'DATABASE ' || quote_ident(current_database()) as place
 where has_database_privilege(current_database(), 'create')
union all
select 'schema', 'SCHEMA public' where has_schema_privilege(to_regnamespace('public'), 'create')
"""
"""Where the login may create things."""

INHERITED = """
select rolname::text as name, pg_has_role(oid, 'member') as member, pg_has_role(oid, 'usage') as inherits
  from pg_roles where rolname = any($1::text[])
"""
"""Of the named roles: whether the login may become each, and whether it has its rights already."""
