"""What happened in the agency, and by whom: the log as its admins look back over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, DateTime, Text, Uuid, bindparam, func
from sqlalchemy.orm import aliased

from audienceos.agency.access import TOLD, events_seen
from audienceos.agency.models import User
from audienceos.agency.pictures import place_in
from audienceos.platform.actor import ActorKind, Sight
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.events.models import Event
from audienceos.platform.events.recording import SECRETS
from audienceos.platform.web.paging import Key, Listed, Paged
from audienceos.platform.web.templating import first_up

MASK = "•••"
ORDER = "-at"
DAY = timedelta(days=1)


class EventQuery(Listed, frozen=True, kw_only=True):
    """What the log can be asked."""

    entity_type: Annotated[str, Meta(max_length=50, description="Such as client, task, user")] | None = None
    entity_id: UUID | None = None
    user_id: Annotated[UUID, Meta(description="Who did it")] | None = None
    action: Annotated[str, Meta(max_length=100, description="Such as user.role_changed")] | None = None
    since: Annotated[date, Meta(description="From this day of the agency's on")] | None = None
    until: Annotated[date, Meta(description="To this day of the agency's, and all of it")] | None = None

    @property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        return frozenset(name for name in _CONDITIONS if getattr(self, name) is not None)

    def binds(self, zone: ZoneInfo) -> dict[str, Any]:
        """Their values; days begin and end in that zone."""
        last = self.until if self.until is None or self.until == date.max else self.until + DAY
        return {
            "entity_type": self.entity_type,
            "entity_id": self.entity_id,
            "user_id_": self.user_id,
            "action": self.action,
            "since": _begins(self.since, zone),
            "until": _begins(last, zone),
        }

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters."""
        given = {name: getattr(self, name) for name in _CONDITIONS}
        return {name: str(value) for name, value in given.items() if value is not None}


def _begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


class EventView(msgspec.Struct, frozen=True):
    """Something that happened. What it was before and what it is after tell no secret."""

    id: UUID
    at: datetime
    action: str
    by: ActorKind
    """A person, a token acting for them, or the agency's own machinery."""
    user_id: UUID | None
    user_name: str | None
    entity_type: str
    entity_id: UUID | None
    client_id: UUID | None
    data: Json
    before: Json | None
    after: Json | None
    request_id: str | None

    @property
    def entity_name(self) -> str:
        """What it is called, where the event says so."""
        return str(self.data.get("name") or (self.after or self.before or {}).get("name") or "")

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Each field that changed: its name, what it was, what it is, as they are read aloud."""
        old, new = self.before or {}, self.after or {}
        names = dict.fromkeys([*old, *new])
        return [(name, _said(name, old.get(name)), _said(name, new.get(name))) for name in names]

    @property
    def more(self) -> list[tuple[str, str]]:
        """What else it tells, but for the name."""
        return [
            (name, _said(name, value)) for name, value in self.data.items() if name not in ("name", "fields")
        ]


def _said(name: str, value: object) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and place_in(value) is not None:
        return "a picture"
    masked = without_secrets({name: value})[name]
    if isinstance(masked, list):
        return ", ".join(_said("", one) for one in cast("list[object]", masked))
    if isinstance(masked, dict):
        return ", ".join(f"{key}: {_said(key, one)}" for key, one in cast("Json", masked).items())
    return str(masked)


def without_secrets(values: Mapping[str, Any]) -> Json:
    """The same with every secret blotted out, however deep it lies: an event keeps none, and this holds it to that."""
    return {key: MASK if key in SECRETS else _deep(value) for key, value in values.items()}


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return without_secrets(cast("Json", value))
    return [_deep(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


_MOMENT = DateTime(timezone=True)
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "entity_type": Event.subject_type == bindparam("entity_type", type_=Text()),
    "entity_id": Event.subject_id == bindparam("entity_id", type_=Uuid()),
    "user_id": Event.actor_id == bindparam("user_id_", type_=Uuid()),
    "action": Event.name == bindparam("action", type_=Text()),
    "since": Event.at >= bindparam("since", type_=_MOMENT),
    "until": Event.at < bindparam("until", type_=_MOMENT),
}


def _events(sight: Sight, *, form: frozenset[str] = frozenset(), one: bool = False) -> Question:
    person = aliased(User)
    query = events_seen().outerjoin(
        person, (person.agency_id == Event.agency_id) & (person.id == Event.actor_id)
    )
    for kind in sorted(form):
        query = query.where(_CONDITIONS[kind])
    if one:
        query = query.where(Event.id == bindparam("id", type_=Uuid()))
    return query.with_only_columns(
        Event.id,
        Event.at,
        Event.name.label("action"),
        Event.actor_kind.label("by"),
        Event.actor_id.label("user_id"),
        func.nullif(func.concat_ws(" ", person.first_name, person.last_name), "").label("user_name"),
        Event.subject_type.label("entity_type"),
        Event.subject_id.label("entity_id"),
        Event.client_id,
        Event.data,
        Event.before,
        Event.after,
        Event.request_id,
    )


EVENTS = Paged("events", EventView, _events, {ORDER: (Key(Event.at, descending=True),)}, unique=Event.id)
"""All that happened in the agency, the latest first. For admins: the caller has asked."""
EVENT = Read(EventView, _events)


async def event_view(lane: Lane, event_id: UUID) -> EventView:
    """One of them. Raises `NotFound`."""
    found = await EVENT.one(lane, {"id": event_id}, one=True)
    if found is None:
        raise NotFound("event")
    return shown(found)


def shown(event: EventView) -> EventView:
    """As it goes out."""
    return msgspec.structs.replace(
        event,
        data=without_secrets(event.data),
        before=event.before and without_secrets(event.before),
        after=event.after and without_secrets(event.after),
    )


class Words(NamedTuple):
    """What an event is called, and what it means in a sentence."""

    name: str
    meaning: str


_words: dict[str, Words] = {}


def tell_words(words: Mapping[str, tuple[str, str]]) -> None:
    """Say once a process what each event of every room is called and what it means, by its own name."""
    _words.update({action: Words(*told) for action, told in words.items()})


def words_of(action: str) -> Words:
    """What an event is called and means; one of a room that is gone is called what its own name says."""
    return _words.get(action) or Words(first_up(action.replace(".", " ").replace("_", " ")), "")


class Choices(msgspec.Struct, frozen=True):
    """What the log can be narrowed to: what is in it."""

    entity_types: list[str]
    actions: list[str]

    @property
    def called(self) -> list[tuple[str, str]]:
        """Each action with what it is called, in the order of these words."""
        return sorted(((action, words_of(action).name) for action in self.actions), key=lambda one: one[1])


async def choices_of(lane: Lane) -> Choices:
    """Each kind and each action that ever happened in the agency, found by a step of the index each."""
    found = [await lane.raw.fetch(query, lane.actor.agency_id) for query in (_KINDS, _NAMES)]
    kinds, names = ([row[0] for row in rows if row[0].partition(".")[0] != TOLD] for rows in found)
    return Choices(kinds, names)


def _distinct(column: str) -> str:
    following = f"select {column} from event where agency_id = $1"  # noqa: S608
    return f"""
with recursive met as (
  ({following} order by {column} limit 1)
  union all
  select ({following} and {column} > met.{column} order by {column} limit 1) from met where {column} is not null
)
select {column} from met where {column} is not null"""  # noqa: S608


_KINDS, _NAMES = _distinct("subject_type"), _distinct("name")
