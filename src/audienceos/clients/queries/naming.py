"""Whom somebody can name in a note about a client: who may see it, by a name that means only them."""

from __future__ import annotations

from uuid import UUID

from audienceos.agency.queries import PEOPLE, named_in
from audienceos.clients.queries.one import check_client
from audienceos.clients.queries.people import ASSIGNMENTS
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import LONGEST_PAGE, Listed

EVERYONE = Listed(limit=LONGEST_PAGE)


async def nameable(lane: Lane, client_id: UUID | None) -> list[str]:
    """Their full names in order, without the reader's own: active people who may see the client or, without one, who
    see every client. Raises `NotFound`."""
    people = {one.id: one for one in await PEOPLE.all(lane) if one.is_active}
    caring = await _caring(lane, client_id) if client_id else set[UUID]()
    everyone = lane.actor.client_visibility == "all"
    text = "\n".join(f"@{one.name}" for one in people.values())
    meant = (people[user_id] for user_id in named_in(text, [(one.id, one.name) for one in people.values()]))
    return [
        one.name
        for one in meant
        if one.id != lane.actor.user_id and (everyone or one.role == "admin" or one.id in caring)
    ]


async def _caring(lane: Lane, client_id: UUID) -> set[UUID]:
    await check_client(lane, client_id)
    found = await ASSIGNMENTS.page(lane, EVERYONE, sort="role", binds={"client_id": client_id})
    return {row.user_id for row in found.items}
