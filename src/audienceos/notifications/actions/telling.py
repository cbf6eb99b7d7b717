"""Tell people of what happened: each of them once, as they may know and wish at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from audienceos.agency.access import user_for
from audienceos.agency.preferences import Preferences, preferences_of
from audienceos.agency.queries import PEOPLE
from audienceos.clients.access import client_for
from audienceos.clients.actions.assigning import assignments_of
from audienceos.notifications.access import once, watchers_of
from audienceos.notifications.deciding import Case, Decision, decide
from audienceos.notifications.events import topic_of
from audienceos.notifications.models import Notification
from audienceos.notifications.rules import BEGINNER, Kind, Named, Rule, Urgency, lines_for
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.events.recording import Happening, record
from audienceos.platform.jobs.queueing import Job, later

TELL, DELIVER = "notifications.tell", "notifications.deliver"
SOMEBODY = "Somebody"
LONGEST = 500
HELPING = "shared_messages"
"""The wish of who helps with clients to hear of their messages too."""
OF_THE_AGENCY = ("agency", "alerts")
"""Kinds of which, where no client is concerned, admins alone may hear."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, as the job that tells of it carries it."""

    id: UUID
    name: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID | None
    client_id: UUID | None
    data: Json
    changed: list[str]


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is to be told."""

    key: str
    kind: Kind
    urgency: Urgency
    words: str
    subject_type: str
    subject_id: UUID | None = None
    number: int | None = None
    client_id: UUID | None = None
    wish: str = ""
    """What the person must have wished for to be told at all."""


def follow(actor: Actor, happening: Happening) -> list[Job]:
    """The job that tells of what happened; none where the table has no line for it, or names the actor alone."""
    changed = list(happening.after or {})
    lines = lines_for(happening.name, happening.data, changed, happening.client_id)
    if all(_names_nobody(rule, happening) for rule in lines):
        return []
    told = Told(
        id=happening.id,
        name=happening.name,
        actor_id=happening.actor_id,
        subject_type=happening.subject_type,
        subject_id=happening.subject_id,
        client_id=happening.client_id,
        data=happening.data,
        changed=changed,
    )
    return [Job(name=TELL, payload=msgspec.to_builtins(told), for_agency=True)]


async def tellings(db: Db, told: Told) -> dict[UUID, Telling]:
    """Whom to tell, and what; the agency's machinery asks. The first line of the table that names somebody counts."""
    found: dict[UUID, Rule] = {}
    for rule in lines_for(told.name, told.data, told.changed, told.client_id):
        for user_id in await _named_by(db, rule, told):
            if user_id != told.actor_id or rule.whom == BEGINNER:
                found.setdefault(user_id, rule)
    facts = await _facts(db, told) if found else {}
    return {user_id: _telling(rule, told, facts) for user_id, rule in found.items()}


class Tellable(Protocol):
    """As much of what is told as the decision about it wants."""

    @property
    def kind(self) -> Any: ...
    @property
    def urgency(self) -> Any: ...
    @property
    def client_id(self) -> Any: ...


async def tell_person(db: Db, telling: Telling) -> UUID | None:
    """Tell the acting person, unless they mustn't know or were told already. Gives the notification's id."""
    now = clock.now()
    wishes = await preferences_of(Lane(await db.raw(), db.actor), "notifications")
    sees = telling.client_id is None or await _sees(db, telling.client_id)
    if telling.wish and not getattr(wishes, telling.wish):
        return None
    decision = decide(case_of(db.actor, telling, wishes, now, sees=sees), wishes, now)
    if decision.way == "nowhere":
        return None
    values = msgspec.structs.asdict(telling) | _planned(decision, now)
    del values["wish"]
    muted = telling.client_id in wishes.muted_clients
    row = {
        "agency_id": db.actor.agency_id,
        "id": uuid7(),
        "user_id": db.actor.person,
        "created_at": now,
        "read_at": now if muted else None,
    }
    statement = insert(Notification).values(values | row)
    unique = ["agency_id", "user_id", "key"]
    added = await db.scalar(
        statement.on_conflict_do_nothing(index_elements=unique).returning(Notification.id)
    )
    if added is not None:
        await tell_pages(db, "notification.told", added)
        if decision.way == "send" and telling.urgency == "critical":  # the rest leaves with the next sweep
            later(db, Job(name=DELIVER, key=DELIVER, for_agency=True))
    return added


async def tell_pages(db: Db, name: str, notification_id: UUID | None) -> None:
    """Let the acting person's open pages know, and nobody else's."""
    machinery, topic = system_of(db.actor.agency_id), topic_of(db.actor.person)
    await record(db, name, "notification", notification_id, actor=machinery, topic=topic)


def case_of(actor: Actor, told: Tellable, wishes: Preferences, came_at: datetime, *, sees: bool) -> Case:
    """What is so of the acting person, who is active: they were let in. `sees` is of its client, if it has one; of the
    agency's own affairs admins hear."""
    may = actor.is_admin or told.client_id is not None or told.kind not in OF_THE_AGENCY
    return Case(
        is_active=True,
        sees=sees and may,
        kind=told.kind,
        is_muted=told.client_id in wishes.muted_clients,
        urgency=told.urgency,
        came_at=came_at,
    )


async def _sees(db: Db, client_id: UUID) -> bool:
    try:
        await client_for(db, client_id)
    except NotFound:
        return False
    return True


def _planned(decision: Decision, now: datetime) -> Json:
    if decision.way == "inbox":
        return {"mail": "none", "due_at": None}
    return {"mail": "waiting", "due_at": decision.at or now}


def _names_nobody(rule: Rule, happening: Happening) -> bool:
    """Whether the event itself shows that the line tells nobody: the one it names is the actor, or nobody."""
    if isinstance(rule.whom, Named):
        named = happening.data.get(rule.whom.field)
        return named is None or str(named) == str(happening.actor_id)
    return rule.whom == "mentioned" and not happening.data.get("mentions")


async def _named_by(db: Db, rule: Rule, told: Told) -> list[UUID]:
    if isinstance(rule.whom, Named):
        return _ids(told.data.get(rule.whom.field))
    if rule.whom == "mentioned":
        return _ids(*told.data.get("mentions", ()))
    if rule.whom == "beginner":
        return _ids(told.data.get("begun_by"))
    if rule.whom == "admins":
        people = await PEOPLE.all(Lane(await db.raw(), db.actor))
        return [one.id for one in people if one.is_active and one.role == "admin"]
    if rule.whom == "followers":
        ticket = await watchers_of(db, told.client_id, told.subject_id) if told.client_id else []
        return once([*_ids(told.data.get("assignee_id")), *ticket])
    if rule.whom in ("answerers", "helpers"):
        return await _answering(db, rule.whom, told)
    return await _carers(db, told.client_id)


async def _answering(db: Db, whom: str, told: Told) -> list[UUID]:
    """Who is to answer, or the client's owner; or those who help with the client."""
    mine = _ids(told.data.get("assignee_id"))
    if whom == "answerers" and mine:
        return mine
    if told.client_id is None or not await _sees(db, told.client_id):
        return []
    role = "owner" if whom == "answerers" else "collaborator"
    assigned = await assignments_of(db, await client_for(db, told.client_id))
    return [one.user_id for one in assigned if one.role == role]


async def _carers(db: Db, client_id: UUID | None) -> list[UUID]:
    """Who looks after the client, its owner among them, and who watches it; of one that is gone nobody."""
    if client_id is None or not await _sees(db, client_id):
        return []
    assigned = await assignments_of(db, await client_for(db, client_id))
    return once([*(one.user_id for one in assigned), *await watchers_of(db, client_id)])


async def _facts(db: Db, told: Told) -> Json:
    """What the words of the table may hold."""
    said: Json = {name: _plain(value) for name, value in told.data.items()}
    said["now"] = said.get("now", "").replace("_", " ")
    said["actor"] = await _name(db, told.actor_id)
    if told.client_id is not None and await _sees(db, told.client_id):
        said["client"] = (await client_for(db, told.client_id)).name
    return said


async def _name(db: Db, user_id: UUID | None) -> str:
    if user_id is None:
        return "AudienceOS"
    try:
        person = await user_for(db, user_id)
    except NotFound:
        return SOMEBODY
    return f"{person.first_name} {person.last_name}"


class _Facts(dict[str, Any]):
    """What an event doesn't say leaves a gap, never an error."""

    def __missing__(self, key: str) -> str:
        return "–"


def _telling(rule: Rule, told: Told, facts: Json) -> Telling:
    number = told.data.get("number")
    return Telling(
        key=_key(rule, told),
        kind=rule.kind,
        urgency=rule.urgency_of(told.data),
        words=rule.words.format_map(_Facts(facts))[:LONGEST],
        subject_type=told.subject_type,
        subject_id=told.subject_id,
        number=number if isinstance(number, int) else None,
        client_id=told.client_id,
        wish=HELPING if rule.whom == "helpers" else "",
    )


def _key(rule: Rule, told: Told) -> str:
    """The same key twice is told once: the event's, or its subject's as long as something stays what it is."""
    return f"{told.subject_id}:{told.data.get(rule.once)}" if rule.once else str(told.id)


def _plain(value: Any) -> str:
    """As a sentence holds it: of a list the first."""
    if isinstance(value, list):
        return _plain(value[0]) if value else "–"
    return "–" if value is None else str(value)


def _ids(*values: Any) -> list[UUID]:
    return [UUID(str(value)) for value in values if value]
