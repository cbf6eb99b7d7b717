"""`/v1/held-jobs`: work that failed for good. An admin has it tried again, or gives it up."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, post
from litestar.params import FromPath

from audienceos.agency.held_work import give_up, run_again
from audienceos.platform.jobs.held import HeldJob, held_jobs
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.paging import Page
from audienceos.platform.web.requests import actor_of, database_of

Asked = Request[Any, Any, Any]
PEOPLE: dict[str, Any] = {"people_only": True}


@get("/v1/held-jobs", opt=PEOPLE)
async def list_held_jobs(request: Asked) -> Page[HeldJob]:
    """Work that isn't tried again by itself, the latest first, at most a hundred. Only for admins."""
    return Page(await held_jobs(database_of(request), await actor_of(request)))


@delete("/v1/held-jobs/{job_id:str}", opt=PEOPLE)
async def remove_held_job(request: Asked, job_id: FromPath[str]) -> None:
    """Give it up for good. Only for admins."""
    await give_up(database_of(request), await actor_of(request), job_id)


@post("/v1/held-jobs/{job_id:str}/rerun", opt={**PEOPLE, OFF: True}, status_code=204)
async def create_rerun(request: Asked, job_id: FromPath[str]) -> None:
    """Have it tried again, as often as a new one. Only for admins."""
    await run_again(database_of(request), await actor_of(request), job_id)


HANDLERS = [list_held_jobs, remove_held_job, create_rerun]
