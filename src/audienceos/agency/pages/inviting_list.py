"""Many people asked in by a list: the file, what would become of each line, and what became of it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.inviting_many import MOST_BYTES, Judged, Line, lines_of, looked_over, send_all
from audienceos.agency.pages.returning import SIGNED_IN
from audienceos.agency.queries import shell
from audienceos.agency.standing import require_host
from audienceos.platform.errors import AppError, BadRequest, Invalid, TooLarge
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import acting, reading, settings_of
from audienceos.platform.web.templating import page
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]
WRONG = (Invalid, TooLarge, BadRequest)
WHAT = "invite people"


class ListForm(Form):
    """The lines that were looked over, on their way to be sent."""

    lines: str = ""


@get("/{slug:str}/team/invite-list", name="team-invite-list", include_in_schema=False, opt=SIGNED_IN)
async def show_form(request: Asked) -> Response[str]:
    """The form for the file. Only for admins; who hasn't confirmed their address is told how to."""
    return await _page(request)


@post(
    "/{slug:str}/team/invite-list",
    name="team-invite-list-look",
    include_in_schema=False,
    opt={**STREAMED, **SIGNED_IN},
    request_max_body_size=None,
    status_code=200,
)
async def look(request: Asked) -> Response[str]:
    """What would become of each line."""
    async with reading(request) as lane:
        require_host(lane.actor, WHAT)
    try:
        advice = "Send at most 100 lines."
        async with uploaded(request, most_bytes=MOST_BYTES, advice=advice) as upload:
            lines = await lines_of(upload.path)
        async with acting(request) as db:
            judged = await looked_over(db, lines)
    except WRONG as problem:
        return await _page(request, fault=_told(problem), status=problem.status)
    return await _page(request, judged, msgspec.json.encode(lines).decode())


@post(
    "/{slug:str}/team/invite-list/run",
    name="team-invite-list-run",
    include_in_schema=False,
    opt=SIGNED_IN,
    status_code=200,
)
async def send(request: Asked) -> Response[str]:
    """Send those that can be sent."""
    try:
        form = await from_form(request, ListForm)
        lines = _lines(form.lines)
        done = await send_all(lambda: acting(request), settings_of(request), lines)
    except WRONG as problem:
        return await _page(request, fault=_told(problem), status=problem.status)
    return await _page(request, done, is_sent=True)


async def _page(
    request: Asked,
    judged: list[Judged] | None = None,
    lines: str = "",
    *,
    fault: str = "",
    status: int = 200,
    is_sent: bool = False,
) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        return page(
            request,
            "agency/invite_list.html",
            status=status if lane.actor.verified else 403,
            judged=judged,
            lines=lines,
            is_sent=is_sent,
            faults={"file": fault} if fault else {},
            **await shell(lane, "team"),
        )


def _lines(text: str) -> list[Line]:
    """The lines as the form holds them. Raises `Invalid` for what is none of ours."""
    try:
        return msgspec.json.decode(text, type=list[Line])
    except ValueError:
        raise Invalid.at("file", "Choose the file once more") from None


def _told(problem: AppError) -> str:
    return " ".join(fault.message for fault in problem.faults) or problem.detail


HANDLERS = [show_form, look, send]
