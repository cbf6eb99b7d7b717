"""Reads about the agency and its people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from audienceos.agency.access import users_seen
from audienceos.agency.forms import AgencyView
from audienceos.agency.models import Agency, User
from audienceos.agency.pipeline import Pipeline, StageRole, Thresholds
from audienceos.agency.ports import badges_of
from audienceos.agency.preferences import preferences_of
from audienceos.platform.actor import Role, Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.realtime.cursor import cursor_now


class Here(msgspec.Struct, frozen=True):
    """The agency as every page needs it."""

    name: str
    slug: str
    logo_url: str | None
    face: str | None
    """The reader's own `avatar_url`."""
    timezone: str
    currency: str
    client_visibility: Sight
    pipeline_stages: list[str]
    stage_roles: dict[str, StageRole]
    health_thresholds: Thresholds
    stuck_after_days: int
    version: int

    @property
    def pipeline(self) -> Pipeline:
        """Its stages as the rules want them."""
        return Pipeline(
            tuple(self.pipeline_stages), self.stage_roles, self.health_thresholds, self.stuck_after_days
        )


class Person(msgspec.Struct, frozen=True):
    """Someone in the agency, as pickers and lists show them."""

    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool
    last_active_at: datetime | None
    avatar_url: str | None


class _Face(msgspec.Struct, frozen=True):
    id: UUID
    avatar_url: str


def _here(sight: Sight) -> Question:
    face = select(User.avatar_url).where(User.agency_id == AGENCY, User.id == PERSON).scalar_subquery()
    made = {"face": face.label("face")}
    columns = (made[name] if name in made else getattr(Agency, name) for name in Here.__struct_fields__)
    return select(*columns).where(Agency.id == AGENCY)


def _people(sight: Sight) -> Question:
    name = func.concat_ws(" ", User.first_name, User.last_name).label("name")
    return (
        users_seen()
        .with_only_columns(
            User.id, name, User.email, User.role, User.is_active, User.last_active_at, User.avatar_url
        )
        .order_by(User.is_active.desc(), func.lower(User.first_name), func.lower(User.last_name), User.id)
    )


def _faces(sight: Sight) -> Question:
    return users_seen().with_only_columns(User.id, User.avatar_url).where(User.avatar_url.is_not(None))


def _agency(sight: Sight) -> Question:
    return select(*(getattr(Agency, name) for name in AgencyView.__struct_fields__)).where(
        Agency.id == AGENCY
    )


AGENCY_VIEW = Read(AgencyView, _agency)
HERE = Read(Here, _here)
PEOPLE = Read(Person, _people)
FACES = Read(_Face, _faces)


async def mentioned_in(lane: Lane, text: str) -> list[UUID]:
    """Whom a text names after an @: active people, by a name that is only theirs, in the order in which they stand."""
    if "@" not in text:
        return []
    return named_in(text, [(one.id, one.name) for one in await PEOPLE.all(lane) if one.is_active])


def named_in(text: str, people: Iterable[tuple[UUID, str]]) -> list[UUID]:
    """Of those people the ones whose full or first name stands after an @. Of two of one name neither is meant."""
    owners: dict[str, list[UUID]] = {}
    for user_id, name in people:
        for handle in {name.casefold(), name.partition(" ")[0].casefold()}:
            owners.setdefault(handle, []).append(user_id)
    known = "|".join(re.escape(handle) for handle in sorted(owners, key=len, reverse=True))
    meant = re.finditer(rf"(?<!\w)@({known})(?!\w)", text.casefold()) if known else ()
    found = [owners[one[1]][0] for one in meant if len(owners[one[1]]) == 1]
    return list(dict.fromkeys(found))


async def here(lane: Lane) -> Here:
    """This agency. Raises `LookupError` if the row is gone."""
    found = await HERE.one(lane)
    if found is None:
        raise LookupError("no agency for this claim")
    return found


async def agency_view(lane: Lane) -> AgencyView:
    """All of the agency's own fields. Raises `LookupError` if the row is gone."""
    found = await AGENCY_VIEW.one(lane)
    if found is None:
        raise LookupError("no agency for this claim")
    return found


async def faces(lane: Lane) -> dict[UUID, str]:
    """The `avatar_url` of everyone who has a picture, by their id; for a page that reads no `PEOPLE`."""
    return {row.id: row.avatar_url for row in await FACES.all(lane)}


def faces_of(people: Iterable[Person]) -> dict[UUID, str]:
    """The same of people who were read already."""
    return {person.id: person.avatar_url for person in people if person.avatar_url}


async def shell(lane: Lane, section: str, at: Here | None = None) -> dict[str, Any]:
    """What the frame of a page shows: the agency's name, where we are, how the reader wants to see it, and the
    live cursor it was drawn at.
    """
    at = at or await here(lane)
    display = await preferences_of(lane, "display")
    waiting = await badges_of(lane)
    return {
        "theme": display.theme,
        "is_rail": display.sidebar_collapsed,
        "display": display,
        "agency_name": at.name,
        "agency_logo": at.logo_url,
        "own_face": at.face,
        "zone": at.timezone,
        "section": section,
        "cursor": await cursor_now(lane),
        "actor": lane.actor,
        "badges": {route: one.count for route, one in waiting.items()},
        "grave": {route for route, one in waiting.items() if one.is_grave},
    }
