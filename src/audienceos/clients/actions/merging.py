"""Two clients turn out to be one: one stays, the other's everything comes to it, and its address leads on.

What is written once stays as it was written: moves and events of the other are read along (by `merged_into`), not
rewritten. So a merge isn't taken back: the other can't be restored, and says so.
"""

from __future__ import annotations

from uuid import UUID

from audienceos.agency.access import ground_for, require_admin
from audienceos.clients.access import client_for
from audienceos.clients.actions.contacts import mirror_to_primary, primary_of
from audienceos.clients.actions.judging import acted
from audienceos.clients.actions.tasks import TASKS_AT_MOST
from audienceos.clients.actions.viewing import MERGED, merge_in_views
from audienceos.clients.forms.tasks import MergeIn
from audienceos.clients.models import Client
from audienceos.clients.ports import merge_answers
from audienceos.clients.words import TAGS_AT_MOST, name_key, tidy_tags
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later

_COUNT = "select count(*) from task where agency_id = $1 and client_id = any($2::uuid[])"
_COME_ALONG = (
    # Who looks after both keeps the better role at the one that stays; its owner stays its owner.
    """delete from client_assignment o using client_assignment s
        where o.agency_id = $1 and o.client_id = $3 and s.agency_id = $1 and s.client_id = $2
          and s.user_id = o.user_id""",
    """update client_assignment set client_id = $2, role = case when role = 'owner' and exists (
          select from client_assignment s where s.agency_id = $1 and s.client_id = $2 and s.role = 'owner')
          then 'collaborator' else role end
        where agency_id = $1 and client_id = $3""",
    """update client_contact set client_id = $2, is_primary = is_primary and not exists (
          select from client_contact s where s.agency_id = $1 and s.client_id = $2 and s.is_primary)
        where agency_id = $1 and client_id = $3""",
    # Entries of the log are never changed, so they are written anew as they were.
    """with gone as (delete from client_note where agency_id = $1 and client_id = $3 returning *)
       insert into client_note (agency_id, id, client_id, content, added_by, created_at)
       select agency_id, id, $2, content, added_by, created_at from gone""",
    """update task o set client_id = $2, template_id = case when exists (
          select from task s where s.agency_id = $1 and s.client_id = $2 and s.template_id = o.template_id)
          then null else template_id end,
          sort_order = sort_order + (
            select coalesce(max(s.sort_order), 0) from task s where s.agency_id = $1 and s.client_id = $2)
        where o.agency_id = $1 and o.client_id = $3""",
    "update client_external_id set client_id = $2 where agency_id = $1 and client_id = $3",
    """insert into stage_checklist (agency_id, id, client_id, stage, given_at)
       select agency_id, gen_random_uuid(), $2, stage, given_at from stage_checklist
        where agency_id = $1 and client_id = $3
       on conflict (agency_id, client_id, stage) do nothing""",
    "update client set merged_into = $2 where agency_id = $1 and merged_into = $3",
)


async def merge_clients(db: Db, client_id: UUID, data: MergeIn) -> Client:
    """Bring another client's contacts, log, tasks, people, tags and ids to this one, and the fields that `take` names;
    the other is deleted for good and leads on to this one. Only for admins.

    Raises `NotFound`, `Forbidden`; `Invalid` for itself; `Conflict` where there would be too many tasks or tags.
    """
    ground = await ground_for(db, "share")
    stays, other = await _both(db, client_id, data.other_id)
    await _check(db, stays, other)
    before = {name: getattr(stays, name) for name in data.take}
    for name in data.take:
        setattr(stays, name, getattr(other, name))
    stays.name_key = name_key(stays.name)
    stays.tags = tidy_tags([*stays.tags, *other.tags])
    stays.custom = {**other.custom, **stays.custom}
    stays.domain = stays.domain or other.domain
    stays.version += 1
    other.deleted_at, other.health_due_at, other.merged_into = clock.now(), None, stays.id
    other.version += 1
    await db.flush()
    raw = await db.raw()
    for statement in _COME_ALONG:
        await raw.execute(statement, db.actor.agency_id, stays.id, other.id)
    await merge_in_views(db, other.id, stays.id)
    later(db, Job(name=MERGED, payload={"other_id": str(other.id)}), system_of(db.actor.agency_id))
    for answer in merge_answers():
        await answer(db, stays.id, other.id)
    stays = await client_for(db, stays.id, to="change")
    await _mirror(db, stays)
    told = {"name": stays.name, "other": other.name, "other_id": str(other.id), "taken": sorted(data.take)}
    plain = {name: value if value is None else str(value) for name, value in before.items()}
    await record(db, "client.merged", "client", stays.id, client_id=stays.id, before=plain, **told)  # pyright: ignore[reportArgumentType]
    await acted(db, stays, ground)
    return stays


async def _both(db: Db, client_id: UUID, other_id: UUID) -> tuple[Client, Client]:
    """Both, locked in the order of their ids, so that two merges never wait for each other."""
    first = await client_for(db, client_id)
    require_admin(db.actor, "merge clients")
    if other_id == first.id:
        raise Invalid.at("other_id", "Choose another client")
    held = {one: await client_for(db, one, to="change") for one in sorted((client_id, other_id))}
    return held[client_id], held[other_id]


async def _check(db: Db, stays: Client, other: Client) -> None:
    tasks = await (await db.raw()).fetchval(_COUNT, db.actor.agency_id, [stays.id, other.id])
    if tasks > TASKS_AT_MOST:
        raise Conflict(f"Together they have more than {TASKS_AT_MOST:,} tasks.", code="too_many")
    if len({tag.casefold() for tag in (*stays.tags, *other.tags)}) > TAGS_AT_MOST:
        raise Conflict(f"Together they have more than {TAGS_AT_MOST} tags. Take some away.", code="too_many")


async def _mirror(db: Db, client: Client) -> None:
    """The primary contact is what the client's own contact fields say, and the other way round."""
    primary = await primary_of(db, client)
    if client.contact_name is None and client.contact_email is None and primary is not None:
        client.contact_name, client.contact_email = primary.name, primary.email
    elif primary is None or (primary.name, primary.email) != (client.contact_name, client.contact_email):
        await mirror_to_primary(db, client)
