"""The page on which a person says what a file's columns are, before it is brought in.

One form: each column with its guess and some of its values, each stage and each owner of the file with what they
mean here. Nothing is left out but by choice: leaving a column out is one of the answers.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import FormMultiDict

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.imports import correct_import
from audienceos.clients.importing.correcting import corrected, faults_of, owner_values
from audienceos.clients.importing.fields import FIELDS as CLIENT_FIELDS
from audienceos.clients.importing.forms import ImportPatch, ImportView
from audienceos.clients.importing.kept import ImportRecord, record_of
from audienceos.clients.importing.shapes import CUSTOM, SKIP, Mapping
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.imports import ground_of, import_view, view_of
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Invalid, Stale
from audienceos.platform.web.edits import version_in
from audienceos.platform.web.forms import form_of, from_values
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

KINDS = [("text", "Text"), ("number", "Number"), ("date", "Date"), ("select", "One of several")]
STAGES_SHOWN, OWNERS_SHOWN = 100, 50
"""Of a file with more values, the rest is matched as proposed: a form can't ask about everything."""
OWN = "own:"


@post("/{slug:str}/imports/{import_id:uuid}", name="import-update", include_in_schema=False)
async def update(request: Asked, import_id: Id) -> Response[Any]:
    """Save the columns and go on to what the import would do; or back, where stages or owners are new to look at."""
    form = await form_of(request)
    async with reading(request) as lane:
        record = await record_of(lane, import_id)
        stored = await import_view(lane, import_id)
        ground, people = await ground_of(lane), await PEOPLE.all(lane)
        try:
            patch = patch_of(form, stored)
            mapping, options = corrected(record.mapping, record.options, record.profile, patch, ground)
        except Invalid as wrong:
            return await columns_page(request, lane, stored, {"": wrong.faults[0].message}, 422)
        if faults := faults_of(mapping, record.profile, ground):
            typed = view_of(record, mapping, options, ground, people)
            return await columns_page(request, lane, typed, Invalid(faults).by_field, 422)
    try:
        async with acting(request) as db:
            await correct_import(db, import_id, patch, version_in({"version": form.get("version", "")}))
    except Stale:
        said = "Somebody else has changed this import meanwhile. This is how it stands now; choose again."
        async with reading(request) as lane:
            return await columns_page(request, lane, await import_view(lane, import_id), {"": said}, 412)
    return to(request, "import" if _has_new_values(record, mapping) else "import-preview", import_id)


async def columns_page(
    request: Asked,
    lane: Lane,
    view: ImportView,
    faults: MappingOf[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    """The form, as the view has it; without faults given, with those that are open."""
    at = await here(lane)
    return page(
        request,
        "clients/import_columns.html",
        status=status,
        view=view,
        faults=Invalid(view.faults).by_field if faults is None else faults,
        labels={name: field.label for name, field in CLIENT_FIELDS.items()},
        fields=await FIELDS.all(lane),
        kinds=KINDS,
        stages=list(view.stages.items())[:STAGES_SHOWN],
        owners=view.owners[:OWNERS_SHOWN],
        pipeline=at.pipeline,
        people=[person for person in await PEOPLE.all(lane) if person.is_active],
        chosen=chosen,
        **await shell(lane, "import", at),
    )


def chosen(column: Any) -> str:
    """A column's answer as the form's choice has it: a field, an own one that is there, a new one, or none."""
    if column.target != CUSTOM:
        return str(column.target)
    if column.custom_field_id is not None:
        return f"{OWN}{column.custom_field_id}"
    return f"{CUSTOM}:{column.custom_type or 'text'}"


def patch_of(form: FormMultiDict, view: ImportView) -> ImportPatch:
    """The form as a correction of what it was drawn from. Raises `Invalid` for what no such form sends."""
    overwrite = set(form.getall("overwrite", []))
    columns = [_column(form, place, view, overwrite) for place in range(len(view.columns))]
    stages = {
        value: form[f"stage-{place}"]
        for place, value in enumerate(list(view.stages)[:STAGES_SHOWN])
        if form.get(f"stage-{place}")
    }
    owners = {
        owner.value: form[f"owner-{place}"] or None
        for place, owner in enumerate(view.owners[:OWNERS_SHOWN])
        if f"owner-{place}" in form
    }
    given = {
        "source": form.get("source", "").strip(),
        "columns": columns,
        "stages": stages,
        "owners": owners,
        "move_stages": "move_stages" in form,
    }
    return from_values(ImportPatch, given, strict=False)


def to(request: Asked, name: str, import_id: Id | None = None) -> Response[Any]:
    """Go to a page of imports."""
    parts = {} if import_id is None else {"import_id": str(import_id)}
    back = request.app.route_reverse(name, slug=request.path_params["slug"], **parts)
    return Response(None, status_code=303, headers={"Location": back})


def _column(form: FormMultiDict, place: int, view: ImportView, overwrite: set[str]) -> dict[str, Any]:
    given: dict[str, Any] = {"header": view.columns[place].header, "overwrite": str(place) in overwrite}
    answer = form.get(f"target-{place}", SKIP)
    target, _, kind = answer.partition(":")
    if answer.startswith(OWN):
        given["custom_field_id"] = kind
    elif target == CUSTOM:
        given |= {"target": CUSTOM, "custom_type": kind, "custom_name": form.get(f"name-{place}", "").strip()}
    else:
        given["target"] = target
    for field in ("date_order", "decimal_mark"):
        if answer := form.get(f"{field}-{place}"):
            given[field] = answer
    return given


def _has_new_values(record: ImportRecord, mapping: Mapping) -> bool:
    """Whether another column is the stage or the owner now, with values that nobody has looked at."""
    before = set(record.mapping.stages) | set(owner_values(record.mapping, record.profile))
    return not set(mapping.stages) | set(owner_values(mapping, record.profile)) <= before


HANDLERS = [update]
