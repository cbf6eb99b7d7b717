"""The importing of clients as the worker's jobs. Each is safe to run twice."""

from __future__ import annotations

from uuid import UUID

from audienceos.clients.actions.imports import FORGET, IMPORT, UNDO
from audienceos.clients.importing.running import Who, run_import
from audienceos.clients.importing.undoing import run_undo
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import job
from audienceos.platform.storage.store import files


@job(IMPORT)
async def bring_in(database: Database, actor: Actor, payload: Json) -> None:
    """Bring a file's clients in."""
    await run_import(database, _who(actor, payload), UUID(payload["import_id"]))


@job(UNDO)
async def take_back(database: Database, actor: Actor, payload: Json) -> None:
    """Take an import back."""
    await run_undo(database, _who(actor, payload), UUID(payload["import_id"]))


@job(FORGET)
async def forget_file(database: Database, actor: Actor, payload: Json) -> None:
    """Take out the file of an import that was removed."""
    await files().remove(actor, payload["key"])


def _who(actor: Actor, payload: Json) -> Who:
    return Who(actor.agency_id, UUID(payload["user_id"]))
