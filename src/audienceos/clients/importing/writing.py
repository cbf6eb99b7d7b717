"""A batch of clients into the tables: new ones, and changes of those who are here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from audienceos.clients.actions.checklists import Entry, give_checklists
from audienceos.clients.health import Facts, judge
from audienceos.clients.importing.bulk import Into, Over
from audienceos.clients.importing.deciding import Known
from audienceos.clients.importing.rules import Rules
from audienceos.clients.words import name_key
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict

_OWN = {
    "name": "text",
    "name_key": "text",
    "domain": "text",
    "contact_name": "text",
    "contact_email": "text",
    "stage": "text",
    "stage_entered_at": "timestamptz",
    "last_activity_at": "timestamptz",
    "install_date": "date",
    "total_spend": "numeric",
    "lifetime_value": "numeric",
    "notes": "text",
    "tags": "text[]",
    "custom": "jsonb",
}
_HEALTH = {"health_status": "text", "health_reasons": "jsonb", "health_due_at": "timestamptz"}

CLIENTS = Into(
    "client",
    {"id": "uuid", **_OWN, **_HEALTH, "created_by": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz"},
    conflict="(agency_id, id) do nothing",
)  # fmt: skip
# A client whose clocks changed is due at once: the sweep judges it within a minute, override and signals included.
CHANGES = Over(
    "client",
    {"id": "uuid", **_OWN, "updated_at": "timestamptz"},
    beside={"due": "timestamptz"},
    always=("version = held.version + 1", "health_due_at = coalesce(given.due, held.health_due_at)"),
)
STAGES = Into(
    "stage_event",
    {"id": "uuid", "client_id": "uuid", "from_stage": "text", "to_stage": "text", "moved_by": "uuid",
     "moved_at": "timestamptz", "notes": "text"},
    conflict="(agency_id, id) do nothing",
)  # fmt: skip
OWNERS = Into(
    "client_assignment",
    {"id": "uuid", "client_id": "uuid", "user_id": "uuid", "role": "text", "created_at": "timestamptz"},
    conflict="(agency_id, client_id, user_id) do update set role = excluded.role",
)
CONTACTS = Into(
    "client_contact",
    {"id": "uuid", "client_id": "uuid", "name": "text", "email": "text", "email_key": "text", "phone": "text",
     "is_primary": "boolean", "created_at": "timestamptz", "updated_at": "timestamptz"},
    conflict="(agency_id, client_id) where is_primary do update set name = excluded.name, email = excluded.email, "
    "email_key = excluded.email_key, phone = excluded.phone, updated_at = excluded.updated_at, "
    "version = client_contact.version + 1",
)  # fmt: skip
IDS = Into(
    "client_external_id",
    {"id": "uuid", "client_id": "uuid", "source": "text", "external_id": "text", "created_at": "timestamptz"},
    conflict="(agency_id, source, external_id) do nothing",
)

_NO_LONGER_OWNED = (
    "delete from client_assignment where agency_id = $1 and client_id = any($2::uuid[]) and role = 'owner'"
)
_NOBODY_TO_CALL = (
    "delete from client_contact where agency_id = $1 and client_id = any($2::uuid[]) and is_primary"
)
_CLOCKS = ("stage", "stage_entered_at", "last_activity_at")
_CONTACT = ("contact_name", "contact_email", "contact_phone")


class Change(NamedTuple):
    """A client before and after, and what its history says if it moved."""

    before: Known
    after: Known
    note: str | None = None

    def touches(self, *fields: str) -> bool:
        """Whether one of the fields differs."""
        return any(getattr(self.before, field) != getattr(self.after, field) for field in fields)

    def moved_at(self, now: datetime) -> datetime:
        """When it moved: the moment of entry, unless that is the one to which an import is undone."""
        entered = self.after.stage_entered_at
        return entered if entered > self.before.stage_entered_at else now


async def create(db: Db, clients: Sequence[Known], rules: Rules) -> None:
    """Write new clients with their first stage event, owner, primary contact and checklist, judged.

    Eight statements at most.
    """
    raw, agency_id, now = await _raw(db), db.actor.agency_id, rules.now
    by = db.actor.person
    await CLIENTS.write(
        raw,
        agency_id,
        [(one.id, *_own(one), *_health(one, rules), by, now, now) for one in clients],
    )
    moves = [(uuid7(), one.id, None, one.stage, by, one.stage_entered_at, None) for one in clients]
    await STAGES.write(raw, agency_id, moves)
    await _own_them(raw, agency_id, [one for one in clients if one.owner_id], rules)
    await _write_contacts(raw, agency_id, [one for one in clients if _can_be_called(one)], rules)
    await _give(db, clients, rules)


async def change(db: Db, changes: Sequence[Change], rules: Rules) -> None:
    """Write clients as they are after; each that moved gets its stage event. Their versions rise by one."""
    raw, agency_id, now = await _raw(db), db.actor.agency_id, rules.now
    rows = [(one.after.id, *_own(one.after), now, now if one.touches(*_CLOCKS) else None) for one in changes]
    await CHANGES.write(raw, agency_id, rows)
    moves = [
        (
            uuid7(),
            one.after.id,
            one.before.stage,
            one.after.stage,
            db.actor.person,
            one.moved_at(now),
            one.note,
        )
        for one in changes
        if one.touches("stage")
    ]
    await STAGES.write(raw, agency_id, moves)
    owned = [one.after for one in changes if one.touches("owner_id")]
    if owned:
        await raw.execute(_NO_LONGER_OWNED, agency_id, [one.id for one in owned])
        await _own_them(raw, agency_id, [one for one in owned if one.owner_id], rules)
    await _give(db, [one.after for one in changes if one.touches("stage")], rules)
    called = [one.after for one in changes if one.touches(*_CONTACT)]
    await _write_contacts(raw, agency_id, [one for one in called if _can_be_called(one)], rules)
    if nobody := [one.id for one in called if not _can_be_called(one)]:
        await raw.execute(_NOBODY_TO_CALL, agency_id, nobody)


async def attach_ids(db: Db, source: str, ids: Sequence[tuple[UUID, str]], rules: Rules) -> None:
    """Remember clients by their ids in the other tool.

    Raises `Conflict` when somebody else attached one of them a moment ago: the batch is then done again.
    """
    raw = await _raw(db)
    rows = [(uuid7(), client_id, source, external_id, rules.now) for client_id, external_id in ids]
    if await IDS.write(raw, db.actor.agency_id, rows) != len(rows):
        raise Conflict("Another import brought in the same clients at this moment.", code="crossed")


async def _give(db: Db, entered: Sequence[Known], rules: Rules) -> None:
    """Days count from now and not from when a client entered its stage elsewhere: none is overdue on arrival."""
    entries = [Entry(one.id, one.stage, one.owner_id) for one in entered]
    await give_checklists(db, entries, rules.now, rules.zone, tell=False)


async def _raw(db: Db) -> Raw:
    await db.flush()
    return await db.raw()


def _own(one: Known) -> tuple[Any, ...]:
    """Values of `_OWN`, in its order."""
    return (
        one.name,
        name_key(one.name),
        one.domain,
        one.contact_name,
        one.contact_email,
        one.stage,
        one.stage_entered_at,
        one.last_activity_at,
        one.install_date,
        one.total_spend,
        one.lifetime_value,
        one.notes,
        msgspec.json.encode(one.tags).decode(),
        msgspec.json.encode(one.custom).decode(),
    )


def _health(one: Known, rules: Rules) -> tuple[Any, ...]:
    facts = Facts(
        runs_a_clock=rules.pipeline.runs_a_clock(one.stage),
        stage=one.stage,
        stage_entered_at=one.stage_entered_at,
        last_activity_at=one.last_activity_at,
        came_at=rules.now,
    )
    health = judge(facts, rules.pipeline.thresholds, rules.now, rules.zone)
    return health.status, msgspec.json.encode(health.reasons).decode(), health.due_at


async def _own_them(raw: Raw, agency_id: UUID, clients: Sequence[Known], rules: Rules) -> None:
    rows = [(uuid7(), one.id, one.owner_id, "owner", rules.now) for one in clients]
    await OWNERS.write(raw, agency_id, rows)


def _can_be_called(one: Known) -> bool:
    return any(getattr(one, field) for field in _CONTACT)


async def _write_contacts(raw: Raw, agency_id: UUID, clients: Sequence[Known], rules: Rules) -> None:
    rows = [
        (uuid7(), one.id, one.contact_name, mail, email_key(mail) if mail else None, one.contact_phone, True,
         rules.now, rules.now)
        for one, mail in ((one, one.contact_email) for one in clients)
    ]  # fmt: skip
    await CONTACTS.write(raw, agency_id, rows)
