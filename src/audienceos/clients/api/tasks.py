"""`/v1/tasks` across clients and `/v1/clients/{id}/tasks` of one: list, show, create, update, remove, tick, order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post, put
from litestar.params import JSONBody

from audienceos.agency.queries import here
from audienceos.clients.actions.tasks import (
    add_task,
    complete_task,
    edit_task,
    order_tasks,
    remove_task,
    reopen_task,
)
from audienceos.clients.forms import TaskIn, TaskOrder, TaskPatch
from audienceos.clients.queries.one import check_client
from audienceos.clients.queries.tasks import OF_CLIENT, TASKS, ClientTaskQuery, TaskQuery, TaskView, task_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/tasks", opt={"query": TaskQuery})
async def list_tasks(request: Asked) -> Page[TaskView]:
    """Tasks of every client that one may see. Those of archived clients only when `activity` asks for them."""
    async with reading(request) as lane:
        asked = filters_from(request, TaskQuery)
        stages = list((await here(lane)).pipeline.stages)
        return await TASKS.page(
            lane, asked, sort=asked.sort, binds=asked.binds | {"stages": stages}, form=asked.form
        )


@get("/v1/clients/{client_id:uuid}/tasks", opt={"query": ClientTaskQuery})
async def list_client_tasks(request: Asked, client_id: Id) -> Page[TaskView]:
    """One client's checklist: by stage, then as people put it."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, ClientTaskQuery)
        more = {"client_id": client_id, "stages": list((await here(lane)).pipeline.stages)}
        return await TASKS.page(
            lane, asked, sort=asked.sort, binds=asked.binds | more, form=asked.form | OF_CLIENT
        )


@post("/v1/clients/{client_id:uuid}/tasks")
async def create_task(db: Transaction, client_id: Id, data: JSONBody[TaskIn]) -> Response[TaskView]:
    """Add a line at the end of its stage."""
    task = await add_task(db, client_id, data)
    return await _answer(db, task.id, status=201)


@put("/v1/clients/{client_id:uuid}/tasks/order")
async def update_order(db: Transaction, client_id: Id, data: JSONBody[TaskOrder]) -> TaskOrder:
    """Put the client's tasks in order: all of them, each once. 409 with the present ones where they differ."""
    await order_tasks(db, client_id, data.task_ids)
    return data


@get("/v1/tasks/{task_id:uuid}")
async def show_task(request: Asked, task_id: Id) -> Response[TaskView]:
    """One task."""
    async with reading(request) as lane:
        task = await task_view(lane, task_id)
        return with_etag(task, task.version)


@patch("/v1/tasks/{task_id:uuid}")
async def update_task(
    request: Asked, db: Transaction, task_id: Id, data: JSONBody[TaskPatch]
) -> Response[TaskView]:
    """Change a task: absent leaves, null clears. In another stage it goes to the end."""
    await edit_task(db, task_id, data, expected_version(request))
    return await _answer(db, task_id)


@delete("/v1/tasks/{task_id:uuid}")
async def delete_task(db: Transaction, task_id: Id) -> None:
    """Remove a task for good."""
    await remove_task(db, task_id)


@post("/v1/tasks/{task_id:uuid}/completion", status_code=200)
async def create_completion(db: Transaction, task_id: Id) -> Response[TaskView]:
    """Tick it. When and by whom is noted by the server; ticking twice changes nothing."""
    await complete_task(db, task_id)
    return await _answer(db, task_id)


@delete("/v1/tasks/{task_id:uuid}/completion")
async def delete_completion(db: Transaction, task_id: Id) -> None:
    """Untick it; an open task stays as it is."""
    await reopen_task(db, task_id)


async def _answer(db: Db, task_id: UUID, status: int = 200) -> Response[TaskView]:
    task = await task_view(await lane_of(db), task_id)
    return with_etag(task, task.version, status=status)


HANDLERS = [
    list_tasks,
    list_client_tasks,
    create_task,
    update_order,
    show_task,
    update_task,
    delete_task,
    create_completion,
    delete_completion,
]
