"""A client's own page, and what each of its forms does: act and come back, or show what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, Here, faces_of, here, shell
from audienceos.clients.actions.contacts import CONTACTS_AT_MOST
from audienceos.clients.actions.tasks import TASKS_AT_MOST
from audienceos.clients.pages.facts import facts_of
from audienceos.clients.ports import ClientTab, add_tab
from audienceos.clients.queries.activity import activity
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.frame import client_frame, open_tasks
from audienceos.clients.queries.one import MOVES, turned_out
from audienceos.clients.queries.people import ASSIGNMENTS, CONTACTS, NOTES
from audienceos.clients.queries.tasks import OF_CLIENT, TASKS
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.web.forms import Form
from audienceos.platform.web.paging import From, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Sent, taken
from audienceos.platform.web.templating import page, query, wants_fragment

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)

LINES = 25  # of the log and of the history, before "Earlier"
HAPPENINGS = 15
PEOPLE_SHOWN = 1000


add_tab(ClientTab("client", "Overview", 0))
add_tab(ClientTab("client-checklist", "Tasks", 20, open_tasks))


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """Where in its long parts the page is."""

    notes: From | None = None
    moves: From | None = None
    activity: From | None = None
    twin: UUID | None = None
    """Another client of the same name, to be told of once: after this one was made."""


@get("/{slug:str}/clients/{client_id:uuid}", name="client", include_in_schema=False, opt={"query": Looking})
async def show_client(request: Asked, client_id: Id) -> Response[Any]:
    """All about one client. One that turned out to be another leads on to it."""
    looking = filters_from(request, Looking)
    try:
        return await client_page(request, client_id, looking=looking)
    except NotFound:
        other = await _turned_out(request, client_id)
        if other is None:
            raise
        return to_client(request, other)


@get("/{slug:str}/clients/{client_id:uuid}/checklist", name="client-checklist", include_in_schema=False)
async def show_checklist(request: Asked, client_id: Id) -> Response[str]:
    """Its tasks, by stage."""
    return await client_page(request, client_id, Sent("tasks"))


async def client_page(
    request: Asked, client_id: UUID, sent: Sent | None = None, looking: Looking | None = None
) -> Response[str]:
    """The tab to which the form belongs, with what was typed into it if it was refused; the client's part alone
    where a script asks. Raises `NotFound`.
    """
    sent, looking = sent or Sent(), looking or Looking()
    route = route_of(sent.form)
    async with reading(request) as lane:
        at = await here(lane)
        context = await client_frame(lane, client_id, at, route)
        people = await PEOPLE.all(lane)
        context |= {"sent": sent, "people": people, "faces": faces_of(people), "looking": looking}
        if route == "client-checklist":
            context |= {"part": "clients/_tasks.html", **await _tasks(lane, client_id, at)}
        else:
            fields = await FIELDS.all(lane)
            facts = facts_of(fields, at.currency, is_admin=lane.actor.is_admin)
            context |= {"part": "clients/_overview.html", "fields": fields, "facts": facts}
            context |= await _overview(lane, client_id, looking)
        if wants_fragment(request):
            return page(request, "clients/_client.html", status=sent.status, **context)
        context |= await shell(lane, "clients", at)
        return page(request, "clients/client.html", status=sent.status, **context)


def route_of(part: str) -> str:
    """On which tab a part of the page stands."""
    return "client-checklist" if part == "tasks" else "client"


async def take(
    request: Asked,
    client_id: UUID,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
) -> Response[Any]:
    """Take a form of the page (`taken`); the page that follows is shown from the form's part on."""
    return await taken(
        request,
        form,
        shape,
        act,
        lambda sent: client_page(request, client_id, sent),
        to_client(request, client_id, form),
    )


def to_client(request: Asked, client_id: UUID, part: str = "", *, twin: UUID | None = None) -> Response[Any]:
    """Go to the client's page, to one part of it."""
    slug = request.path_params["slug"]
    to = request.app.route_reverse(route_of(part), slug=slug, client_id=str(client_id)) + query(
        {"twin": twin}
    )
    return Response(None, status_code=303, headers={"Location": f"{to}#{part}" if part else to})


async def _tasks(lane: Lane, client_id: UUID, at: Here) -> dict[str, Any]:
    stages = list(at.pipeline.stages)
    binds = {"client_id": client_id, "stages": stages}
    found = await TASKS.page(lane, Listed(limit=TASKS_AT_MOST), sort="position", binds=binds, form=OF_CLIENT)
    return {
        "open": [task for task in found.items if not task.is_completed],
        "done": [task for task in found.items if task.is_completed],
    }


async def _overview(lane: Lane, client_id: UUID, looking: Looking) -> dict[str, Any]:
    asked = {"client_id": client_id}
    everyone, all_contacts = Listed(limit=PEOPLE_SHOWN), Listed(limit=CONTACTS_AT_MOST)
    notes, moves = (
        Listed(limit=LINES, cursor=looking.notes),
        Listed(limit=LINES, cursor=looking.moves),
    )
    return {
        "assignments": (await ASSIGNMENTS.page(lane, everyone, sort="role", binds=asked)).items,
        "contacts": (await CONTACTS.page(lane, all_contacts, sort="known", binds=asked)).items,
        "notes": await NOTES.page(lane, notes, sort="newest", binds=asked),
        "moves": await MOVES.page(lane, moves, sort="newest", binds=asked),
        "activity": await activity(lane, client_id, Listed(limit=HAPPENINGS, cursor=looking.activity)),
    }


async def _turned_out(request: Asked, client_id: UUID) -> UUID | None:
    """The client into which this one was merged, if it was and may be seen."""
    async with reading(request) as lane:
        return await turned_out(lane, client_id)


HANDLERS = [show_client, show_checklist]
