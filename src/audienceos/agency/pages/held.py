"""Work that failed for good, for admins: why, and two ways on."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from audienceos.agency.held_work import give_up, run_again
from audienceos.agency.pages.returning import SIGNED_IN, go
from audienceos.agency.queries import PEOPLE, shell
from audienceos.platform.jobs.held import held_jobs
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import actor_of, database_of, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
DONE = {"again": "It is tried again now.", "dropped": "It is given up."}


class Nothing(Form):
    """A form of one button."""


@get("/{slug:str}/settings/jobs", name="held-jobs", include_in_schema=False, opt=SIGNED_IN)
async def show_held(request: Asked, done: FromQuery[str] = "") -> Response[str]:
    """All of it, the latest first."""
    async with reading(request) as lane:
        actor, people = lane.actor, await PEOPLE.all(lane)
        frame = await shell(lane, "settings")
    return page(
        request,
        "agency/held.html",
        jobs=await held_jobs(database_of(request), actor),
        names={one.id: one.name for one in people},
        here="held-jobs",
        done=DONE.get(done, ""),
        **frame,
    )


@post(
    "/{slug:str}/settings/jobs/{job_id:str}/rerun",
    name="held-job-rerun",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def rerun(request: Asked, slug: FromPath[str], job_id: FromPath[str]) -> Response[Any]:
    """Try it again."""
    await from_form(request, Nothing)
    await run_again(database_of(request), await actor_of(request), job_id)
    return go(request, "held-jobs", slug=slug, done="again")


@post(
    "/{slug:str}/settings/jobs/{job_id:str}/removal",
    name="held-job-removal",
    include_in_schema=False,
    opt=SIGNED_IN,
)
async def remove(request: Asked, slug: FromPath[str], job_id: FromPath[str]) -> Response[Any]:
    """Give it up."""
    await from_form(request, Nothing)
    await give_up(database_of(request), await actor_of(request), job_id)
    return go(request, "held-jobs", slug=slug, done="dropped")


HANDLERS = [show_held, rerun, remove]
