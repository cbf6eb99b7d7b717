"""Somebody's place in an agency, opened again by whoever runs the machine."""

from __future__ import annotations

from sqlalchemy import select

from audienceos.agency.models import User
from audienceos.agency.people import name_of
from audienceos.agency.slugs import place_at
from audienceos.platform.actor import system_of
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.events.recording import record


async def readmit(db: Db, email: str, slug: str) -> str:
    """Open the place that the person has in the agency at that address, as it was; gives the address it goes by.

    Nothing changes where it is open. Raises `NotFound` for no such agency, and for somebody who never had one there.
    """
    agency = await place_at(db, slug)
    if agency is None:
        raise NotFound("agency")
    user = await db.scalar(
        select(User).where(
            User.agency_id == agency.agency_id, User.email_key == email_key(email), User.deleted_at.is_(None)
        )
    )
    if user is None:
        raise NotFound("person")
    if not user.is_active:
        user.is_active, user.version = True, user.version + 1
        by = system_of(user.agency_id)
        await record(db, "user.reactivated", "user", user.id, actor=by, name=name_of(user))
    return agency.slug
