"""By which addresses and domains clients are known, for rooms that match what comes in to them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db

# What was deleted or merged away is nobody's.
_KNOWN = """
select 'address' as kind, o.email_key as value, o.client_id from client_contact o
  join client c on c.agency_id = o.agency_id and c.id = o.client_id and c.deleted_at is null
 where o.agency_id = $1 and c.agency_id = $1 and o.email_key = any($2::text[])
union
select 'domain', lower(c.domain), c.id from client c
 where c.agency_id = $1 and c.domain = any($3::text[]) and c.deleted_at is null
union
select 'domain', split_part(o.email_key, '@', 2), o.client_id from client_contact o
  join client c on c.agency_id = o.agency_id and c.id = o.client_id and c.deleted_at is null
 where o.agency_id = $1 and c.agency_id = $1 and split_part(o.email_key, '@', 2) = any($3::text[])"""


async def known_by(
    db: Db, addresses: Sequence[str], domains: Sequence[str]
) -> tuple[dict[str, frozenset[UUID]], dict[str, frozenset[UUID]]]:
    """Clients by their contacts' addresses, and by their own domain or their contacts'; as `email_key` writes them."""
    rows = await (await db.raw()).fetch(_KNOWN, db.actor.agency_id, list(addresses), list(domains))
    found: dict[str, dict[str, frozenset[UUID]]] = {"address": {}, "domain": {}}
    for kind, value, client_id in rows:
        found[kind][value] = found[kind].get(value, frozenset()) | {client_id}
    return found["address"], found["domain"]


_EVERYBODY = """
select c.id, 'name' as kind, c.name as value, '' as said from client c where c.agency_id = $1 and c.deleted_at is null
union all
select c.id, 'domain', lower(c.domain), '' from client c
 where c.agency_id = $1 and c.domain is not null and c.deleted_at is null
union all
select c.id, 'contact', o.email_key, coalesce(o.name, '') from client_contact o
  join client c on c.agency_id = o.agency_id and c.id = o.client_id and c.deleted_at is null
 where o.agency_id = $1 and c.agency_id = $1 and o.email_key is not null
 order by 1, 2, 3, 4"""


async def everybody(lane: Lane) -> list[tuple[UUID, str, str, str]]:
    """All clients of the agency, seen or not: for each its `name`, `domain` and `contact`s, as (client, kind, value,
    the person's name). In an order that is always the same.
    """
    rows = await lane.raw.fetch(_EVERYBODY, lane.actor.agency_id)
    return [(row[0], row[1], row[2], row[3]) for row in rows]
