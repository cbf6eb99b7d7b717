"""The pipeline's stages and the limits of health. Users see them, admins change them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec import UNSET

from audienceos.agency.access import require_admin
from audienceos.agency.forms import (
    AgencyPatch,
    Days,
    GivenRole,
    Limits,
    StageIn,
    StageName,
    StagePatch,
    StageView,
)
from audienceos.agency.pages.returning import NOTHING, Returned, form_page, go, posted
from audienceos.agency.pipeline import Thresholds
from audienceos.agency.ports import outlook_of, standing_of
from audienceos.agency.profile import change_agency
from audienceos.agency.queries import agency_view, here, shell
from audienceos.agency.stages import add_stage, change_stage, order_stages, remove_stage
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.forms import Form
from audienceos.platform.web.patience import ALL_CLIENTS
from audienceos.platform.web.requests import lane_of, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
PAGE = "settings-pipeline"
DONE = {"saved": "Saved.", "added": "Added.", "removed": "Removed."}
ROLES = (("", "No role"), ("live", "Live"), ("support", "Support"), ("terminal", "End"))


class AddForm(Form):
    """A new stage, at the end."""

    name: StageName
    role: GivenRole | None = None


class ChangeForm(Form):
    """A stage's name and role. The first stage's form has no role."""

    version: int
    stage: str
    name: StageName
    role: GivenRole | None = None


class OrderForm(Form):
    """One stage a place up or down, or all of them as a hand has dragged them."""

    version: int
    stage: str = ""
    step: Literal["up", "down"] = "down"
    stages: list[StageName] = []


class RemovalForm(Form):
    """A stage to be removed, and where its clients go."""

    version: int
    stage: str
    target: str | None = None


class LimitsForm(Form):
    """After how many days what is said of a client."""

    version: int
    yellow: Days
    red: Days
    stuck: Days


@get("/{slug:str}/settings/pipeline", name=PAGE, include_in_schema=False)
async def show_pipeline(request: Asked, done: FromQuery[str] = "") -> Response[str]:
    """The stages and the limits."""
    return await _pipeline(request, done=DONE.get(done, ""))


@get("/{slug:str}/settings/limits/outlook", name="settings-outlook", include_in_schema=False)
async def show_outlook(
    request: Asked, yellow: FromQuery[str] = "", red: FromQuery[str] = ""
) -> Response[str]:
    """What the limits that stand in the form would make of the clients, before anybody saves them."""
    async with reading(request) as lane:
        require_admin(lane.actor, "try other limits")
        limits, outlook = _typed(yellow, red), None
        if limits is not None:
            at = await here(lane)
            outlook = await outlook_of(lane, msgspec.structs.replace(at.pipeline, thresholds=limits))
        return page(request, "agency/_outlook.html", outlook=outlook, is_typed=True)


@post("/{slug:str}/settings/stages", name="settings-stages", include_in_schema=False, status_code=200)
async def create_stage(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Add a stage."""
    back = await posted(
        request, AddForm, lambda db, form: add_stage(db, StageIn(name=form.name, role=form.role)), "add"
    )
    return await _after(request, slug, back, "added")


@post(
    "/{slug:str}/settings/stages/change",
    name="settings-stage",
    include_in_schema=False,
    status_code=200,
    opt=ALL_CLIENTS,
)
async def save_stage(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Name a stage anew, or give it another role."""

    async def act(db: Db, form: ChangeForm) -> None:
        first = (await here(await lane_of(db))).pipeline.initial
        role = UNSET if form.stage == first else form.role
        await change_stage(db, form.stage, StagePatch(name=form.name, role=role), form.version)

    return await _after(request, slug, await posted(request, ChangeForm, act, "change"), "saved")


@post("/{slug:str}/settings/stages/order", name="settings-order", include_in_schema=False, status_code=200)
async def move_stage(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """One place up or down, or all of them anew."""

    async def act(db: Db, form: OrderForm) -> None:
        await order_stages(db, form.stages or await _stepped(db, form), form.version)

    return await _after(request, slug, await posted(request, OrderForm, act, "order"), "saved")


@post(
    "/{slug:str}/settings/stages/removal",
    name="settings-stage-removal",
    include_in_schema=False,
    status_code=200,
    opt=ALL_CLIENTS,
)
async def delete_stage(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Remove a stage; where clients stand in it, ask first where they go."""

    async def act(db: Db, form: RemovalForm) -> None:
        await remove_stage(db, form.stage, form.target, form.version)

    return await _after(request, slug, await posted(request, RemovalForm, act, "removal"), "removed")


@post("/{slug:str}/settings/limits", name="settings-limits", include_in_schema=False, status_code=200)
async def save_limits(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Save the limits; every client's health is judged anew."""

    async def act(db: Db, form: LimitsForm) -> None:
        limits = Limits(yellow=form.yellow, red=form.red)
        patch = AgencyPatch(health_thresholds=limits, stuck_after_days=form.stuck)
        await change_agency(db, patch, form.version)

    names = {"health_thresholds.red": "red"}
    return await _after(request, slug, await posted(request, LimitsForm, act, "limits", names), "saved")


async def _after(request: Asked, slug: str, back: Returned, done: str) -> Response[Any]:
    """Back to the stages: with what was refused, or told what was done."""
    return await _pipeline(request, back) if back.is_refused else go(request, PAGE, slug=slug, done=done)


async def _stepped(db: Db, form: OrderForm) -> list[str]:
    """The stages with that one a place further; at the end it stays."""
    stages = list((await here(await lane_of(db))).pipeline_stages)
    if form.stage in stages:
        at = stages.index(form.stage)
        to = min(max(at + (1 if form.step == "down" else -1), 0), len(stages) - 1)
        stages.insert(to, stages.pop(at))
    return stages


def _typed(yellow: str, red: str) -> Thresholds | None:
    """The limits as somebody types them; None while they are none."""
    try:
        limits = msgspec.convert({"yellow": yellow, "red": red}, Limits, strict=False)
    except msgspec.ValidationError:
        return None
    return Thresholds(limits.yellow, limits.red) if limits.yellow < limits.red else None


async def _pipeline(request: Asked, back: Returned = NOTHING, done: str = "") -> Response[str]:
    async with reading(request) as lane:
        agency, at = await agency_view(lane), await here(lane)
        stages = [
            StageView(name, number, agency.stage_roles.get(name), agency.version)
            for number, name in enumerate(agency.pipeline_stages, start=1)
        ]
        limits = agency.health_thresholds
        return form_page(
            request,
            "agency/pipeline.html",
            back,
            agency=agency,
            stages=stages,
            standing=await standing_of(lane),
            outlook=await outlook_of(lane, at.pipeline),
            is_typed=False,
            roles=ROLES,
            days={"yellow": limits.yellow, "red": limits.red, "stuck": agency.stuck_after_days},
            here=PAGE,
            done=done,
            **await shell(lane, "settings", at),
        )


HANDLERS = [show_pipeline, show_outlook, create_stage, save_stage, move_stage, delete_stage, save_limits]
