"""The only door to saved views, and to changes of many clients at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from audienceos.clients.models.bulk import ClientChange, ClientChangeRow, SavedView
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden, NotFound


def views_seen(sight: Sight = "all") -> Select[SavedView]:
    """The reader's own views and those shown to the agency. Binds :agency_id, :user_id."""
    return select(SavedView).where(
        SavedView.agency_id == AGENCY, or_(SavedView.user_id == PERSON, SavedView.is_shared)
    )


async def view_for(db: Db, view_id: UUID) -> SavedView:
    """One view, locked to be changed. Raises `NotFound`, and `Forbidden` for another's unless for an admin."""
    own = _binds(db.actor)
    query = views_seen().where(SavedView.id == view_id).params(**own)
    view = await db.scalar(query)
    if view is None:
        raise NotFound("view")
    if view.user_id != db.actor.user_id and not db.actor.is_admin:
        raise Forbidden("Only its author or an admin changes this view.")
    # Locked only now: the database hides from a lock what may not be written.
    locked = query.with_for_update(of=SavedView).execution_options(populate_existing=True)
    view = await db.scalar(locked)
    if view is None:
        raise NotFound("view")
    return view


def changes_seen(sight: Sight = "all", *, everyones: bool = False) -> Select[ClientChange]:
    """The reader's own changes of many clients; everyone's for an admin, which the caller sees to."""
    query = select(ClientChange).where(ClientChange.agency_id == AGENCY)
    return query if everyones else query.where(ClientChange.created_by == PERSON)


async def change_for(db: Db, change_id: UUID) -> ClientChange:
    """One change, locked: one's own, or as an admin anyone's. Raises `NotFound`."""
    everyones = db.actor.is_admin or db.actor.kind == "system"
    query = changes_seen(everyones=everyones).where(ClientChange.id == change_id).params(**_binds(db.actor))
    change = await db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if change is None:
        raise NotFound("change")
    return change


async def row_for(db: Db, row_id: UUID) -> ClientChangeRow:
    """What came of one client of a change, locked. Raises `NotFound`."""
    query = select(ClientChangeRow).where(
        ClientChangeRow.agency_id == db.actor.agency_id, ClientChangeRow.id == row_id
    )
    row = await db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("row")
    return row


def _binds(actor: Actor) -> dict[str, Any]:
    return {"agency_id": actor.agency_id, "user_id": actor.user_id}
