"""Saved views by forms: keep what is shown, rename it, show it to the agency, remove it."""

from __future__ import annotations

from typing import Annotated, Any, get_args
from uuid import UUID

from litestar import Request, Response, get, post
from msgspec import UNSET, Meta

from audienceos.agency.queries import shell
from audienceos.clients.actions.viewing import edit_view, remove_view, save_view
from audienceos.clients.forms.bulk import SavedViewView, Screen, ViewIn, ViewName, ViewPatch
from audienceos.clients.ports import kept_screen
from audienceos.clients.queries.kept import LONGEST, from_address
from audienceos.clients.queries.views import view_view
from audienceos.platform.errors import Conflict, Invalid, Stale
from audienceos.platform.web.forms import Form, from_form, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page, query

Asked = Request[Any, Any, Any]
SCREENS: dict[str, Screen] = {screen: screen for screen in get_args(Screen)}
Address = Annotated[str, Meta(max_length=2 * LONGEST)]


class NewView(Form):
    """What is shown, as its address has it, and under which name it is kept."""

    name: ViewName
    screen: Screen = "list"
    parameters: Address = ""
    is_shared: bool = False


class EditedView(Form):
    """A view's form; or, from a button beside what is shown, its parameters alone."""

    name: ViewName | None = None
    is_shared: bool | None = None
    parameters: Address | None = None
    version: int | None = None

    @property
    def patch(self) -> ViewPatch:
        """What of the view it changes."""
        return ViewPatch(
            name=UNSET if self.name is None else self.name,
            is_shared=UNSET if self.is_shared is None else self.is_shared,
            parameters=UNSET if self.parameters is None else from_address(self.parameters),
        )


@post("/{slug:str}/saved-views", name="view-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Keep what is shown, and go back to it; or the form alone, with what was wrong."""
    try:
        given = await from_form(request, NewView)
        async with acting(request) as db:
            view = await save_view(
                db,
                ViewIn(
                    name=given.name,
                    screen=given.screen,
                    parameters=from_address(given.parameters),
                    is_shared=given.is_shared,
                ),
            )
            parameters = view.parameters
    except (Invalid, Conflict) as wrong:
        return await _form(request, None, wrong)
    return _to(request, given.screen, parameters)


@get("/{slug:str}/saved-views/{view_id:uuid}", name="view-edit", include_in_schema=False)
async def show(request: Asked, view_id: Id) -> Response[str]:
    """Its name and who sees it, to be changed, or to remove it."""
    return await _form(request, view_id)


@post("/{slug:str}/saved-views/{view_id:uuid}/edit", name="view-update", include_in_schema=False)
async def update(request: Asked, view_id: Id) -> Response[Any]:
    """Change it, and go to what it shows."""
    try:
        given = await from_form(request, EditedView)
        async with acting(request) as db:
            view = await edit_view(db, view_id, given.patch, given.version)
            screen: Any = view.screen
            parameters = view.parameters
    except (Invalid, Conflict, Stale) as wrong:
        return await _form(request, view_id, wrong)
    return _to(request, screen, parameters)


@post("/{slug:str}/saved-views/{view_id:uuid}/removal", name="view-removal", include_in_schema=False)
async def remove(request: Asked, view_id: Id) -> Response[Any]:
    """Remove it, and go to the screen without filters."""
    await from_form(request, Nothing)
    async with reading(request) as lane:
        view = await view_view(lane, view_id)
    async with acting(request) as db:
        await remove_view(db, view_id)
    return _to(request, view.screen, {})


async def _form(
    request: Asked, view_id: UUID | None, wrong: Invalid | Conflict | Stale | None = None
) -> Response[str]:
    async with reading(request) as lane:
        view = None if view_id is None else await view_view(lane, view_id)
        values: dict[str, Any] = _values(view)
        if wrong is not None:
            values |= await typed(request)
        screen = kept_screen(_screen_of(view, values))
        return page(
            request,
            "clients/view.html",
            status=200 if wrong is None else wrong.status,
            view=view,
            values=values,
            faults=_faults(wrong),
            home=screen.route,
            nouns=screen.nouns,
            may_change=view is None or _may_change(view, lane.actor.user_id, is_admin=lane.actor.is_admin),
            **await shell(lane, screen.section),
        )


def _values(view: SavedViewView | None) -> dict[str, Any]:
    if view is None:
        return {}
    return {
        "name": view.name,
        "is_shared": "true" if view.is_shared else "false",
        "version": view.version,
        "screen": view.screen,
    }


def _screen_of(view: SavedViewView | None, values: dict[str, Any]) -> Screen:
    """Of which screen the form is; one that came with no screen's name is of the clients' list."""
    if view is not None:
        return view.screen
    return SCREENS.get(str(values.get("screen")), "list")


def _faults(wrong: Invalid | Conflict | Stale | None) -> dict[str, str]:
    if isinstance(wrong, Invalid):
        faults = wrong.by_field
        return {"": faults.pop("parameters"), **faults} if "parameters" in faults else faults
    if isinstance(wrong, Conflict) and wrong.code == "name_taken":
        return {"name": wrong.detail}
    return {} if wrong is None else {"": wrong.detail}


def _may_change(view: SavedViewView, reader: UUID | None, *, is_admin: bool) -> bool:
    return view.author_id == reader or (view.is_shared and is_admin)


def _to(request: Asked, screen: Screen, parameters: dict[str, Any]) -> Response[Any]:
    there = request.app.route_reverse(kept_screen(screen).route, slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": there + query(parameters)})


HANDLERS = [create, show, update, remove]
