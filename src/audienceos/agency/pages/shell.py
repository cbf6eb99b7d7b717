"""What the frame of every page asks for: the reader's agencies, and how they want to see the frame."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import UNSET, Meta

from audienceos.agency.pages.returning import SIGNED_IN, go
from audienceos.agency.pages.signing import safe_path
from audienceos.agency.preferences import Columns, PreferencesPatch, Theme, save_preferences
from audienceos.agency.visitors import member, seats_of
from audienceos.platform.web.finding import findings
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import acting, lane_of, reading
from audienceos.platform.web.templating import page, query, wants_fragment

Asked = Request[Any, Any, Any]
MOST = 8
"""Found of each kind; who wants more asks more exactly."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed into the palette."""

    q: Annotated[str, Meta(max_length=100)] = ""


class AppearanceForm(Form):
    """One choice about the frame, the list or the board, and the page to come back to."""

    theme: Theme | None = None
    sidebar_collapsed: bool | None = None
    list_columns: Columns | None = None
    mine_first: bool | None = None
    next: str = ""


@get("/{slug:str}/seats", name="seats", include_in_schema=False, opt=SIGNED_IN)
async def show_seats(request: Asked) -> Response[Any]:
    """The person's agencies, as the frame's menu lists them; by itself the page that lets them choose one."""
    person = await member(request)
    if not wants_fragment(request):
        return go(request, "agencies")
    return page(request, "agency/_seats.html", seats=await seats_of(request, person))


@post("/{slug:str}/appearance", name="appearance", include_in_schema=False, opt=SIGNED_IN, status_code=200)
async def save_appearance(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Keep how the person wants it: the theme, the sidebar folded, the list's columns, their own clients first."""
    form = await from_form(request, AppearanceForm)
    kept = PreferencesPatch(
        theme=form.theme or UNSET,
        sidebar_collapsed=UNSET if form.sidebar_collapsed is None else form.sidebar_collapsed,
        list_columns=form.list_columns or UNSET,
        mine_first=UNSET if form.mine_first is None else form.mine_first,
    )
    async with acting(request) as db:
        await save_preferences(db, await lane_of(db), kept)
    if wants_fragment(request):
        return Response(None, status_code=204)
    back = safe_path(form.next) or request.app.route_reverse("agency-home", slug=slug)
    return Response(None, status_code=303, headers={"Location": back})


@get("/{slug:str}/search", name="search", include_in_schema=False, opt=SIGNED_IN | {"query": Sought})
async def show_found(request: Asked) -> Response[Any]:
    """What the rooms found, as the palette lists it; by itself the list of clients with the same words."""
    sought = filters_from(request, Sought).q.strip()
    async with reading(request) as lane:
        if not wants_fragment(request):
            to = request.app.route_reverse("clients", slug=request.path_params["slug"])
            return Response(None, status_code=303, headers={"Location": to + query({"q": sought})})
        found = [(one, await one.find(lane, sought, MOST) if sought else []) for one in findings()]
    return page(request, "agency/_found.html", found=found, sought=sought)


HANDLERS = [show_seats, save_appearance, show_found]
