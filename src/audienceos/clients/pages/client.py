"""A client's own page, and what each of its forms does: act and come back, or show what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, Here, here, shell
from audienceos.clients.actions.contacts import CONTACTS_AT_MOST
from audienceos.clients.actions.tasks import TASKS_AT_MOST
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.one import MOVES, client_view
from audienceos.clients.queries.people import ASSIGNMENTS, CONTACTS, NOTES
from audienceos.clients.queries.tasks import OF_CLIENT, TASKS
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.web.forms import Form, from_form, typed
from audienceos.platform.web.paging import From, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page, query

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)

LINES = 25  # of the log and of the history, before "Earlier"
PEOPLE_SHOWN = 1000


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """Where in its long parts the page is."""

    notes: From | None = None
    moves: From | None = None
    twin: UUID | None = None
    """Another client of the same name, to be told of once: after this one was made."""


class Sent(msgspec.Struct, frozen=True):
    """A form that comes back: which it was, what was typed, what was wrong."""

    form: str = ""
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    status: int = 200

    def values_of(self, form: str) -> dict[str, str]:
        """What was typed into that form; nothing into the others."""
        return self.values if form == self.form else {}

    def faults_of(self, form: str) -> dict[str, str]:
        """What was wrong in that form."""
        return self.faults if form == self.form else {}


class Nothing(Form):
    """A form that is only a button."""


@get("/{slug:str}/clients/{client_id:uuid}", name="client", include_in_schema=False, opt={"query": Looking})
async def show_client(request: Asked, client_id: Id) -> Response[str]:
    """All about one client."""
    return await client_page(request, client_id, looking=filters_from(request, Looking))


async def client_page(
    request: Asked, client_id: UUID, sent: Sent | None = None, looking: Looking | None = None
) -> Response[str]:
    """The page, with what was typed into a form that was refused. Raises `NotFound`."""
    sent = sent or Sent()
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        return page(
            request,
            "clients/client.html",
            status=sent.status,
            client=client,
            sent=sent,
            fields=await FIELDS.all(lane),
            people=await PEOPLE.all(lane),
            pipeline=at.pipeline,
            here=at,
            today=today_in(ZoneInfo(at.timezone)),
            **await _parts(lane, client_id, at, looking or Looking()),
            **await shell(lane, "clients", at),
        )


async def take(
    request: Asked,
    client_id: UUID,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
) -> Response[Any]:
    """Take a form of the page: act, then go back to that part of it; or the page again with what was wrong.

    Raises what `act` raises, but for `Invalid` and `Conflict`, which are told beside the form.
    """
    try:
        data = await from_form(request, shape)
        async with acting(request) as db:
            await act(db, data)
    except (Invalid, Conflict) as wrong:
        return await client_page(request, client_id, await refused(request, form, wrong))
    return to_client(request, client_id, form)


async def refused(request: Asked, form: str, wrong: Invalid | Conflict) -> Sent:
    """What was sent, with what was wrong."""
    if isinstance(wrong, Invalid):
        return Sent(form, await typed(request), wrong.by_field, 422)
    return Sent(form, await typed(request), {"": wrong.detail}, 409)


def to_client(request: Asked, client_id: UUID, part: str = "", *, twin: UUID | None = None) -> Response[Any]:
    """Go to the client's page, to one part of it."""
    slug = request.path_params["slug"]
    to = request.app.route_reverse("client", slug=slug, client_id=str(client_id)) + query({"twin": twin})
    return Response(None, status_code=303, headers={"Location": f"{to}#{part}" if part else to})


async def _parts(lane: Lane, client_id: UUID, at: Here, looking: Looking) -> dict[str, Any]:
    asked = {"client_id": client_id}
    everyone, all_contacts = Listed(limit=PEOPLE_SHOWN), Listed(limit=CONTACTS_AT_MOST)
    tasks = await TASKS.page(
        lane,
        Listed(limit=TASKS_AT_MOST),
        sort="position",
        binds=asked | {"stages": list(at.pipeline.stages)},
        form=OF_CLIENT,
    )
    return {
        "tasks": tasks.items,
        "assignments": (await ASSIGNMENTS.page(lane, everyone, sort="role", binds=asked)).items,
        "contacts": (await CONTACTS.page(lane, all_contacts, sort="known", binds=asked)).items,
        "notes": await NOTES.page(
            lane, Listed(limit=LINES, cursor=looking.notes), sort="newest", binds=asked
        ),
        "moves": await MOVES.page(
            lane, Listed(limit=LINES, cursor=looking.moves), sort="newest", binds=asked
        ),
        "looking": looking,
    }


HANDLERS = [show_client]
