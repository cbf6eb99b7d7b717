"""What this room can do of what alerts suggest, by the clients' own actions: as the person who said yes."""

from __future__ import annotations

from uuid import UUID

from audienceos.alerts.ports import answer_doing
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.tasks import add_task
from audienceos.clients.forms import MoveIn, TaskIn
from audienceos.platform.db.sessions import Db


async def create_task(db: Db, client_id: UUID, params: dict[str, str]) -> dict[str, str]:
    """Add a task to the client's checklist, for the person who said yes. Raises what adding one raises."""
    task = await add_task(db, client_id, TaskIn(name=params["name"], assigned_to=db.actor.person))
    return {"task": str(task.id)}


async def move_stage(db: Db, client_id: UUID, params: dict[str, str]) -> dict[str, str]:
    """Move the client on. Raises what moving it raises, `Conflict` where it isn't there any more among it."""
    moved = await move_client(
        db, client_id, MoveIn(from_stage=params["from_stage"], to_stage=params["to_stage"])
    )
    return {"stage": moved.stage}


def answer_own_doings() -> None:
    """Register them, once a process. Opening a ticket comes from the tickets' room."""
    answer_doing("create_task", create_task)
    answer_doing("move_stage", move_stage)
