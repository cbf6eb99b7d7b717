"""Saved views, as the screens and the API list them: one's own and those shown to the agency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
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
from audienceos.clients.queries.names import AMONG
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Page, Paged
from audienceos.platform.web.templating import query

How = Literal["screen", "one", "all"]
Fitting = Callable[[Json], tuple[Json, list[str]]]
"""Of a view's parameters those that can still be asked, and words about the others."""


class ViewQuery(Listed, frozen=True, kw_only=True):
    """Which views: of one screen, or of all."""

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
    found = await VIEWS.page(lane, asked, sort="name", binds={"screen": asked.screen}, how=how)
    return Page(await _as_seen(lane, found.items), found.next_cursor)


async def view_view(lane: Lane, view_id: UUID) -> SavedViewView:
    """One of them. Raises `NotFound`."""
    found = await ONE.one(lane, {"row_id": view_id}, how="one")
    if found is None:
        raise NotFound("view")
    return (await _as_seen(lane, [found]))[0]


async def view_links(
    lane: Lane, screen: Screen, shown: Filters, pipeline: Pipeline, fields: list[FieldView]
) -> list[ViewLink]:
    """The reader's views of a screen of clients (`links_of`), without stages and fields that are gone."""
    fitting = partial(still_fitting, stages=pipeline.stages, fields=[field.id for field in fields])
    return await links_of(lane, screen, shown.address, fitting)


async def links_of(
    lane: Lane, screen: Screen, shown: Mapping[str, object], fitting: Fitting = lambda given: (given, [])
) -> list[ViewLink]:
    """The reader's views of a screen that shows this address, own ones first, as links. Two statements at most."""
    kept = await OF_SCREEN.all(lane, {"screen": screen})
    links: list[ViewLink] = []
    for view, was in zip(await _as_seen(lane, kept), kept, strict=True):
        parameters, gone = fitting(view.parameters)
        if view.parameters != was.parameters:
            gone = [*gone, "A client that it asked for is gone"]
        is_own = view.author_id == lane.actor.user_id
        may_change = is_own or (view.is_shared and lane.actor.is_admin)
        is_here = _in_one_order(parameters) == _in_one_order(shown)
        links.append(ViewLink(view, query(parameters), is_here, may_change, ". ".join(gone)))
    return links


async def _as_seen(lane: Lane, views: list[SavedViewView]) -> list[SavedViewView]:
    """The same, without clients whom the reader doesn't see: a shared view must not tell that they exist."""
    ids = {UUID(client) for view in views for client in view.parameters.get("client", [])}
    if not ids:
        return views
    seen = {str(client.id) for client in await AMONG.all(lane, {"among": list(ids)})}
    return [_without_others(view, seen) for view in views]


def _without_others(view: SavedViewView, seen: set[str]) -> SavedViewView:
    if "client" not in view.parameters:
        return view
    left = [client for client in view.parameters["client"] if client in seen]
    return msgspec.structs.replace(view, parameters=view.parameters | {"client": left})


def _in_one_order(address: Mapping[str, object]) -> str:
    """An address whose order doesn't count: the database keeps parameters in one of its own."""
    return query(dict(sorted(address.items())))
