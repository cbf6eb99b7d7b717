"""One verb on many clients: begun, and taken back. The worker then does it client by client (`clients/changing.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import insert

from audienceos.agency.access import assignable, ground_for, require_admin
from audienceos.clients.access import visible_clients
from audienceos.clients.access.bulk import change_for
from audienceos.clients.forms.bulk import ChangeIn, Kind
from audienceos.clients.models import Client
from audienceos.clients.models.bulk import ClientChange, ClientChangeRow
from audienceos.clients.words import tidy_tags
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later

CHANGE, UNDO = "clients.change", "clients.change_undo"
NEEDS: dict[Kind, tuple[str, ...]] = {
    "assign": ("user_id",),
    "move": ("to_stage", "notes", "override"),
    "tag": ("tag",),
    "untag": ("tag",),
    "mark_healthy": ("reason", "days"),
}
"""What each verb takes; the first of them it can't do without."""


async def begin_change(db: Db, given: ChangeIn) -> ClientChange:
    """Have the worker do it, in the actor's name and by their rights as they are then.

    Raises `Invalid` where the verb lacks something, or for a client that the actor can't see; `Forbidden` for what
    is the admins' alone.
    """
    await _check(db, given)
    client_ids = await _seen(db, list(dict.fromkeys(given.client_ids)))
    data = msgspec.to_builtins({name: getattr(given, name) for name in NEEDS[given.kind]})
    change = ClientChange(
        kind=given.kind, data=data, status="running", total=len(client_ids), created_by=db.actor.person
    )
    db.add(change)
    await db.flush()
    await db.execute(insert(ClientChangeRow), _rows(change, client_ids))
    await record(
        db, "client_change.started", "client_change", change.id, kind=change.kind, clients=change.total
    )
    _queue(db, CHANGE, change)
    return change


async def undo_change(db: Db, change_id: UUID) -> ClientChange:
    """Have the worker take moves back, where nobody has moved the client since. Twice is no error.

    Raises `NotFound`; `Conflict` for a verb that isn't a move, and while it still runs.
    """
    change = await change_for(db, change_id)
    if change.kind != "move":
        raise Conflict("Only moves are taken back.", code="not_a_move")
    if change.status == "running":
        raise Conflict("This still runs. Take it back once it has ended.", code="change_running")
    if change.status == "undone":
        return change
    if change.status != "undoing":
        change.status, change.error, change.finished_at = "undoing", None, None
        await record(db, "client_change.undoing", "client_change", change.id, clients=change.total)
    _queue(db, UNDO, change)
    return change


async def end_change(
    db: Db, change: ClientChange, status: str, counts: Json, error: str | None = None
) -> None:
    """Note how it ended."""
    change.status, change.error, change.finished_at = status, error, clock.now()
    await record(db, _ENDS[status], "client_change", change.id, counts=counts, reason=error)


_ENDS = {"done": "client_change.finished", "undone": "client_change.undone", "failed": "client_change.failed"}


async def _check(db: Db, given: ChangeIn) -> None:
    needed = NEEDS[given.kind][0]
    if getattr(given, needed) is None:
        raise Invalid.at(needed, "Fill this in")
    if given.user_id is not None:
        await assignable(db, given.user_id, "user_id")
    if given.to_stage is not None and given.to_stage not in (await ground_for(db)).pipeline.stages:
        raise Invalid.at("to_stage", f"There is no stage {given.to_stage!r} any more.")
    if given.tag is not None:
        given.tag = _one_tag(given.tag)
    if given.override and not db.actor.is_admin:
        raise Forbidden("Only an admin may insist on moves.")
    if given.kind == "mark_healthy":
        require_admin(db.actor, "override a client's health")


def _one_tag(text: str) -> str:
    tags = tidy_tags([text])
    if len(tags) != 1:
        raise Invalid.at("tag", "Give one tag, without commas")
    return tags[0]


async def _seen(db: Db, client_ids: Sequence[UUID]) -> Sequence[UUID]:
    """The ids, in their order. Raises `Invalid` unless the actor sees every one of these clients."""
    query = visible_clients(db.actor).with_only_columns(Client.id).where(Client.id.in_(client_ids))
    unseen = len(client_ids) - len((await db.scalars(query)).all())
    if unseen:
        raise Invalid.at("client_ids", f"{unseen} of these aren't clients that you can see")
    return client_ids


def _rows(change: ClientChange, client_ids: Sequence[UUID]) -> list[Json]:
    now = clock.now()
    return [
        {
            "agency_id": change.agency_id,
            "id": uuid7(),
            "change_id": change.id,
            "client_id": client_id,
            "place": place,
            "outcome": "waiting",
            "created_at": now,
        }
        for place, client_id in enumerate(client_ids)
    ]


def _queue(db: Db, name: str, change: ClientChange) -> None:
    """In the agency's own name, so that it can say so when the person may no longer: they act in it, asked anew."""
    payload = {"change_id": change.id, "user_id": db.actor.person}
    later(db, Job(name=name, payload=payload, key=f"{name}:{change.id}"), system_of(db.actor.agency_id))
