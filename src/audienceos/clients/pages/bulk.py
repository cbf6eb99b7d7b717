"""One verb on the clients that were ticked in the list: asked for, watched, looked at, taken back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.queries import PEOPLE, Person, here, shell
from audienceos.clients.actions.changing import NEEDS, begin_change, undo_change
from audienceos.clients.forms.bulk import CLIENTS_AT_MOST, ChangeData, ChangeIn, Kind, ManyRowView, ManyView
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.changes import (
    ChangeRowQuery,
    change_rows,
    change_view,
    changes_page,
    matching_ids,
)
from audienceos.clients.queries.kept import LONGEST, asked_of, from_address
from audienceos.clients.queries.listing import Shown
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.web.forms import form_of, from_form, typed
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

REFUSED_ABOVE = 20
OUTCOMES = {
    "waiting": "Waiting",
    "changed": "Done",
    "unchanged": "Was so already",
    "refused": "Refused",
    "undone": "Taken back",
    "kept": "Kept as it is",
}
STATUSES = {
    "running": "Running",
    "done": "Done",
    "failed": "Stopped",
    "undoing": "Being taken back",
    "undone": "Taken back",
}


class Chosen(ChangeData, kw_only=True):
    """What the bar under the list sends: every field that it has, of which the verb takes its own."""

    kind: Kind
    client_ids: Annotated[list[UUID], Meta(max_length=CLIENTS_AT_MOST)] = []
    all_matching: bool = False
    """All that the filters find, rather than those that are ticked."""
    filters: Annotated[str, Meta(max_length=2 * LONGEST)] = ""
    is_sure: bool = False
    """It was asked why, and may go on without an answer."""


@get("/{slug:str}/client-changes", name="client-changes", include_in_schema=False, opt={"query": Listed})
async def show_changes(request: Asked) -> Response[str]:
    """The latest changes of many clients."""
    async with reading(request) as lane:
        found = await changes_page(lane, filters_from(request, Listed))
        context = await _words(lane, found.items)
        return page(
            request,
            "clients/changes.html",
            changes=found.items,
            next_cursor=found.next_cursor,
            **context,
            **await shell(lane, "clients"),
        )


@post("/{slug:str}/client-changes", name="client-change-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Begin it and go to where it is told; or ask for what is missing, and why where a stage wants a reason."""
    try:
        chosen = await from_form(request, Chosen)
        async with reading(request) as lane:
            at = await here(lane)
            if chosen.all_matching:
                asked = await understood(lane, asked_of(Shown, from_address(chosen.filters)), at)
                chosen.client_ids = await matching_ids(lane, asked)
        guarded = chosen.kind == "move" and at.pipeline.is_guarded(chosen.to_stage or "")
        if guarded and not (chosen.notes or chosen.is_sure):
            return await _ask(request, {})
        async with acting(request) as db:
            change = await begin_change(db, _change(chosen))
            change_id = change.id
    except Invalid as wrong:
        return await _ask(request, wrong.by_field, wrong.status)
    return _to(request, change_id)


@get(
    "/{slug:str}/client-changes/{change_id:uuid}",
    name="client-change",
    include_in_schema=False,
    opt={"query": ChangeRowQuery},
)
async def show_change(request: Asked, change_id: Id) -> Response[str]:
    """How far it got, and what came of each client."""
    async with reading(request) as lane:
        view = await change_view(lane, change_id)
        asked = filters_from(request, ChangeRowQuery)
        rows = await change_rows(lane, change_id, asked)
        at_its_start = not asked.outcome and not asked.cursor
        return page(
            request,
            "clients/change.html",
            view=view,
            rows=rows.items,
            refused=await _refused(lane, view) if at_its_start else [],
            next_cursor=rows.next_cursor,
            asked=asked,
            **await _words(lane, [view]),
            **await shell(lane, "clients"),
        )


@post("/{slug:str}/client-changes/{change_id:uuid}/undo", name="client-change-undo", include_in_schema=False)
async def undo(request: Asked, change_id: Id) -> Response[Any]:
    """Take moves back."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        try:
            await undo_change(db, change_id)
        except Conflict:  # it runs, or isn't a move: its page tells
            return _to(request, change_id)
    return _to(request, change_id)


async def _refused(lane: Lane, view: ManyView) -> list[ManyRowView]:
    """The first that were refused so far: they stand above the others, on whichever page their rows are."""
    if not view.counts.get("refused"):
        return []
    few = ChangeRowQuery(outcome=["refused"], limit=REFUSED_ABOVE)
    return (await change_rows(lane, view.id, few)).items


def _change(chosen: Chosen) -> ChangeIn:
    if not chosen.client_ids:
        raise Invalid.at("client_ids", "Tick the clients first")
    given = {name: getattr(chosen, name) for name in NEEDS[chosen.kind]}
    return ChangeIn(client_ids=chosen.client_ids, kind=chosen.kind, **given)


async def _ask(request: Asked, faults: dict[str, str], status: int = 200) -> Response[str]:
    """The form of the verb alone, with what was ticked and typed."""
    values = await typed(request)
    ticked = [str(one) for one in (await form_of(request)).getall("client_ids", [])]
    async with reading(request) as lane:
        at = await here(lane)
        return page(
            request,
            "clients/change_ask.html",
            status=status,
            kind=values.get("kind", ""),
            values=values,
            faults=faults,
            ticked=ticked,
            people=await PEOPLE.all(lane),
            pipeline=at.pipeline,
            **await shell(lane, "clients", at),
        )


async def _words(lane: Lane, changes: list[ManyView]) -> dict[str, Any]:
    """What each change is called."""
    people = await PEOPLE.all(lane) if any(change.kind == "assign" for change in changes) else []
    return {
        "titles": {change.id: _title(change, people) for change in changes},
        "outcomes": OUTCOMES,
        "statuses": STATUSES,
    }


def _title(change: ManyView, people: list[Person]) -> str:
    data = msgspec.convert(change.data, ChangeData)
    if change.kind == "assign":
        name = next((one.name for one in people if one.id == data.user_id), "somebody who left")
        return f"Owner: {name}"
    if change.kind == "move":
        return f"Move to {data.to_stage}"
    if change.kind == "mark_healthy":
        return f"Mark healthy for {data.days} {'day' if data.days == 1 else 'days'}"
    return f"Add the tag {data.tag}" if change.kind == "tag" else f"Remove the tag {data.tag}"


def _to(request: Asked, change_id: UUID) -> Response[Any]:
    slug = request.path_params["slug"]
    there = request.app.route_reverse("client-change", slug=slug, change_id=str(change_id))
    return Response(None, status_code=303, headers={"Location": there})


HANDLERS = [show_changes, create, show_change, undo]
