"""What a database says that it holds, as text that can be compared."""

from __future__ import annotations

from audienceos.platform.db.connect import Connection

OURS = "n.nspname in ('public', 'app', 'jobs', 'auth')"
TABLES = "c.relkind in ('r', 'p', 'v', 'm') and c.relname <> 'schema_version'"

COLUMNS = f"""
select n.nspname, c.relname, row_number() over (partition by c.oid order by a.attnum) as place, a.attname,
       format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_get_expr(d.adbin, d.adrelid), a.attacl::text
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where {OURS} and {TABLES} and a.attnum > 0 and not a.attisdropped
 order by 1, 2, 3"""

CONSTRAINTS = f"""
select c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid), k.convalidated
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
 where {OURS} and {TABLES} and k.contype in ('p', 'u', 'f', 'c')
 order by 1, 2"""

INDEXES = f"""
select n.nspname, c.relname, i.relname, pg_get_indexdef(x.indexrelid), x.indisvalid
  from pg_index x
  join pg_class i on i.oid = x.indexrelid
  join pg_class c on c.oid = x.indrelid
  join pg_namespace n on n.oid = c.relnamespace
 where {OURS} and {TABLES}
 order by 1, 2, 3"""

POLICIES = f"""
select n.nspname, c.relname, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
 where {OURS}
 order by 1, 2, 3"""

RELATIONS = f"""
select n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
       c.reloptions::text, case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where {OURS} and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relname <> 'schema_version'
 order by 1, 2"""

FUNCTIONS = f"""
select n.nspname, p.oid::regprocedure::text, p.prosecdef, p.proleakproof, p.proconfig::text, p.proacl::text,
       md5(p.prosrc)
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where {OURS}
 order by 1, 2"""

TYPES_AND_TRIGGERS = f"""
select n.nspname, t.typname, t.typtype::text from pg_type t join pg_namespace n on n.oid = t.typnamespace
 where {OURS} and t.typtype in ('e', 'd', 'r')
union all
select n.nspname, g.tgname, 'trigger'
  from pg_trigger g
  join pg_class c on c.oid = g.tgrelid
  join pg_namespace n on n.oid = c.relnamespace
 where {OURS} and not g.tgisinternal
 order by 1, 2"""

SCHEMAS = f"select n.nspname, n.nspacl::text from pg_namespace n where {OURS} order by 1"

EVERYTHING = {
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "policies": POLICIES,
    "relations": RELATIONS,
    "functions": FUNCTIONS,
    "types and triggers": TYPES_AND_TRIGGERS,
    "schemas": SCHEMAS,
}

Rows = set[tuple[object, ...]]


async def rows(connection: Connection, query: str) -> Rows:
    """The answer as a set of tuples."""
    return {tuple(row) for row in await connection.fetch(query)}


async def snapshot(connection: Connection) -> dict[str, Rows]:
    """Everything of ours in the database but the record of migrations itself."""
    return {part: await rows(connection, query) for part, query in EVERYTHING.items()}
