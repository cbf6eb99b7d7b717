"""People on the client's page: who looks after it, and who is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.queries import here, shell
from audienceos.clients.actions.assigning import assign, unassign
from audienceos.clients.actions.contacts import add_contact, edit_contact, remove_contact
from audienceos.clients.forms import AssignmentIn, ContactIn, ContactPatch
from audienceos.clients.pages.client import client_page, take, to_client
from audienceos.clients.queries.one import client_view
from audienceos.clients.queries.people import CONTACT, ContactView
from audienceos.clients.queries.visible import visible_among
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid, NotFound, Stale
from audienceos.platform.web.edits import Refusal, draft, version_in
from audienceos.platform.web.forms import Form, from_form, from_values, typed
from audienceos.platform.web.requests import Id, acting, lane_of, reading
from audienceos.platform.web.sent import Nothing, refused
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)

FIELDS = ("name", "email", "phone", "title")


@post("/{slug:str}/clients/{client_id:uuid}/assignments", name="client-assignments", include_in_schema=False)
async def add_assignment(request: Asked, client_id: Id) -> Response[Any]:
    """Have somebody look after the client."""
    return await _take_away(request, client_id, AssignmentIn, lambda db, data: assign(db, client_id, data))


@post(
    "/{slug:str}/clients/{client_id:uuid}/assignments/{assignment_id:uuid}/removal",
    name="assignment-removal",
    include_in_schema=False,
)
async def remove_assignment(request: Asked, client_id: Id, assignment_id: Id) -> Response[Any]:
    """Have them look after it no longer."""
    return await _take_away(request, client_id, Nothing, lambda db, _: unassign(db, client_id, assignment_id))


@post("/{slug:str}/clients/{client_id:uuid}/contacts", name="client-contacts", include_in_schema=False)
async def create_contact(request: Asked, client_id: Id) -> Response[Any]:
    """Add someone at the client."""
    return await take(
        request, client_id, "contacts", ContactIn, lambda db, data: add_contact(db, client_id, data)
    )


@post(
    "/{slug:str}/clients/{client_id:uuid}/contacts/{contact_id:uuid}/removal",
    name="contact-removal",
    include_in_schema=False,
)
async def delete_contact(request: Asked, client_id: Id, contact_id: Id) -> Response[Any]:
    """Remove them."""
    return await take(
        request, client_id, "contacts", Nothing, lambda db, _: remove_contact(db, client_id, contact_id)
    )


@get(
    "/{slug:str}/clients/{client_id:uuid}/contacts/{contact_id:uuid}/edit",
    name="contact-edit",
    include_in_schema=False,
)
async def contact_form(request: Asked, client_id: Id, contact_id: Id) -> Response[str]:
    """The form with what is known of them."""
    return await _form(request, client_id, contact_id)


@post(
    "/{slug:str}/clients/{client_id:uuid}/contacts/{contact_id:uuid}/edit",
    name="contact-update",
    include_in_schema=False,
)
async def update_contact(request: Asked, client_id: Id, contact_id: Id) -> Response[Any]:
    """Save it; where somebody saved first, the form comes back with both."""
    given = await typed(request)
    try:
        changes: dict[str, Any] = {name: given[name] or None for name in FIELDS if name in given}
        # An unticked box isn't sent; and the primary one stays so until another is made it.
        changes |= {"is_primary": True} if given.get("is_primary") else {}
        patch = from_values(ContactPatch, changes, strict=False)
        async with acting(request) as db:
            await edit_contact(db, client_id, contact_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, client_id, contact_id, Refusal(given, wrong.by_field))
    except Stale:
        return await _form(request, client_id, contact_id, Refusal(given))
    return to_client(request, client_id, "contacts")


async def _take_away(
    request: Asked, client_id: UUID, shape: type[Shape], act: Callable[[Db, Shape], Awaitable[object]]
) -> Response[Any]:
    """As `take`; but whoever gave the client away and may not see it any more goes to the list."""
    try:
        data = await from_form(request, shape)
        async with acting(request) as db:
            await act(db, data)
            lane = await lane_of(db)
            sees = db.actor.sight == "all" or await visible_among(lane, [client_id])
    except (Invalid, Conflict) as wrong:
        return await client_page(request, client_id, await refused(request, "team", wrong))
    if sees:
        return to_client(request, client_id, "team")
    to = request.app.route_reverse("clients", slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to})


def shown(contact: ContactView) -> dict[str, str]:
    """The contact as the form's texts."""
    texts = {name: value for name in FIELDS if (value := getattr(contact, name)) is not None}
    return texts | ({"is_primary": "true"} if contact.is_primary else {})


async def _form(
    request: Asked, client_id: UUID, contact_id: UUID, refusal: Refusal | None = None
) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        contact = await CONTACT.one(lane, {"client_id": client_id, "row_id": contact_id}, one=True)
        if contact is None:
            raise NotFound("contact")
        form = draft(shown(contact), contact.version, refusal)
        return page(
            request,
            "clients/contact.html",
            status=form.status,
            client=client,
            contact=contact,
            form=form,
            **await shell(lane, "clients", at),
        )


HANDLERS = [add_assignment, remove_assignment, create_contact, delete_contact, contact_form, update_contact]
