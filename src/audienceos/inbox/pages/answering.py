"""The forms of an answer: saved as it is typed, sent with a way back, taken back, sent now, tried again, given up."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from msgspec import structs

from audienceos.inbox.actions.answering import send
from audienceos.inbox.actions.drafting import discard_draft, save_draft
from audienceos.inbox.answering.door import Stopped
from audienceos.inbox.answering.forms import DraftIn, SendIn, VariableIn, Written
from audienceos.inbox.filling import left_open
from audienceos.inbox.models.answers import Outgoing
from audienceos.inbox.pages.composer import upto_of
from audienceos.inbox.pages.conversation import conversation_page, put_off
from audienceos.inbox.pages.deciding import LIST
from audienceos.inbox.pages.listing import Asked, Looking
from audienceos.inbox.pages.typed_answers import (
    OVER,
    REASON,
    Refused,
    answer_in,
    as_typed,
    id_in,
    overrides_in,
    version_in,
    with_text,
    without,
)
from audienceos.inbox.queries.answers import draft_of, outgoing_of
from audienceos.inbox.queries.listing import conversation_view
from audienceos.inbox.queries.templates import filled_for
from audienceos.inbox.queries.writers import writers_of
from audienceos.inbox.words import storable
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import AppError, Conflict, Invalid
from audienceos.platform.web.forms import Form, form_of, from_values
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, database_of, lane_of, reading
from audienceos.platform.web.templating import moment, page, query, told
from audienceos.platform.web.toasts import Act, Toast

SEND, KEEP = "send", "keep"
"""What a button says; a script keeps by the second what is typed, without one."""


class Chosen(Form):
    """Which template a button puts in."""

    template: UUID


@post(
    "/{slug:str}/inbox/{conversation_id:uuid}/answers",
    name="conversation-answers",
    include_in_schema=False,
    opt=LIST,
)
async def create_answer(request: Asked, conversation_id: Id) -> Response[Any]:
    """Do what the pressed button says with what was typed: send it, now or later, or change the draft."""
    form = await form_of(request)
    act, _, what = str(form.get("act") or "save").partition(":")
    try:
        written = answer_in(form)
        if act == SEND:
            return await _send(request, conversation_id, form, written, what)
        await _change(request, conversation_id, form, act, what)
        if act == KEEP:
            return await _kept(request, conversation_id)
    except Stopped as stopped:
        return await _again(request, conversation_id, form, stopped)
    except (Invalid, Conflict) as wrong:
        return await _again(request, conversation_id, form, wrong)
    return to_conversation(request, conversation_id, fresh=secrets.token_hex(4))


@get("/{slug:str}/inbox/{conversation_id:uuid}/writers", name="conversation-writers", include_in_schema=False)
async def show_writers(request: Asked, conversation_id: Id) -> Response[str]:
    """Who else is writing an answer just now."""
    async with reading(request) as lane:
        writers = await writers_of(lane, database_of(request), conversation_id)
        return page(request, "inbox/_writers.html", writers=writers)


async def _send(
    request: Asked, conversation_id: UUID, form: FormMultiDict, written: Written, when: str
) -> Response[Any]:
    open_ = left_open(written.text)
    if open_:
        named = ", ".join(f"{{{{{name}}}}}" for name in open_)
        raise Invalid.at("text", f"Fill this in first: {named} has no value here")
    async with acting(request) as db:
        lane = await lane_of(db)
        await _check_meanwhile(lane, conversation_id, str(form.get("upto") or ""))
        leaves_at = _moment(when, str(form.get("leaves_at") or ""), lane.actor.tz)
        given: dict[str, Any] = msgspec.to_builtins(written) | {
            "click_id": id_in(form, "click_id"),
            "leaves_at": leaves_at,
            "overrides": msgspec.to_builtins(overrides_in(form)),
        }
        row = await send(db, conversation_id, msgspec.convert(given, SendIn))
        if row.text != storable(written.text):
            raise Conflict(
                "You sent another answer from another window. Look above, then send this one.", code="sent"
            )
        said = _said_of(row, lane.actor.zone)
        undo = Act("Undo", _at(request, "answer-withdrawal", answer_id=row.id))
    return told(request, to_conversation(request, conversation_id), Toast(said, act=undo))


def _said_of(row: Outgoing, zone: str) -> str:
    return f"It leaves on {moment(row.leaves_at, zone)}" if row.is_scheduled else "It leaves in 10 seconds"


def _moment(when: str, typed: str, zone: ZoneInfo) -> datetime | None:
    """When it is to leave; None for now. Raises `Invalid`."""
    if not when:
        return None
    offered = {name: at for name, _, at in put_off(clock.now(), zone)}
    if when in offered:
        return offered[when]
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise Invalid.at("leaves_at", "Give a day and a time, such as 2026-03-04T09:00") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


async def _check_meanwhile(lane: Lane, conversation_id: UUID, upto: str) -> None:
    """Raises `Conflict` where others said something since the answer was begun: its author reads it first."""
    one = await conversation_view(lane, conversation_id)
    answers = await outgoing_of(lane, conversation_id)
    now = upto_of(one, answers, lane.actor.user_id)
    if upto in ("", now):
        return
    heard, _, theirs = now.partition(" ")
    if heard != upto.partition(" ")[0]:
        words = "They wrote again since you began."
    else:
        author = next((answer.author for answer in answers if str(answer.id) == theirs), None)
        words = f"{author or 'A colleague'} has answered since you began."
    raise Conflict(f"{words} Read it above; send again if this still holds.", code="meanwhile")


async def _change(request: Asked, conversation_id: UUID, form: FormMultiDict, act: str, what: str) -> None:
    """Change the draft as the button says, and keep it. Raises `Invalid`."""
    written = answer_in(form)
    async with acting(request) as db:
        if act == "discard":
            return await discard_draft(db, conversation_id)
        lane = await lane_of(db)
        if act == "insert":
            written = await _inserted(lane, conversation_id, what, written)
        elif act == "aside" and what == "add":
            draft = await draft_of(lane, conversation_id)
            written = with_text(written, draft.set_aside or "") if draft else written
        else:
            written = _changed(written, act, what)
        data = _draft(written, form)
        await save_draft(db, conversation_id, structs.replace(data, is_seen=act == "aside"))
    return None


async def _kept(request: Asked, conversation_id: UUID) -> Response[Any]:
    """What a script is told: when it was kept, and which version that is."""
    async with reading(request) as lane:
        draft = await draft_of(lane, conversation_id)
        return page(request, "inbox/_saved.html", draft=draft, zone=lane.actor.zone)


def _changed(written: Written, act: str, what: str) -> Written:
    if act == "without":
        return without(written, what)
    if act == "to":  # all of them, or who wrote; a thread, or the channel
        return structs.replace(written, is_to_all=what == "all", to=None, cc=None)
    return structs.replace(written, has_quotes=False) if act == "unquote" else written


async def _inserted(lane: Lane, conversation_id: UUID, template: str, written: Written) -> Written:
    template_id = from_values(Chosen, {"template": template}, strict=False).template
    filled = await filled_for(lane, template_id, conversation_id)
    variables = [VariableIn(name=v.name, value=v.value, client_id=v.client_id) for v in filled.variables]
    return with_text(written, filled.text, variables)


def _draft(written: Written, form: FormMultiDict) -> DraftIn:
    given = msgspec.to_builtins(written) | {"version": version_in(form)}
    return from_values(DraftIn, given, strict=False)


async def _again(
    request: Asked, conversation_id: UUID, form: FormMultiDict, wrong: AppError
) -> Response[Any]:
    """The page with everything that was typed, and what was wrong."""
    hits = wrong.hits if isinstance(wrong, Stopped) else ()
    faults = wrong.by_field if isinstance(wrong, Invalid) else {}
    if not hits and not faults and wrong.code != "meanwhile":
        faults = {"": wrong.detail}
    refused = Refused(
        written=as_typed(form),
        version=version_in(form),
        faults=faults,
        hits=[hit.shown for hit in hits],
        reasons={name.removeprefix(REASON): str(form.get(name)) for name in form if name.startswith(REASON)},
        meant=frozenset(name.removeprefix(OVER) for name in form if name.startswith(OVER)),
        meanwhile=wrong.detail if wrong.code == "meanwhile" else "",
        leaves_at=str(form.get("leaves_at") or ""),
        status=wrong.status,
    )
    return await conversation_page(request, conversation_id, refused=refused)


def to_conversation(request: Asked, conversation_id: UUID, *, fresh: str | None = None) -> Response[Any]:
    """Go to the conversation with the list as it was; `fresh` has what is typed into drawn anew."""
    asked = filters_from(request, Looking).address
    to = _at(request, "conversation", conversation_id=conversation_id) + query(asked | {"fresh": fresh})
    return Response(None, status_code=303, headers={"Location": to})


def _at(request: Asked, route: str, **parts: UUID) -> str:
    return request.app.route_reverse(route, slug=request.path_params["slug"], **parts)


HANDLERS = [
    create_answer,
    show_writers,
]
