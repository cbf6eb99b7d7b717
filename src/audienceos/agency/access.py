"""The only door to the agency's own rows and to its people's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Select, select

from audienceos.agency.models import Agency, Invitation, User
from audienceos.agency.pipeline import Pipeline, Thresholds
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.clock import now
from audienceos.platform.db.read import AGENCY
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden, Invalid, NotFound
from audienceos.platform.events.models import Event

TOLD = "notification"
"""The kind of event that only tells one person's open pages of another: nobody did anything."""
EDITED_WITHIN = timedelta(hours=24)
"""For so long the author of a note edits it."""
Lock = Literal["none", "share", "update"]


def require_admin(actor: Actor, what: str) -> None:
    """Raises `Forbidden`, naming what only an admin may do."""
    if not actor.is_admin:
        raise Forbidden(f"Only an admin may {what}.")


def may_edit(actor: Actor, author: UUID, written_at: datetime, what: str) -> None:
    """What colleagues write to one another is its author's to edit, for a day. Raises `Forbidden`, which names it."""
    if author != actor.user_id:
        raise Forbidden(f"Only its author edits a {what}.")
    if now() - written_at > EDITED_WITHIN:
        raise Forbidden(f"A {what} is edited within a day. Add another one.")


def may_remove(actor: Actor, author: UUID, what: str) -> None:
    """It is its author's to remove, or an admin's. Raises `Forbidden`, which names it."""
    if author != actor.user_id and not actor.is_admin:
        raise Forbidden(f"Only its author or an admin removes a {what}.")


async def agency_for(db: Db, lock: Lock = "none") -> Agency:
    """This transaction's agency. Moves lock it `share`, edits of stages `update`, so neither misses the other."""
    query = select(Agency).where(Agency.id == db.actor.agency_id).execution_options(populate_existing=True)
    if lock != "none":
        query = query.with_for_update(read=lock == "share")
    agency = await db.scalar(query)
    if agency is None:
        raise NotFound("agency")
    return agency


def pipeline_of(agency: Agency) -> Pipeline:
    """The agency's stages as the rules want them."""
    return Pipeline(
        stages=tuple(agency.pipeline_stages),
        roles=dict(agency.stage_roles),
        thresholds=msgspec.convert(agency.health_thresholds, Thresholds),
        stuck_after_days=agency.stuck_after_days,
    )


class Ground(msgspec.Struct, frozen=True):
    """What the rooms above stand on when they judge a client: the agency's stages and its days."""

    pipeline: Pipeline
    zone: ZoneInfo


async def ground_for(db: Db, lock: Lock = "none") -> Ground:
    """This agency's stages and zone; locked `share`, no stage changes before the transaction ends."""
    agency = await agency_for(db, lock)
    return Ground(pipeline_of(agency), ZoneInfo(agency.timezone))


def users_seen(sight: Sight = "all") -> Select[User]:
    """Everyone in the reader's agency who wasn't removed. Binds :agency_id."""
    return select(User).where(User.agency_id == AGENCY, User.deleted_at.is_(None))


def visible_users(actor: Actor) -> Select[User]:
    """Everyone in the actor's agency who wasn't removed."""
    return users_seen().params(agency_id=actor.agency_id)


async def user_for(db: Db, user_id: UUID) -> User:
    """One person of the agency. Raises `NotFound`."""
    user = await db.scalar(visible_users(db.actor).where(User.id == user_id))
    if user is None:
        raise NotFound("person")
    return user


def invitations_seen(sight: Sight = "all") -> Select[Invitation]:
    """Every invitation of the reader's agency, ended ones too. For admins alone. Binds :agency_id."""
    return select(Invitation).where(Invitation.agency_id == AGENCY)


def events_seen(sight: Sight = "all") -> Select[Event]:
    """All that happened in the reader's agency, but for what somebody was told of it. For admins alone. Binds
    :agency_id."""
    return select(Event).where(Event.agency_id == AGENCY, Event.subject_type != TOLD)


async def assignable(db: Db, user_id: UUID, field: str) -> User:
    """Someone who can be given work: in this agency and active. Raises `Invalid` at the field."""
    user = await db.scalar(visible_users(db.actor).where(User.id == user_id))
    if user is None or not user.is_active:
        raise Invalid.at(field, "Choose someone active in this agency")
    return user
