"""The page of the agency's own fields. For admins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import shell
from audienceos.clients.actions.defining import define_field, edit_field, remove_field
from audienceos.clients.forms import FieldIn, FieldPatch
from audienceos.clients.queries.fields import FIELDS, FieldView, field_view
from audienceos.platform.errors import Conflict, Invalid, Stale
from audienceos.platform.web.edits import Refusal, draft, version_in
from audienceos.platform.web.forms import from_form, from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

KINDS = [("text", "Text"), ("number", "Number"), ("date", "Date"), ("select", "One of several")]


@get("/{slug:str}/custom-fields", name="custom-fields", include_in_schema=False)
async def show_fields(request: Asked) -> Response[str]:
    """The fields, and the form that adds one."""
    return await _list(request)


@post("/{slug:str}/custom-fields", name="custom-field-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Add a field."""
    given = await typed(request)
    try:
        shape = {name: given[name] for name in ("name", "kind") if given.get(name)}
        data = from_values(FieldIn, shape | {"options": lines(given.get("options", ""))}, strict=False)
        async with acting(request) as db:
            await define_field(db, data)
    except Invalid as wrong:
        return await _list(request, given, wrong.by_field, 422)
    except Conflict as wrong:
        return await _list(request, given, {"name": wrong.detail}, 409)
    return _to_fields(request)


@get("/{slug:str}/custom-fields/{field_id:uuid}/edit", name="custom-field-edit", include_in_schema=False)
async def edit_form(request: Asked, field_id: Id) -> Response[str]:
    """The form with what is there now."""
    return await _form(request, field_id)


@post("/{slug:str}/custom-fields/{field_id:uuid}/edit", name="custom-field-update", include_in_schema=False)
async def update(request: Asked, field_id: Id) -> Response[Any]:
    """Save it; where somebody saved first, the form comes back with both."""
    given = await typed(request)
    try:
        changes: dict[str, Any] = {"name": given.get("name", "")}
        changes |= {"options": lines(given["options"])} if "options" in given else {}
        patch = from_values(FieldPatch, changes, strict=False)
        async with acting(request) as db:
            await edit_field(db, field_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, field_id, Refusal(given, wrong.by_field))
    except Conflict as wrong:
        at = "options" if wrong.code == "option_in_use" else "name"
        return await _form(request, field_id, Refusal(given, {at: wrong.detail}))
    except Stale:
        return await _form(request, field_id, Refusal(given))
    return _to_fields(request)


@post(
    "/{slug:str}/custom-fields/{field_id:uuid}/removal", name="custom-field-removal", include_in_schema=False
)
async def remove(request: Asked, field_id: Id) -> Response[Any]:
    """Hide it; its values stay."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_field(db, field_id)
    return _to_fields(request)


def lines(text: str) -> list[str]:
    """One choice a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def shown(field: FieldView) -> dict[str, str]:
    """The field as the form's texts."""
    return {"name": field.name, "options": "\n".join(field.options)}


def _to_fields(request: Asked) -> Response[Any]:
    to = request.app.route_reverse("custom-fields", slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to})


async def _list(
    request: Asked,
    values: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, "define fields")
        return page(
            request,
            "clients/fields.html",
            status=status,
            fields=await FIELDS.all(lane),
            kinds=KINDS,
            values=values or {},
            faults=faults or {},
            here="custom-fields",
            done="",
            **await shell(lane, "settings"),
        )


async def _form(request: Asked, field_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, "define fields")
        field = await field_view(lane, field_id)
        form = draft(shown(field), field.version, refusal)
        return page(
            request,
            "clients/field.html",
            status=form.status,
            field_=field,
            kinds=dict(KINDS),
            form=form,
            here="custom-fields",
            done="",
            **await shell(lane, "settings"),
        )


HANDLERS = [show_fields, create, edit_form, update, remove]
