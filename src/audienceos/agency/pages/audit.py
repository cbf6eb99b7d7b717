"""The audit log, for admins: filtered by its address, and taken away as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Stream

from audienceos.agency.access import require_admin
from audienceos.agency.audit_file import WHAT, exported
from audienceos.agency.auditing import EVENTS, ORDER, EventQuery, choices_of, words_of
from audienceos.agency.pages.returning import SIGNED_IN
from audienceos.agency.queries import PEOPLE, shell
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


class Nothing(Form):
    """A form of one button."""


@get("/{slug:str}/settings/audit", name="audit", include_in_schema=False, opt={"query": EventQuery})
async def show_audit(request: Asked) -> Response[str]:
    """What happened and by whom, the latest first."""
    asked = filters_from(request, EventQuery)
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        binds = asked.binds(lane.actor.tz)
        found = await EVENTS.page(lane, asked, sort=ORDER, binds=binds, form=asked.form)
        return page(
            request,
            "agency/audit.html",
            events=found.items,
            next_cursor=found.next_cursor,
            asked=asked,
            people=await PEOPLE.all(lane),
            choices=await choices_of(lane),
            words_of=words_of,
            here="audit",
            done="",
            **await shell(lane, "settings"),
        )


@post(
    "/{slug:str}/settings/audit/export",
    name="audit-export",
    include_in_schema=False,
    opt={**SIGNED_IN, "query": EventQuery},
    status_code=200,
)
async def export_audit(request: Asked) -> Stream:
    """What is filtered, as CSV."""
    await from_form(request, Nothing)
    return await exported(request, filters_from(request, EventQuery))


HANDLERS = [show_audit, export_audit]
