"""How long tickets may wait, as the agency's admins set it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import shell
from audienceos.platform.web.edits import Refusal, draft, refusal_of, settled
from audienceos.platform.web.forms import from_values, typed
from audienceos.platform.web.requests import acting, actor_of, reading
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast
from audienceos.tickets.actions.limiting import change_limits
from audienceos.tickets.forms import LimitsPatch
from audienceos.tickets.pages.words import PRIORITIES
from audienceos.tickets.queries.limits import limits_view

Asked = Request[Any, Any, Any]
PAGE = "ticket-limits"
NAMES = [name for name, _ in PRIORITIES]


@get("/{slug:str}/settings/tickets", name=PAGE, include_in_schema=False)
async def show(request: Asked) -> Response[str]:
    """The limits as they are now. Only for admins."""
    return await _form(request)


@post("/{slug:str}/settings/tickets", name="ticket-limits-update", include_in_schema=False)
async def update(request: Asked) -> Response[Any]:
    """Save them; wrong ones come back beside what was typed, and so does a collision."""
    await actor_of(request)  # what was wrong with a form is told to whoever may send it
    given = await typed(request)

    async def save(version: int) -> None:
        kept = {name: text for name, text in settled(given).items() if name in NAMES}
        async with acting(request) as db:
            await change_limits(db, from_values(LimitsPatch, kept, strict=False), version)

    if refusal := await refusal_of(given, save):
        return await _form(request, refusal)
    to = request.app.route_reverse(PAGE, slug=request.path_params["slug"])
    answer: Response[Any] = Response(None, status_code=303, headers={"Location": to})
    return told(request, answer, Toast("Tickets are judged by these limits from now on"))


async def _form(request: Asked, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, "change how long tickets may wait")
        limits = await limits_view(lane)
        form = draft({name: str(getattr(limits, name)) for name in NAMES}, limits.version, refusal)
        frame = await shell(lane, "settings")
        shown = {"form": form, "priorities": PRIORITIES, "here": PAGE, "done": ""}
        return page(request, "tickets/limits.html", status=form.status, **shown, **frame)


HANDLERS = [show, update]
