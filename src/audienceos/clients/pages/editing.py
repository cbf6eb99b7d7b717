"""The form that changes a client, and its small buttons: archive, bring back, add and take away a tag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.queries import here, shell
from audienceos.clients.actions.editing import edit_client, tag_client, untag_client
from audienceos.clients.forms import ClientPatch, Tag
from audienceos.clients.pages import saying
from audienceos.clients.pages.client import take, to_client
from audienceos.clients.pages.facts import changes_of, fact_part, shown
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.one import client_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.edits import Asking, Refusal, draft, refusal_of, settled
from audienceos.platform.web.forms import Form, from_values, typed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page, wants_fragment
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]


class TagIn(Form):
    """A tag to add or to take away."""

    tag: Tag


@get(
    "/{slug:str}/clients/{client_id:uuid}/edit",
    name="client-edit",
    include_in_schema=False,
    opt={"query": Asking},
)
async def edit_form(request: Asked, client_id: Id) -> Response[str]:
    """The form with what is there now; one field of it, in its place, where a script asks for a fact."""
    asked = filters_from(request, Asking)
    if asked.fact and wants_fragment(request):
        return await fact_part(request, client_id, asked.fact, is_open=not asked.shown)
    return await _form(request, client_id)


@post("/{slug:str}/clients/{client_id:uuid}/edit", name="client-update", include_in_schema=False)
async def update(request: Asked, client_id: Id) -> Response[Any]:
    """Save it. Where somebody saved first, the form comes back with both: what was typed and what is there now."""
    given = await typed(request)
    fact = given.pop("fact", "") if wants_fragment(request) else ""

    async def save(version: int) -> None:
        patch = from_values(ClientPatch, changes_of(settled(given)), strict=False)
        async with acting(request) as db:
            await edit_client(db, client_id, patch, version)

    async def now() -> tuple[dict[str, str], int]:
        async with reading(request) as lane:
            client = await client_view(lane, client_id)
        return shown(client), client.version

    refusal = await refusal_of(given, save, now if fact else None)
    if fact:
        return await fact_part(request, client_id, fact, is_open=refusal is not None, refusal=refusal)
    return to_client(request, client_id) if refusal is None else await _form(request, client_id, refusal)


@post("/{slug:str}/clients/{client_id:uuid}/archive", name="client-archive", include_in_schema=False)
async def archive(request: Asked, client_id: Id) -> Response[Any]:
    """Put the client aside."""
    return await _set_active(request, client_id, False)


@post("/{slug:str}/clients/{client_id:uuid}/reactivation", name="client-reactivate", include_in_schema=False)
async def reactivate(request: Asked, client_id: Id) -> Response[Any]:
    """Bring it back from the archive."""
    return await _set_active(request, client_id, True)


@post("/{slug:str}/clients/{client_id:uuid}/tags", name="client-tags", include_in_schema=False)
async def add_tag(request: Asked, client_id: Id) -> Response[Any]:
    """Add a tag."""
    return await take(request, client_id, "tags", TagIn, lambda db, data: tag_client(db, client_id, data.tag))


@post("/{slug:str}/clients/{client_id:uuid}/tags/removal", name="client-untag", include_in_schema=False)
async def remove_tag(request: Asked, client_id: Id) -> Response[Any]:
    """Take a tag away."""
    return await take(
        request, client_id, "tags", TagIn, lambda db, data: untag_client(db, client_id, data.tag)
    )


async def _set_active(request: Asked, client_id: UUID, active: bool) -> Response[Any]:
    async def act(db: Db, _: Nothing) -> Toast:
        client = await edit_client(db, client_id, ClientPatch(is_active=active), None)
        return saying.put_aside(request, client)

    return await take(request, client_id, "", Nothing, act)


async def _form(request: Asked, client_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        form = draft(shown(client), client.version, refusal)
        return page(
            request,
            "clients/edit.html",
            status=form.status,
            client=client,
            form=form,
            fields=await FIELDS.all(lane),
            here=at,
            **await shell(lane, "clients", at),
        )


HANDLERS = [edit_form, update, archive, reactivate, add_tag, remove_tag]
