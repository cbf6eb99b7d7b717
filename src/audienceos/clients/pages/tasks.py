"""The checklist on the client's page, and the form of one task."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.tasks import (
    add_task,
    complete_task,
    edit_task,
    forget_reminder,
    order_open_tasks,
    remove_task,
    reopen_task,
    shift_task,
)
from audienceos.clients.forms import TaskIn, TaskPatch
from audienceos.clients.forms.tasks import OpenOrder, Step
from audienceos.clients.pages import saying
from audienceos.clients.pages.client import client_page, to_client
from audienceos.clients.queries.tasks import TaskView, task_view
from audienceos.platform.errors import Conflict, Invalid, Stale
from audienceos.platform.web.edits import Refusal, draft, version_in
from audienceos.platform.web.forms import Form, from_form, from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing, refused
from audienceos.platform.web.templating import page, told

Asked = Request[Any, Any, Any]

FIELDS = ("name", "description", "stage", "assigned_to", "due_date", "repeats", "remind_at")


class Where(Form):
    """A button that stands in several places: where it was pressed, and with which filters."""

    back: Literal["client", "my-work"] = "client"
    asked: Annotated[str, Meta(max_length=1000)] = ""

    @property
    def fields(self) -> dict[str, str]:
        """As another button there posts it."""
        return {"back": self.back, "asked": self.asked}


@post("/{slug:str}/clients/{client_id:uuid}/tasks", name="client-tasks", include_in_schema=False)
async def add(request: Asked, client_id: Id) -> Response[Any]:
    """Add a line."""
    given = {name: text for name, text in (await typed(request)).items() if text}
    try:
        async with acting(request) as db:
            data = from_values(TaskIn, in_zone(given, db.actor.tz), strict=False)
            await add_task(db, client_id, data)
    except (Invalid, Conflict) as wrong:
        return await client_page(request, client_id, await refused(request, "tasks", wrong))
    return to_client(request, client_id, "tasks")


@post("/{slug:str}/tasks/{task_id:uuid}/completion", name="task-completion", include_in_schema=False)
async def complete(request: Asked, task_id: Id) -> Response[Any]:
    """Tick it."""
    where = await from_form(request, Where)
    async with acting(request) as db:
        task = await complete_task(db, task_id)
        said = saying.ticked(request, task, where.fields)
    return told(request, _back(request, task.client_id, where), said)


@post("/{slug:str}/tasks/{task_id:uuid}/completion/removal", name="task-reopening", include_in_schema=False)
async def reopen(request: Asked, task_id: Id) -> Response[Any]:
    """Untick it."""
    where = await from_form(request, Where)
    async with acting(request) as db:
        task = await reopen_task(db, task_id)
        said = saying.ticked(request, task, where.fields)
    return told(request, _back(request, task.client_id, where), said)


@post(
    "/{slug:str}/tasks/{task_id:uuid}/reminder/removal", name="task-reminder-removal", include_in_schema=False
)
async def remove_reminder(request: Asked, task_id: Id) -> Response[Any]:
    """Remind of it no more."""
    where = await from_form(request, Where)
    async with acting(request) as db:
        task = await forget_reminder(db, task_id)
    return _back(request, task.client_id, where)


@post("/{slug:str}/tasks/{task_id:uuid}/removal", name="task-removal", include_in_schema=False)
async def remove(request: Asked, task_id: Id) -> Response[Any]:
    """Remove it for good."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        client_id = await remove_task(db, task_id)
    return to_client(request, client_id, "tasks")


@post("/{slug:str}/tasks/{task_id:uuid}/place", name="task-place", include_in_schema=False)
async def place(request: Asked, task_id: Id) -> Response[Any]:
    """Put it one place up or down in its stage."""
    step = await from_form(request, Step)
    async with acting(request) as db:
        task = await shift_task(db, task_id, step.to)
    return to_client(request, task.client_id, "tasks")


@post("/{slug:str}/clients/{client_id:uuid}/tasks/order", name="client-task-order", include_in_schema=False)
async def order(request: Asked, client_id: Id) -> Response[Any]:
    """Put the open tasks in the order in which a hand has dragged them; those that are done stay behind them."""
    data = await from_form(request, OpenOrder)
    async with acting(request) as db:
        await order_open_tasks(db, client_id, data.task_ids)
    return Response(None, status_code=204)


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
        async with acting(request) as db:
            patch = from_values(TaskPatch, in_zone(changes, db.actor.tz), strict=False)
            task = await edit_task(db, task_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, task_id, Refusal(given, wrong.by_field))
    except Stale:
        return await _form(request, task_id, Refusal(given))
    return to_client(request, task.client_id, "tasks")


def shown(task: TaskView, zone: ZoneInfo) -> dict[str, str]:
    """The task as the form's texts; a moment as it stands on the zone's wall."""
    texts = {name: str(value) for name in FIELDS if (value := getattr(task, name)) is not None}
    if task.remind_at is not None:
        texts["remind_at"] = f"{task.remind_at.astimezone(zone):%Y-%m-%dT%H:%M}"
    return texts


def in_zone(given: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """The same, the moment that a form gives without a zone being one on that zone's wall. Raises `Invalid`."""
    text = given.get("remind_at")
    if not text:
        return given
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.at("remind_at", "Give a day and a time such as 2026-03-12T09:00") from None
    return given | {"remind_at": (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()}


def _back(request: Asked, client_id: UUID, where: Where) -> Response[Any]:
    if where.back == "client":
        return to_client(request, client_id, "tasks")
    to = request.app.route_reverse("my-work", slug=request.path_params["slug"])
    asked = parse_qsl(where.asked, max_num_fields=50)
    return Response(None, status_code=303, headers={"Location": f"{to}?{urlencode(asked)}" if asked else to})


async def _form(request: Asked, task_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        task = await task_view(lane, task_id)
        form = draft(shown(task, ZoneInfo(at.timezone)), task.version, refusal)
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


HANDLERS = [add, complete, reopen, remove_reminder, remove, place, order, edit_form, update]
