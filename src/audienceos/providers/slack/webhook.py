"""What Slack sends by itself (https://docs.slack.dev/apis/events-api): proven, kept as a job, and acknowledged.

The signature is over the bytes as they came, and is looked at before anything else is. An event whose job wasn't kept
isn't acknowledged, so Slack sends it again; one that comes twice waits once, and read twice it is the same message.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from audienceos.connections.actions.hearing import agency_spoken_to, signing_secret
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.auth.secrets import same
from audienceos.platform.db.base import Json
from audienceos.platform.errors import BadRequest, NotFound, Unauthenticated, Unavailable
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.sealing import Secret
from audienceos.platform.web.requests import addresses_of, database_of
from audienceos.platform.web.webhooks import WEBHOOK
from audienceos.providers.slack.hearing import HEAR, HEARD, RATE_LIMITED
from audienceos.providers.slack.values import as_list, as_object, as_text

MOST_BYTES = 1_000_000
"""A message of 40,000 characters, edited: twice itself, each as text and in blocks."""
OFF_SECONDS = 300
"""How old a request may be, or how far ahead of us its clock."""
UNSET = "Nothing is set up here that Slack could prove itself by."

Asked = Request[Any, Any, Any]


@post(
    "/webhooks/slack",
    name="slack-events",
    include_in_schema=False,
    status_code=200,
    opt=WEBHOOK,
    request_max_body_size=MOST_BYTES,
)
async def hear(request: Asked) -> Response[Any]:
    """The installation's own app tells something."""
    return await _heard(request, None)


@post(
    "/webhooks/slack/{slug:str}",
    name="slack-events-own",
    include_in_schema=False,
    status_code=200,
    opt=WEBHOOK,
    request_max_body_size=MOST_BYTES,
)
async def hear_own(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """An agency's own app tells something."""
    try:
        agency_id = (await addresses_of(request).at(slug)).agency_id
    except NotFound:
        raise Unavailable(UNSET, code="unset_secret") from None
    return await _heard(request, agency_id)


async def _heard(request: Asked, own_of: UUID | None) -> Response[Any]:
    database = database_of(request)
    secret = await signing_secret(database, "slack", own_of)
    if secret is None:
        raise Unavailable(UNSET, code="unset_secret")
    body = await request.body()
    if not is_signed(request.headers, body, secret):
        raise Unauthenticated("Slack's signature is missing, wrong or too old.")
    told = _opened(body)
    if told.get("type") == "url_verification":
        return Response({"challenge": as_text(told.get("challenge"), 1000)})
    if _is_wanted(told):
        agency_id = await agency_spoken_to(database, "slack", _teams(told), own_of)
        if agency_id is not None:
            async with database.serving() as db:
                later(db, _job(told), system_of(agency_id))
    return Response({})


def is_signed(headers: Any, body: bytes, secret: Secret) -> bool:
    """Whether Slack signed this body with that secret, within five minutes of now; compared in constant time."""
    stamp, shown = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > 12:
        return False
    said = f"v0:{stamp}:".encode() + body
    right = "v0=" + hmac.new(secret.reveal().encode(), said, hashlib.sha256).hexdigest()
    return same(right, shown) and abs(clock.now().timestamp() - int(stamp)) <= OFF_SECONDS


def _opened(body: bytes) -> Json:
    try:
        return as_object(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        raise BadRequest("The body isn't JSON.", code="bad_json") from None


def _is_wanted(told: Json) -> bool:
    kind = (
        as_object(told.get("event")).get("type") if told.get("type") == "event_callback" else told.get("type")
    )
    return kind in HEARD


def _teams(told: Json) -> list[str]:
    """The workspaces that it may be meant for: those in which our app is, which in a shared channel isn't the sender's."""
    named = [as_object(one).get("team_id") for one in as_list(told.get("authorizations"))[:5]]
    return [text for one in (*named, told.get("team_id")) if (text := as_text(one, 40))]


def _job(told: Json) -> Job:
    event = told.get("event") if told.get("type") == "event_callback" else {"type": RATE_LIMITED}
    name = as_text(told.get("event_id"), 60) or hashlib.sha256(msgspec.json.encode(told)).hexdigest()
    return Job(name=HEAR, payload={"event": event, "event_id": name}, key=f"{HEAR}:{name}")


HANDLERS = [hear, hear_own]
