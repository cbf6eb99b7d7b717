"""Keep a view of a board or a list under a name, change it, remove it. Everyone keeps their own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.attributes import flag_modified

from audienceos.clients.access.bulk import view_for, views_seen
from audienceos.clients.forms.bulk import ViewIn, ViewPatch
from audienceos.clients.models.bulk import SavedView
from audienceos.clients.ports import kept_screen
from audienceos.clients.words import name_key
from audienceos.platform.db.read import PERSON
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version
from audienceos.platform.web.requests import lane_of

RENAMED = (
    "clients.stage_renamed"  # a job: the views that only their authors see follow a stage to its new name
)
MERGED = "clients.merged_in_views"  # a job: the same, where a client turned out to be another
VIEWS_AT_MOST = 100  # of one person: more than anybody finds again


async def save_view(db: Db, data: ViewIn) -> SavedView:
    """Keep a view in one's own name.

    Raises `Invalid` for parameters that the screen doesn't have; `Conflict` for a name of one's own that is taken
    on that screen, and beyond the number of views that a person may have.
    """
    parameters = await kept_screen(data.screen).kept(await lane_of(db), data.parameters)
    await _check_free(db, data.screen, data.name)
    mine = (SavedView.agency_id == db.actor.agency_id, SavedView.user_id == db.actor.person)
    if (await db.scalar(select(func.count()).where(*mine)) or 0) >= VIEWS_AT_MOST:
        raise Conflict(f"You keep {VIEWS_AT_MOST} views. Remove one first.", code="too_many_views")
    view = SavedView(
        user_id=db.actor.person,
        screen=data.screen,
        name=data.name,
        name_key=name_key(data.name)[:50],
        parameters=parameters,
        is_shared=data.is_shared,
    )
    db.add(view)
    await db.flush()
    await _tell(db, "saved_view.created", view)
    return view


async def edit_view(db: Db, view_id: UUID, patch: ViewPatch, version: int | None) -> SavedView:
    """Rename it, show it to the agency or no longer, keep other parameters. Shared ones are also the admins'.

    `version` is what was read; None for a button that sets one thing. Raises `NotFound`, `Forbidden`, `Stale`,
    `Invalid`, `Conflict` as `save_view` does.
    """
    view = await view_for(db, view_id)
    if version is not None:
        check_version(view, version)
    before = (view.name, view.parameters, view.is_shared)
    if patch.name is not UNSET and patch.name != view.name:
        if name_key(patch.name)[:50] != view.name_key:
            await _check_free(db, view.screen, patch.name, view.user_id)
        view.name, view.name_key = patch.name, name_key(patch.name)[:50]
    if patch.parameters is not UNSET:
        view.parameters = await kept_screen(view.screen).kept(await lane_of(db), patch.parameters)
    if patch.is_shared is not UNSET:
        if view.user_id != db.actor.user_id and not patch.is_shared:
            raise Forbidden("Only its author takes a view back from the agency. You may remove it.")
        view.is_shared = patch.is_shared
    if before != (view.name, view.parameters, view.is_shared):
        view.version += 1
        await _tell(db, "saved_view.changed", view)
    return view


async def remove_view(db: Db, view_id: UUID) -> None:
    """Remove it; what it showed is not touched. Raises `NotFound`, `Forbidden`."""
    view = await view_for(db, view_id)
    await db.delete(view)
    await _tell(db, "saved_view.removed", view)


async def rename_in_views(db: Db, old: str, new: str, renamed_at: datetime) -> None:
    """A stage has another name: the views that the actor may change follow; what was kept later names another."""
    await _replace(db, "stage", old, new, SavedView.updated_at <= renamed_at)


async def merge_in_views(db: Db, other_id: UUID, stays_id: UUID) -> None:
    """A client turned out to be another: the views that the actor may change ask for the one that stays."""
    await _replace(db, "client", str(other_id), str(stays_id))


async def _replace(db: Db, name: str, old: str, new: str, *those: ColumnElement[bool]) -> None:
    """One value of a parameter by another, once. The views' version stays, and their date: nobody edited them."""
    # JSON's own operator, not one that an index must serve: an agency has some hundred views at most.
    naming = SavedView.parameters.op("@>")(literal({name: [old]}, JSONB))
    found = views_seen().where(naming, *those)
    if not db.actor.is_admin:
        found = found.where(SavedView.user_id == PERSON)
    binds = {"agency_id": db.actor.agency_id, "user_id": db.actor.user_id}
    for view in (await db.scalars(found.params(**binds))).all():
        values = [new if value == old else value for value in view.parameters[name]]
        view.parameters = {**view.parameters, name: list(dict.fromkeys(values))}
        view.updated_at = view.updated_at
        flag_modified(view, "updated_at")
    await db.flush()


async def _check_free(db: Db, screen: str, name: str, of: UUID | None = None) -> None:
    same = select(SavedView.id).where(
        SavedView.agency_id == db.actor.agency_id,
        SavedView.user_id == (of or db.actor.person),
        SavedView.screen == screen,
        SavedView.name_key == name_key(name)[:50],
    )
    if await db.scalar(same) is not None:
        raise Conflict("There is a view of this name already.", code="name_taken")


async def _tell(db: Db, event: str, view: SavedView) -> None:
    """What one keeps for oneself has a name that is nobody else's to read."""
    shown = view.name if view.is_shared else None
    await record(db, event, "saved_view", view.id, screen=view.screen, is_shared=view.is_shared, name=shown)
