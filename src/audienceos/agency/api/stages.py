"""`/v1/stages`: list, show, create, update, remove; `/v1/stage-order`: all of them in their order.

A stage is known by its name. Its version is the agency's, so that an edit made meanwhile is never lost.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from audienceos.agency.forms import StageIn, StageOrder, StageOrderView, StagePatch, StageView
from audienceos.agency.queries import Here, here
from audienceos.agency.stages import add_stage, change_stage, order_stages, remove_stage
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.patience import ALL_CLIENTS
from audienceos.platform.web.requests import Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/stages")
async def list_stages(request: Asked) -> Page[StageView]:
    """The stages of the pipeline, in their order."""
    async with reading(request) as lane:
        at = await here(lane)
        return Page([_view(at, name) for name in at.pipeline_stages])


@get("/v1/stages/{stage:str}")
async def show_stage(request: Asked, stage: FromPath[str]) -> Response[StageView]:
    """One stage."""
    async with reading(request) as lane:
        at = await here(lane)
        if stage not in at.pipeline_stages:
            raise NotFound("stage")
        return shown(request, _view(at, stage), at.version)


@post("/v1/stages")
async def create_stage(db: Transaction, data: JSONBody[StageIn]) -> Response[StageView]:
    """Add a stage. Only for admins."""
    return await _answer(db, await add_stage(db, data), status=201)


@patch("/v1/stages/{stage:str}", opt=ALL_CLIENTS)
async def update_stage(
    request: Asked, db: Transaction, stage: FromPath[str], data: JSONBody[StagePatch]
) -> Response[StageView]:
    """Name a stage anew, or give it another role. Its clients and tasks follow. Only for admins."""
    return await _answer(db, await change_stage(db, stage, data, expected_version(request)))


@delete("/v1/stages/{stage:str}", opt=ALL_CLIENTS)
async def delete_stage(db: Transaction, stage: FromPath[str], target: FromQuery[str | None] = None) -> None:
    """Remove a stage. Clients in it go to the stage `target`; without one a stage in use is a 409 that says how
    many there are. Only for admins.
    """
    await remove_stage(db, stage, target)


@get("/v1/stage-order")
async def show_stage_order(request: Asked) -> Response[StageOrderView]:
    """The stages' names in the pipeline's order."""
    async with reading(request) as lane:
        at = await here(lane)
        return shown(request, StageOrderView(at.pipeline_stages, at.version), at.version)


@patch("/v1/stage-order")
async def update_stage_order(
    request: Asked, db: Transaction, data: JSONBody[StageOrder]
) -> Response[StageOrderView]:
    """Put the stages in this order; new clients start in the first. Only for admins."""
    await order_stages(db, data.stages, expected_version(request))
    at = await here(await lane_of(db))
    return with_etag(StageOrderView(at.pipeline_stages, at.version), at.version)


def _view(at: Here, stage: str) -> StageView:
    return StageView(stage, at.pipeline_stages.index(stage) + 1, at.stage_roles.get(stage), at.version)


async def _answer(db: Db, stage: str, status: int = 200) -> Response[StageView]:
    at = await here(await lane_of(db))
    return with_etag(_view(at, stage), at.version, status=status)


HANDLERS = [
    list_stages,
    show_stage,
    create_stage,
    update_stage,
    delete_stage,
    show_stage_order,
    update_stage_order,
]
