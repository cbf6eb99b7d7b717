"""One conversation, beside the list that it was chosen from."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from markupsafe import Markup
from msgspec import Meta

from audienceos.agency.access import EDITED_WITHIN
from audienceos.agency.queries import here
from audienceos.clients.forms import ClientView
from audienceos.clients.ports import client_tabs
from audienceos.clients.queries.names import NAMES
from audienceos.clients.queries.one import client_view
from audienceos.clients.queries.people import ASSIGNMENTS
from audienceos.clients.queries.tasks import OF_CLIENT, TASKS
from audienceos.inbox.pages.composer import composer_of, shown_answers
from audienceos.inbox.pages.listing import Asked, Depth, Looking, frame_of, list_of
from audienceos.inbox.pages.messages import Line, lines_of
from audienceos.inbox.pages.typed_answers import Refused
from audienceos.inbox.pages.words import REASONS
from audienceos.inbox.queries.answers import outgoing_of
from audienceos.inbox.queries.comments import comments_among
from audienceos.inbox.queries.listing import ConversationView, conversation_view
from audienceos.inbox.queries.messages import MESSAGES, NEWEST, PROMISES, MessageView, markup_of
from audienceos.inbox.queries.places import place_of
from audienceos.platform import clock
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.mail.reading.safe_html import clean
from audienceos.platform.mail.reading.shapes import Cleaned
from audienceos.platform.web.paging import LONGEST_PAGE, PAGE, From, Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading, settings_of
from audienceos.platform.web.security import policy
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page, query, wants_fragment

TASKS_SHOWN = 4
MORNING = time(9)
LATER_BY = timedelta(hours=3)
OWN_PICTURES = "img-src 'self' data:"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of a conversation says beside the list's."""

    messages: Depth = PAGE
    """How many are drawn before an earlier page begins."""
    earlier: From | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None
    """Up to when the reader had seen it as it was first drawn: the mark of what is new stays where it was."""
    formatted: UUID | None = None
    """The message that is shown as it was formatted."""
    pictures: bool = False
    """With pictures from elsewhere, whose servers learn that somebody looked."""
    say: Literal["answer", "comment"] = "answer"
    """Whether the client is answered below, or the team is told something."""
    fresh: Annotated[str, Meta(max_length=8)] | None = None
    """Said by a form that changed the draft: what is typed into is drawn anew."""

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address, defaults left out."""
        return {
            "messages": self.messages if self.messages != PAGE else None,
            "earlier": self.earlier,
            "formatted": self.formatted,
            "pictures": "true" if self.pictures else None,
            "say": self.say if self.say != "answer" else None,
        }


@get(
    "/{slug:str}/inbox/{conversation_id:uuid}",
    name="conversation",
    include_in_schema=False,
    opt={"query": (Looking, Reading)},
)
async def show_conversation(request: Asked, conversation_id: Id) -> Response[str]:
    """One conversation, and the list beside it; the part alone where a script asks."""
    return await conversation_page(request, conversation_id)


@get("/{slug:str}/messages/{message_id:uuid}", name="message", include_in_schema=False)
async def show_message(request: Asked, message_id: Id) -> Response[Any]:
    """Go to a message where it stands in its conversation, however long ago it came."""
    async with reading(request) as lane:
        conversation_id, asked = await place_of(lane, message_id)
    slug = request.path_params["slug"]
    to = request.app.route_reverse("conversation", slug=slug, conversation_id=conversation_id)
    return Response(None, status_code=303, headers={"Location": f"{to}{query(asked)}#m-{message_id}"})


async def conversation_page(
    request: Asked, conversation_id: UUID, sent: Sent | None = None, refused: Refused | None = None
) -> Response[str]:
    """The page, with what was sent in a form that was refused. Raises `NotFound`."""
    sent, looking = sent or Sent(), filters_from(request, Looking)
    asked = _asked(request, sent, refused)
    status = refused.status if refused else sent.status
    async with reading(request) as lane:
        one = await conversation_view(lane, conversation_id)
        context = await list_of(lane, looking) | await _conversation(lane, one, asked) | {"sent": sent}
        context |= await _answering(lane, one, asked, refused)
        if wants_fragment(request):
            return page(request, "inbox/_inbox.html", status=status, **context)
        answer = page(request, "inbox/inbox.html", status=status, **await frame_of(lane), **context)
    if asked.pictures:
        answer.headers["Content-Security-Policy"] = _with_pictures(request)
    return answer


def _asked(request: Asked, sent: Sent, refused: Refused | None) -> Reading:
    """What the address says; a form that came back has its own."""
    if refused is not None:
        return Reading()
    if sent.form:
        return Reading(say="comment" if sent.form == "comment" else "answer")
    return filters_from(request, Reading)


async def _answering(
    lane: Lane, one: ConversationView, asked: Reading, refused: Refused | None
) -> dict[str, Any]:
    """What is about to leave, and the form of an answer."""
    answers = await outgoing_of(lane, one.id)
    return {
        "answers": shown_answers(answers) if asked.earlier is None else [],
        "composer": await composer_of(lane, one, answers, asked.fresh, refused),
    }


def _with_pictures(request: Asked) -> str:
    """The page's policy, but that pictures may come from elsewhere by https."""
    said = policy(cast("dict[str, str]", request.scope)["nonce"], secure=settings_of(request).secure)
    return said.replace(OWN_PICTURES, f"{OWN_PICTURES} https:")


async def _conversation(lane: Lane, one: ConversationView, asked: Reading) -> dict[str, Any]:
    lines, earlier = await _lines(lane, one, asked)
    seen_at = asked.since or one.seen_at
    return {
        "one": one,
        "reading": _as_drawn(asked, seen_at),
        "lines": lines,
        "earlier": earlier,
        "more_messages": _deeper(asked),
        "markup": await _markup(lane, lines, asked),
        "promises": await PROMISES.all(lane, {"conversation_id": one.id}),
        "own_comment": _own_last(lines, lane.actor.user_id),
        "editable_after": clock.now() - EDITED_WITHIN,
        "reasons": REASONS,
        "today": today_in(lane.actor.tz),
        "put_off": put_off(clock.now(), lane.actor.tz),
        "clients": await NAMES.all(lane),
        "beside": await _beside(lane, one.client_id) if one.client_id else None,
    }


def _own_last(lines: list[Line], user_id: UUID | None) -> UUID | None:
    """The reader's newest comment: once there is another, the field that it was typed into is empty again."""
    mine = [line.comment.id for line in lines if line.comment and line.comment.added_by == user_id]
    return mine[-1] if mine else None


def _as_drawn(asked: Reading, seen_at: datetime | None) -> dict[str, Any]:
    since = seen_at.isoformat() if seen_at else None
    return {
        "in_address": asked.in_address,
        "as_drawn": asked.in_address | {"since": since, "fresh": asked.fresh},
        "say": asked.say,
        "formatted": asked.formatted,
        "pictures": asked.pictures,
        "earlier": asked.earlier,
    }


def _deeper(asked: Reading) -> int | None:
    """How many messages to draw next; None where an earlier page begins instead."""
    is_deepest = asked.earlier is not None or asked.messages >= LONGEST_PAGE
    return None if is_deepest else min(asked.messages + PAGE, LONGEST_PAGE)


async def _lines(lane: Lane, one: ConversationView, asked: Reading) -> tuple[list[Line], str | None]:
    """The messages that are drawn, and where earlier ones begin."""
    binds = {"conversation_id": one.id}
    listed = Listed(limit=asked.messages, cursor=asked.earlier)
    in_triage = one.client_id is None
    found: Page[MessageView] = await MESSAGES.page(
        lane, listed, sort=NEWEST, binds=binds, in_triage=in_triage
    )
    reach = {"to_begin": found.next_cursor is None, "to_end": asked.earlier is None}
    beside = await comments_among(lane, one, found.items, **reach)
    tz = lane.actor.tz
    said = lines_of([*found.items, *beside], tz, today_in(tz), asked.since or one.seen_at)
    return said, found.next_cursor


async def _markup(lane: Lane, lines: list[Line], asked: Reading) -> tuple[Markup, int] | None:
    """The chosen message's HTML, cleaned, and how many pictures from elsewhere it asks for."""
    chosen = (line.message for line in lines if line.message and line.message.id == asked.formatted)
    message = next(chosen, None)
    if message is None or not message.has_markup or message.removed_at:
        return None
    cleaned: Cleaned = clean(await markup_of(lane, message.id), remote=asked.pictures)
    return Markup(cleaned.html), cleaned.remote  # noqa: S704  only what `clean` lets through


class Beside(msgspec.Struct, frozen=True):
    """What is known of the client whose conversation it is."""

    client: ClientView
    owner: Any
    runs_a_clock: bool
    yellow: int
    red: int
    tasks: list[Any]
    tabs: list[tuple[str, str, int]]
    """What waits at the client: route, words, how many."""


async def _beside(lane: Lane, client_id: UUID) -> Beside:
    at, asked = await here(lane), {"client_id": client_id}
    client = await client_view(lane, client_id)
    people = await ASSIGNMENTS.page(lane, Listed(limit=LONGEST_PAGE), sort="role", binds=asked)
    tasks = await TASKS.page(
        lane, Listed(limit=TASKS_SHOWN), sort="due_date", binds=asked, form=OF_CLIENT | {"open"}
    )
    waiting = [
        (tab.route, tab.words, await tab.waiting(lane, client_id)) for tab in client_tabs() if tab.waiting
    ]
    return Beside(
        client=client,
        owner=next((one for one in people.items if one.role == "owner"), None),
        runs_a_clock=at.pipeline.runs_a_clock(client.stage),
        yellow=at.pipeline.thresholds.yellow,
        red=at.pipeline.thresholds.red,
        tasks=tasks.items,
        tabs=[(route, words, count) for route, words, count in waiting if count],
    )


def put_off(now: datetime, zone: ZoneInfo) -> list[tuple[str, str, datetime]]:
    """Until when a conversation can be put aside by one press: name, words and the moment."""
    local = now.astimezone(zone)
    later = local + LATER_BY
    tomorrow = datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
    monday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), MORNING, zone)
    offered = [("tomorrow", "Tomorrow morning", tomorrow), ("monday", "Next Monday", monday)]
    if later.date() == local.date():
        offered.insert(0, ("later", "Later today", later))
    return offered


HANDLERS = [show_conversation, show_message]
