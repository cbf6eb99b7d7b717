"""The form that changes a client, and its small buttons: archive, bring back, add and take away a tag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.queries import here, shell
from audienceos.clients.actions.editing import edit_client, tag_client, untag_client
from audienceos.clients.forms import ClientPatch, ClientView, Tag
from audienceos.clients.pages.client import Nothing, take, to_client
from audienceos.clients.pages.edits import Refusal, draft, settled, version_in
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.one import client_view
from audienceos.platform.errors import Invalid, Stale
from audienceos.platform.web.forms import Form, from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

PLAIN = ("name", "contact_name", "contact_email", "domain", "lifetime_value", "total_spend", "notes")
OWN = "custom."


class TagIn(Form):
    """A tag to add or to take away."""

    tag: Tag


@get("/{slug:str}/clients/{client_id:uuid}/edit", name="client-edit", include_in_schema=False)
async def edit_form(request: Asked, client_id: Id) -> Response[str]:
    """The form with what is there now."""
    return await _form(request, client_id)


@post("/{slug:str}/clients/{client_id:uuid}/edit", name="client-update", include_in_schema=False)
async def update(request: Asked, client_id: Id) -> Response[Any]:
    """Save it. Where somebody saved first, the form comes back with both: what was typed and what is there now."""
    given = await typed(request)
    try:
        version = version_in(given)
        patch = from_values(ClientPatch, changes_of(settled(given)), strict=False)
        async with acting(request) as db:
            await edit_client(db, client_id, patch, version)
    except Invalid as wrong:
        return await _form(request, client_id, Refusal(given, wrong.by_field))
    except Stale:
        return await _form(request, client_id, Refusal(given))
    return to_client(request, client_id)


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


def changes_of(given: dict[str, str]) -> dict[str, Any]:
    """What the form says, for `ClientPatch`: what was emptied is cleared, what the form didn't have stays."""
    changes: dict[str, Any] = {name: given[name] or None for name in PLAIN if name in given}
    if "name" in changes:
        changes["name"] = given["name"]
    if "install_date" in given:
        changes["install_date"] = given["install_date"] or None
    if "tags" in given:
        changes["tags"] = [tag for tag in given["tags"].split(",") if tag.strip()]
    own = {name.removeprefix(OWN): text or None for name, text in given.items() if name.startswith(OWN)}
    return changes | ({"custom": own} if own else {})


async def _set_active(request: Asked, client_id: UUID, active: bool) -> Response[Any]:
    patch = ClientPatch(is_active=active)
    return await take(request, client_id, "", Nothing, lambda db, _: edit_client(db, client_id, patch, None))


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


def shown(client: ClientView) -> dict[str, str]:
    """The client as the form's texts."""
    texts = {name: str(value) for name in PLAIN if (value := getattr(client, name)) is not None}
    own = {f"{OWN}{field_id}": str(value) for field_id, value in client.custom.items()}
    day = {"install_date": client.install_date.isoformat()} if client.install_date else {}
    return texts | own | day | {"tags": ", ".join(client.tags)}


HANDLERS = [edit_form, update, archive, reactivate, add_tag, remove_tag]
