"""A client moves through the pipeline: by the rules, once, with its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.agency.access import Ground, ground_for
from audienceos.clients.access import client_for
from audienceos.clients.actions.checklists import Entry, give_checklists
from audienceos.clients.actions.judging import acted
from audienceos.clients.forms import Moved, MoveIn
from audienceos.clients.models import Client, StageEvent
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Invalid
from audienceos.platform.events.recording import record


async def move_client(db: Db, client_id: UUID, move: MoveIn) -> Moved:
    """Move the client to another stage. Moving it to where it is changes nothing and is no error.

    Raises `NotFound`; `Invalid` for a stage the agency doesn't have; `Conflict` when the client is no longer
    where the mover saw it, is archived, or would go too far back; `Forbidden` when a user tries to insist.
    """
    ground = await ground_for(db, "share")
    client = await client_for(db, client_id, to="change")
    if client.stage == move.to_stage:
        return _moved(client, moved=False)
    if client.stage != move.from_stage:
        where = {"stage": client.stage}
        raise Conflict(f"Someone moved {client.name} to {client.stage} first.", code="moved", extra=where)
    _refuse(db.actor, ground, client, move)
    await enter_stage(db, ground, client, move.to_stage, notes=move.notes)
    await acted(db, client, ground)
    return _moved(client, moved=True)


async def enter_stage(
    db: Db,
    ground: Ground,
    client: Client,
    to_stage: str,
    *,
    notes: str | None = None,
    first: bool = False,
    owner: UUID | None = None,
) -> None:
    """Put the client into a stage and write its history: the one way by which any path changes a stage.

    `first` is the client's creation, whose history begins with no earlier stage and whose owner isn't written yet.
    A stage entered for the first time gives the client its checklist.
    """
    came_from = None if first else client.stage
    client.stage, client.stage_entered_at = to_stage, clock.now()
    if ground.pipeline.role(to_stage) == "live" and client.install_date is None:
        client.install_date = clock.today_in(ground.zone)
    db.add(
        StageEvent(
            client_id=client.id,
            from_stage=came_from,
            to_stage=to_stage,
            moved_by=db.actor.person,
            moved_at=client.stage_entered_at,
            notes=notes or None,
        )
    )
    if not first:
        told: dict[str, Any] = {
            "name": client.name,
            "from_stage": came_from,
            "to_stage": to_stage,
            "notes": notes,
        }
        await record(db, "client.moved", "client", client.id, client_id=client.id, **told)
    await give_checklists(db, [Entry(client.id, to_stage, owner)], client.stage_entered_at, ground.zone)


def _refuse(actor: Actor, ground: Ground, client: Client, move: MoveIn) -> None:
    refusal = ground.pipeline.refusal(client.stage, move.to_stage, is_active=client.is_active)
    if refusal is None:
        return
    if refusal.code == "no_such_stage":
        raise Invalid.at("to_stage", refusal.reason)
    if not refusal.admin_may or not move.override:
        raise Conflict(refusal.reason, code=refusal.code, extra={"admin_may": refusal.admin_may})
    if not actor.is_admin:
        raise Forbidden("Only an admin may insist on this move.")


def _moved(client: Client, *, moved: bool) -> Moved:
    return Moved(client.id, client.stage, moved, client.health_status)  # pyright: ignore[reportArgumentType]
