"""The only door to saved views, and to changes of many clients at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from audienceos.clients.models_bulk import SavedView
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


def _binds(actor: Actor) -> dict[str, Any]:
    return {"agency_id": actor.agency_id, "user_id": actor.user_id}
