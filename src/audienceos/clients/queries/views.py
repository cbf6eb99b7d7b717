"""Saved views, as the screens and the API list them: one's own and those shown to the agency."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, bindparam

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.access.bulk import views_seen
from audienceos.clients.forms.bulk import SavedViewView, Screen
from audienceos.clients.models.bulk import SavedView
from audienceos.clients.queries.columns import ROW, person_name
from audienceos.clients.queries.fields import FieldView
from audienceos.clients.queries.filters import Filters
from audienceos.clients.queries.kept import still_fitting
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Page, Paged
from audienceos.platform.web.templating import query

How = Literal["screen", "one", "all"]


class ViewQuery(Listed, frozen=True, kw_only=True):
    """Which views: of one screen, or of both."""

    screen: Screen | None = None


class ViewLink(msgspec.Struct, frozen=True):
    """A view as a screen shows it: the address that it stands for, and whether that is what is shown now."""

    view: SavedViewView
    parameters: str
    is_here: bool
    may_change: bool
    gone: str
    """What of it can't be asked any more, in words."""


def _views(sight: Sight, *, how: How = "all") -> Question:
    computed: dict[str, ColumnElement[Any]] = {
        "author_id": SavedView.user_id.label("author_id"),
        "author": person_name(SavedView.user_id).label("author"),
    }
    columns = [
        computed[name] if name in computed else getattr(SavedView, name).expression
        for name in SavedViewView.__struct_fields__
    ]
    found = views_seen(sight).with_only_columns(*columns)
    if how == "one":
        return found.where(SavedView.id == ROW)
    return found.where(SavedView.screen == bindparam("screen", type_=Text())) if how == "screen" else found


def _of_screen(sight: Sight) -> Question:
    return _views(sight, how="screen").order_by(SavedView.is_shared, SavedView.name_key, SavedView.id)


OF_SCREEN = Read(SavedViewView, _of_screen)
ONE = Read(SavedViewView, _views)
VIEWS = Paged("saved views", SavedViewView, _views, {"name": (Key(SavedView.name_key),)}, unique=SavedView.id)


async def views_page(lane: Lane, asked: ViewQuery) -> Page[SavedViewView]:
    """A page of the views that the reader sees, by name."""
    how: How = "all" if asked.screen is None else "screen"
    return await VIEWS.page(lane, asked, sort="name", binds={"screen": asked.screen}, how=how)


async def view_view(lane: Lane, view_id: UUID) -> SavedViewView:
    """One of them. Raises `NotFound`."""
    found = await ONE.one(lane, {"row_id": view_id}, how="one")
    if found is None:
        raise NotFound("view")
    return found


async def view_links(
    lane: Lane, screen: Screen, shown: Filters, pipeline: Pipeline, fields: list[FieldView]
) -> list[ViewLink]:
    """The reader's views of a screen, own ones first, as links. One statement."""
    now = query(shown.address)
    links: list[ViewLink] = []
    for view in await OF_SCREEN.all(lane, {"screen": screen}):
        fitting, gone = still_fitting(view.parameters, pipeline.stages, (field.id for field in fields))
        address = query(fitting)
        is_own = view.author_id == lane.actor.user_id
        may_change = is_own or (view.is_shared and lane.actor.is_admin)
        links.append(ViewLink(view, address, address == now, may_change, ". ".join(gone)))
    return links
