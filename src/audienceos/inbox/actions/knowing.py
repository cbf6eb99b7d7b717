"""What the agency knows of those whom messages name, read for one batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from audienceos.clients.queries.known_by import known_by
from audienceos.inbox.firewall.addresses import domain_of
from audienceos.inbox.firewall.words import FREE_MAIL
from audienceos.inbox.ports import Incoming
from audienceos.inbox.whose import Known, addresses_in
from audienceos.platform.db.sessions import Db

_OURS = """
select 'channel' as kind, c.place as value, c.client_id as whose from client_channel c
 where c.agency_id = $1 and c.place = any($4::text[])
union all
select 'taught', r.value, r.client_id from matching_rule r
 where r.agency_id = $1 and ((r.kind = 'address' and r.value = any($2::text[]))
                          or (r.kind = 'domain' and r.value = any($3::text[])))
union all
select 'person', u.email_key, u.id from "user" u where u.agency_id = $1 and u.email_key = any($2::text[])
union all
select 'own', lower(a.domain), null from agency a where a.id = $1 and a.domain is not null
union all
select 'own', s.external_id, null from inbox_source s
 where s.agency_id = $1 and s.platform = 'gmail' and s.external_id = any($2::text[])"""


async def known_of(db: Db, messages: Sequence[Incoming]) -> Known:
    """What is known of the addresses, domains and channels in these messages. Two statements."""
    addresses = addresses_in(messages)
    domains = list({domain_of(address) for address in addresses} - FREE_MAIL - {""})
    places = list({message.place for message in messages if message.place})
    rows = await (await db.raw()).fetch(_OURS, db.actor.agency_id, addresses, domains, places)
    found: dict[str, dict[str, UUID]] = defaultdict(dict)
    for kind, value, whose in rows:
        found[kind][value] = whose
    contacts, client_domains = await known_by(db, addresses, domains)
    return Known(
        channels=found["channel"],
        taught=found["taught"],
        contacts=contacts,
        domains=client_domains,
        people=found["person"],
        own=frozenset(found["own"]) - FREE_MAIL,
    )
