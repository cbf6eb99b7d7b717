"""Take a client's last move back: while it is the last, by whoever made it, on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from audienceos.agency.access import Ground, ground_for
from audienceos.clients.access import client_for
from audienceos.clients.actions.judging import acted
from audienceos.clients.actions.moving import enter_stage
from audienceos.clients.forms import Moved
from audienceos.clients.models import Client, StageEvent
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden

UNDONE = "Undone"
UNDO_WITHIN = timedelta(hours=24)  # later it is no slip any more, but a decision: a move of its own


async def undo_move(
    db: Db, client_id: UUID, *, from_stage: str | None = None, entered_at: datetime | None = None
) -> Moved:
    """Put the client back where its last move took it from, with the days that it had spent there.

    The way back is a move of its own in the history, and no rule of stages refuses it. `from_stage` or `entered_at`
    say which move is meant. Tasks that came with it stay. Raises `NotFound`; `Conflict` where somebody moved the
    client since, it is archived, the stage is gone or a day has passed; `Forbidden` for another's move.
    """
    ground = await ground_for(db, "share")
    client = await client_for(db, client_id, to="change")
    way = standing(await _events(db, client))
    last = way[-1] if len(way) > 1 else None
    if last is None or last.moved_at != client.stage_entered_at:
        raise Conflict("There is no move to take back.", code="nothing_to_undo")
    if (entered_at or last.moved_at) != last.moved_at or (from_stage or client.stage) != client.stage:
        where = {"stage": client.stage}
        raise Conflict(f"Somebody has moved {client.name} since.", code="moved", extra=where)
    _check(db, ground, client, last)
    assert last.from_stage is not None
    went_live = _went_live_by(last, way, client, ground)
    await enter_stage(db, ground, client, last.from_stage, notes=UNDONE)
    client.stage_entered_at = way[-2].moved_at
    if went_live:
        client.install_date = None
    await acted(db, client, ground)
    return Moved(client.id, client.stage, True, client.health_status)  # pyright: ignore[reportArgumentType]


def standing(events: Sequence[StageEvent]) -> list[StageEvent]:
    """The moves that still count, in order: one that was taken back is gone, and so is its way back."""
    way: list[StageEvent] = []
    for event in events:
        takes_back = event.notes == UNDONE and len(way) > 1 and way[-1].from_stage == event.to_stage
        if takes_back:
            way.pop()
        else:
            way.append(event)
    return way


async def _events(db: Db, client: Client) -> list[StageEvent]:
    mine = (StageEvent.agency_id == client.agency_id, StageEvent.client_id == client.id)
    ordered = select(StageEvent).where(*mine).order_by(StageEvent.moved_at, StageEvent.id)
    return list(await db.scalars(ordered))


def _check(db: Db, ground: Ground, client: Client, last: StageEvent) -> None:
    if last.moved_by != db.actor.person and not db.actor.is_admin:
        raise Forbidden("Only whoever moved it, or an admin, takes a move back.")
    if not client.is_active:
        raise Conflict("An archived client stays where it is. Bring it back first.", code="archived")
    if last.from_stage not in ground.pipeline.stages:
        raise Conflict(f"There is no stage {last.from_stage!r} any more.", code="no_such_stage")
    if clock.now() - last.moved_at > UNDO_WITHIN:
        raise Conflict("That was more than a day ago. Move it instead.", code="too_late")


def _went_live_by(last: StageEvent, way: Sequence[StageEvent], client: Client, ground: Ground) -> bool:
    """Whether the day of going live is that of this move, which is then none."""
    first_time = last.to_stage not in (event.to_stage for event in way[:-1])
    day = last.moved_at.astimezone(ground.zone).date()
    return first_time and ground.pipeline.role(client.stage) == "live" and client.install_date == day
