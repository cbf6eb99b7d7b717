"""The only door to what a person was told and to what they watch: nobody enters it for another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from audienceos.clients.access import clients_beside
from audienceos.notifications.models import Notification, Watch
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound


def notifications_seen(sight: Sight) -> Select[Notification]:
    """What the reader was told, but for what is about clients that they see no more. Binds :agency_id, :user_id."""
    client = clients_beside(sight)
    row = Notification
    beside = (client.c.agency_id == row.agency_id) & (client.c.id == row.client_id)
    return (
        select(row)
        .outerjoin(client, beside)
        .where(
            row.agency_id == AGENCY,
            row.user_id == PERSON,
            or_(row.client_id.is_(None), client.c.id.is_not(None)),
        )
    )


def watches_seen(sight: Sight) -> Select[Watch]:
    """What the reader watches, of clients that they see. Binds :agency_id, :user_id."""
    client = clients_beside(sight)
    of_client = (client.c.agency_id == Watch.agency_id) & (client.c.id == Watch.client_id)
    mine = (Watch.agency_id == AGENCY, Watch.user_id == PERSON)
    return select(Watch).join(client, of_client).where(*mine)


def waiting_for(sight: Sight) -> Select[Notification, Any, str]:
    """What waits to be mailed to the reader, locked, so that of two who send it at once the second finds nothing left;
    beside it its client's name, null for one that they see no more, and the reader's address. Binds :agency_id,
    :user_id.
    """
    row, client, person = Notification, clients_beside(sight), Base.metadata.tables["user"]
    beside = (client.c.agency_id == row.agency_id) & (client.c.id == row.client_id)
    theirs = (person.c.agency_id == AGENCY) & (person.c.id == PERSON)
    return (
        select(row, client.c.name.label("client_name"), person.c.email)
        .select_from(row)
        .join(person, theirs)
        .outerjoin(client, beside)
        .where(row.agency_id == AGENCY, row.user_id == PERSON, row.mail == "waiting")
        .order_by(row.id)
        .with_for_update(of=row)
    )


async def notification_for(db: Db, notification_id: UUID) -> Notification:
    """One of the acting person's own. Raises `NotFound`."""
    query = notifications_seen(db.actor.sight).where(Notification.id == notification_id)
    found = await db.scalar(query.params(agency_id=db.actor.agency_id, user_id=db.actor.user_id))
    if found is None:
        raise NotFound("notification")
    return found


async def watchers_of(db: Db, client_id: UUID, ticket_id: UUID | None = None) -> list[UUID]:
    """Who watches the client and, where one is named, who watches that ticket of it."""
    on = Watch.ticket_id.is_(None)
    if ticket_id is not None:
        on = or_(on, Watch.ticket_id == ticket_id)
    mine = (Watch.agency_id == db.actor.agency_id, Watch.client_id == client_id)
    return list(await db.scalars(select(Watch.user_id).where(*mine, on).order_by(Watch.id)))


def once(ids: Iterable[UUID]) -> list[UUID]:
    """Each of them once, in the order in which they came."""
    return list(dict.fromkeys(ids))
