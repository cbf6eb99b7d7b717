"""What the agency knows of all its clients, laid out for the firewall and kept while it stays the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from audienceos.clients.queries.known_by import everybody
from audienceos.connections.queries import ad_account_names, mail_addresses
from audienceos.inbox.firewall import Contact, Directory, KnownClient, Team
from audienceos.inbox.firewall.addresses import domain_of
from audienceos.platform.db.database import Lane

KEPT = 64
"""Agencies whose directory a process keeps."""
AT_ONCE = 50
"""Clients from which on a directory is laid out in a thread, so that nobody else waits for it."""

_TAUGHT = (
    "select client_id, kind, value from matching_rule where agency_id = $1 order by client_id, kind, value"
)
_TEAM = """
select 'name' as kind, a.name as value from agency a where a.id = $1
union all select 'domain', lower(a.domain) from agency a where a.id = $1 and a.domain is not null
union all select 'address', u.email_key from "user" u where u.agency_id = $1 and u.deleted_at is null
union all select 'name', u.first_name || ' ' || u.last_name from "user" u where u.agency_id = $1 and u.deleted_at is null
union all select 'name', u.nickname from "user" u
 where u.agency_id = $1 and u.deleted_at is null and u.nickname is not null
 order by 1, 2"""


class Facts(msgspec.Struct, frozen=True):
    """All that a directory is made of, in an order that is always the same."""

    clients: Sequence[tuple[UUID, str, str, str]]
    taught: Sequence[tuple[UUID, str, str]]
    accounts: Sequence[tuple[UUID, str]]
    team: Sequence[tuple[str, str]]
    mailboxes: Sequence[str]


_kept: OrderedDict[UUID, tuple[Facts, Directory]] = OrderedDict()


async def directory_of(lane: Lane) -> Directory:
    """What is known of every client of the agency, whoever asks: who sees few of them must not write to the others'.

    Everything that it is made of is read each time, and only what has changed is laid out anew, so that a contact who
    was added a moment ago is known.
    """
    agency_id, facts = lane.actor.agency_id, await _facts(lane)
    held = _kept.get(agency_id)
    if held is not None and held[0] == facts:
        _kept.move_to_end(agency_id)
        return held[1]
    made = await asyncio.to_thread(laid_out, facts) if len(facts.clients) > AT_ONCE else laid_out(facts)
    _kept[agency_id] = facts, made
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return made


def laid_out(facts: Facts) -> Directory:
    """A directory of these facts. Pure."""
    said: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for client_id, kind, value, person in facts.clients:
        said[client_id][kind].append(Contact(address=value, name=person) if kind == "contact" else value)
        if kind == "contact":
            said[client_id]["domain"].append(domain_of(value))  # a contact's colleagues are the client's too
    for client_id, kind, value in facts.taught:
        if client_id in said:
            taught = ("contact", Contact(address=value)) if kind == "address" else ("domain", value)
            said[client_id][taught[0]].append(taught[1])
    for client_id, name in facts.accounts:
        if client_id in said:
            said[client_id]["campaign"].append(name)
    clients = [
        KnownClient(
            id=client_id,
            names=tuple(found["name"]),
            contacts=tuple(found["contact"]),
            domains=tuple(found["domain"]),
            campaigns=tuple(found["campaign"]),
        )
        for client_id, found in said.items()
    ]
    return Directory(clients, _team(facts))


def _team(facts: Facts) -> Team:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, value in facts.team:
        found[kind].append(value)
    return Team(
        names=tuple(found["name"]),
        addresses=(*found["address"], *facts.mailboxes),
        domains=tuple(found["domain"]),
    )


async def _facts(lane: Lane) -> Facts:
    raw, agency_id = lane.raw, lane.actor.agency_id
    return Facts(
        clients=await everybody(lane),
        taught=[(row[0], row[1], row[2]) for row in await raw.fetch(_TAUGHT, agency_id)],
        accounts=await ad_account_names(lane),
        team=[(row[0], row[1]) for row in await raw.fetch(_TEAM, agency_id)],
        mailboxes=sorted(await mail_addresses(lane)),
    )
