"""`/v1/clients/{id}/contacts`: the people at a client, one of them the primary one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.clients.actions.contacts import add_contact, edit_contact, remove_contact
from audienceos.clients.forms import ContactIn, ContactPatch
from audienceos.clients.queries.one import check_client
from audienceos.clients.queries.people import CONTACT, CONTACTS, ContactView
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients/{client_id:uuid}/contacts", opt={"query": Listed})
async def list_contacts(request: Asked, client_id: Id) -> Page[ContactView]:
    """The people at the client: the primary one first, then by how long they are known."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, Listed)
        return await CONTACTS.page(lane, asked, sort="known", binds={"client_id": client_id})


@get("/v1/clients/{client_id:uuid}/contacts/{contact_id:uuid}")
async def show_contact(request: Asked, client_id: Id, contact_id: Id) -> Response[ContactView]:
    """One of them."""
    async with reading(request) as lane:
        contact = await _contact(lane, client_id, contact_id)
        return shown(request, contact, contact.version)


@post("/v1/clients/{client_id:uuid}/contacts")
async def create_contact(db: Transaction, client_id: Id, data: JSONBody[ContactIn]) -> Response[ContactView]:
    """Add someone. The first, and one called so, is primary: the client's contact fields show them."""
    contact = await add_contact(db, client_id, data)
    return await _answer(db, client_id, contact.id, status=201)


@patch("/v1/clients/{client_id:uuid}/contacts/{contact_id:uuid}")
async def update_contact(
    request: Asked, db: Transaction, client_id: Id, contact_id: Id, data: JSONBody[ContactPatch]
) -> Response[ContactView]:
    """Change what is known of them: absent leaves, null clears."""
    await edit_contact(db, client_id, contact_id, data, expected_version(request))
    return await _answer(db, client_id, contact_id)


@delete("/v1/clients/{client_id:uuid}/contacts/{contact_id:uuid}")
async def delete_contact(db: Transaction, client_id: Id, contact_id: Id) -> None:
    """Remove them. After the primary one the longest known is primary."""
    await remove_contact(db, client_id, contact_id)


async def _contact(lane: Lane, client_id: UUID, contact_id: UUID) -> ContactView:
    found = await CONTACT.one(lane, {"client_id": client_id, "row_id": contact_id}, one=True)
    if found is None:
        raise NotFound("contact")
    return found


async def _answer(db: Db, client_id: UUID, contact_id: UUID, status: int = 200) -> Response[ContactView]:
    contact = await _contact(await lane_of(db), client_id, contact_id)
    return with_etag(contact, contact.version, status=status)


HANDLERS = [list_contacts, show_contact, create_contact, update_contact, delete_contact]
