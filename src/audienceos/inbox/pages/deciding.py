"""What each form of a conversation's page does: act and come back, or show what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, post
from msgspec import Meta

from audienceos.agency.access import agency_for
from audienceos.inbox.access import conversation_for
from audienceos.inbox.actions.deciding import assign, decide, match, see, snooze
from audienceos.inbox.forms import DecisionIn, MatchIn
from audienceos.inbox.pages.conversation import conversation_page, put_off
from audienceos.inbox.pages.listing import Asked, Looking
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import Form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting
from audienceos.platform.web.sent import Nothing, taken
from audienceos.platform.web.templating import moment, query, wants_fragment
from audienceos.platform.web.toasts import Act, Toast

Shape = TypeVar("Shape", bound=Form)
LIST = {"query": Looking}


class AsideForm(Form):
    """Until when it is put aside: by a button, or until a time on the wall of the agency's zone."""

    preset: Annotated[str, Meta(max_length=20)] | None = None
    until: Annotated[str, Meta(max_length=40)] | None = None


class AssigneeForm(Form):
    """Who is to answer; empty for nobody."""

    assignee_id: UUID | None = None


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/decision",
    name="conversation-decision",
    include_in_schema=False,
    opt=LIST,
)
async def create_decision(request: Asked, conversation_id: Id) -> Response[Any]:
    """Say whether it needs a reply; what needs none leaves the list, with a way back."""
    needs: list[bool] = []

    async def act(db: Db, data: DecisionIn) -> Toast:
        needs.append(data.needs_reply)
        await decide(db, conversation_id, needs_reply=data.needs_reply)
        fields = {"needs_reply": "false" if data.needs_reply else "true"}
        back = Act("Undo", _at(request, "conversation-decision", conversation_id), fields)
        return Toast("It needs a reply" if data.needs_reply else "No reply needed", act=back)

    return await take(request, conversation_id, "decision", DecisionIn, act, stays=lambda: any(needs))


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/snooze",
    name="conversation-snooze",
    include_in_schema=False,
    opt=LIST,
)
async def create_snooze(request: Asked, conversation_id: Id) -> Response[Any]:
    """Put it aside, with a way back."""

    async def act(db: Db, data: AsideForm) -> Toast:
        agency = await agency_for(db)
        until = _until(data, ZoneInfo(agency.timezone))
        await snooze(db, conversation_id, until)
        back = Act("Undo", _at(request, "conversation-snooze-removal", conversation_id))
        return Toast(f"Put aside until {moment(until, agency.timezone)}", act=back)

    return await take(request, conversation_id, "snooze", AsideForm, act, stays=lambda: False)


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/snooze/removal",
    name="conversation-snooze-removal",
    include_in_schema=False,
    opt=LIST,
)
async def delete_snooze(request: Asked, conversation_id: Id) -> Response[Any]:
    """Take it up again."""

    async def act(db: Db, _: Nothing) -> Toast:
        await snooze(db, conversation_id, None)
        return Toast("It is back")

    return await take(request, conversation_id, "wake", Nothing, act)


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/assignment",
    name="conversation-assignment",
    include_in_schema=False,
    opt=LIST,
)
async def create_assignment(request: Asked, conversation_id: Id) -> Response[Any]:
    """Say who is to answer, with a way back to who was."""

    async def act(db: Db, data: AssigneeForm) -> Toast:
        was = (await conversation_for(db, conversation_id)).assignee_id
        await assign(db, conversation_id, data.assignee_id)
        fields = {"assignee_id": str(was) if was else ""}
        back = Act("Undo", _at(request, "conversation-assignment", conversation_id), fields)
        return Toast(
            "It has somebody to answer it" if data.assignee_id else "It is nobody’s to answer", act=back
        )

    return await take(request, conversation_id, "assignment", AssigneeForm, act)


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/match",
    name="conversation-match",
    include_in_schema=False,
    opt=LIST,
)
async def create_match(request: Asked, conversation_id: Id) -> Response[Any]:
    """Say whose it is, and what to remember of its sender."""

    async def act(db: Db, data: MatchIn) -> Toast:
        await match(db, conversation_id, data)
        return Toast("It has its client")

    return await take(request, conversation_id, "match", MatchIn, act)


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/sight",
    name="conversation-sight",
    include_in_schema=False,
    opt=LIST,
)
async def create_sight(request: Asked, conversation_id: Id) -> Response[Any]:
    """Say that one has read it. A script hears 204; a form goes back to the conversation."""
    if not wants_fragment(request):
        return await take(request, conversation_id, "sight", Nothing, lambda db, _: see(db, conversation_id))
    async with acting(request) as db:
        await see(db, conversation_id)
    return Response(None, status_code=204)


async def take(
    request: Asked,
    conversation_id: UUID,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
    *,
    stays: Callable[[], bool] = lambda: True,
) -> Response[Any]:
    """Take a form of the page (`taken`), and come back to the conversation, or to its list where it left that."""
    asked = query(filters_from(request, Looking).address)
    back: Response[Any] = Response(None, status_code=303)
    answer = await taken(
        request, form, shape, act, lambda sent: conversation_page(request, conversation_id, sent), back
    )
    to = _at(request, "conversation", conversation_id) if stays() else _at(request, "inbox")
    if answer is back:
        answer.headers["Location"] = to + asked
    return answer


def _until(data: AsideForm, zone: ZoneInfo) -> datetime:
    offered = {name: at for name, _, at in put_off(clock.now(), zone)}
    if data.preset is not None:
        if data.preset not in offered:
            raise Invalid.at("preset", "Choose one of the times offered")
        return offered[data.preset]
    try:
        until = datetime.fromisoformat(data.until or "")
    except ValueError:
        raise Invalid.at("until", "Give a day and a time, such as 2026-03-04T09:00") from None
    return until if until.tzinfo else until.replace(tzinfo=zone)


def _at(request: Asked, route: str, conversation_id: UUID | None = None) -> str:
    parts = {"conversation_id": conversation_id} if conversation_id else {}
    return request.app.route_reverse(route, slug=request.path_params["slug"], **parts)


HANDLERS = [
    create_decision,
    create_snooze,
    delete_snooze,
    create_assignment,
    create_match,
    create_sight,
]
