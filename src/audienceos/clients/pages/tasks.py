"""The checklist on the client's page, and the form of one task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.tasks import add_task, complete_task, edit_task, remove_task, reopen_task
from audienceos.clients.forms import TaskIn, TaskPatch
from audienceos.clients.pages.client import Nothing, take, to_client
from audienceos.clients.pages.edits import Refusal, draft, version_in
from audienceos.clients.queries.tasks import TaskView, task_view
from audienceos.platform.errors import Invalid, Stale
from audienceos.platform.web.forms import from_form, from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

FIELDS = ("name", "description", "stage", "assigned_to", "due_date")


@post("/{slug:str}/clients/{client_id:uuid}/tasks", name="client-tasks", include_in_schema=False)
async def add(request: Asked, client_id: Id) -> Response[Any]:
    """Add a line."""
    return await take(request, client_id, "tasks", TaskIn, lambda db, data: add_task(db, client_id, data))


@post("/{slug:str}/tasks/{task_id:uuid}/completion", name="task-completion", include_in_schema=False)
async def complete(request: Asked, task_id: Id) -> Response[Any]:
    """Tick it."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        task = await complete_task(db, task_id)
    return to_client(request, task.client_id, "tasks")


@post("/{slug:str}/tasks/{task_id:uuid}/completion/removal", name="task-reopening", include_in_schema=False)
async def reopen(request: Asked, task_id: Id) -> Response[Any]:
    """Untick it."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        task = await reopen_task(db, task_id)
    return to_client(request, task.client_id, "tasks")


@post("/{slug:str}/tasks/{task_id:uuid}/removal", name="task-removal", include_in_schema=False)
async def remove(request: Asked, task_id: Id) -> Response[Any]:
    """Remove it for good."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        client_id = await remove_task(db, task_id)
    return to_client(request, client_id, "tasks")


@get("/{slug:str}/tasks/{task_id:uuid}/edit", name="task-edit", include_in_schema=False)
async def edit_form(request: Asked, task_id: Id) -> Response[str]:
    """The form with what is there now."""
    return await _form(request, task_id)


@post("/{slug:str}/tasks/{task_id:uuid}/edit", name="task-update", include_in_schema=False)
async def update(request: Asked, task_id: Id) -> Response[Any]:
    """Save it; where somebody saved first, the form comes back with both."""
    given = await typed(request)
    try:
        changes = {name: given[name] or (None if name != "name" else "") for name in FIELDS if name in given}
        patch = from_values(TaskPatch, changes, strict=False)
        async with acting(request) as db:
            task = await edit_task(db, task_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, task_id, Refusal(given, wrong.by_field))
    except Stale:
        return await _form(request, task_id, Refusal(given))
    return to_client(request, task.client_id, "tasks")


def shown(task: TaskView) -> dict[str, str]:
    """The task as the form's texts."""
    return {name: str(value) for name in FIELDS if (value := getattr(task, name)) is not None}


async def _form(request: Asked, task_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        task = await task_view(lane, task_id)
        form = draft(shown(task), task.version, refusal)
        return page(
            request,
            "clients/task.html",
            status=form.status,
            task=task,
            form=form,
            people=await PEOPLE.all(lane),
            pipeline=at.pipeline,
            **await shell(lane, "clients", at),
        )


HANDLERS = [add, complete, reopen, remove, edit_form, update]
