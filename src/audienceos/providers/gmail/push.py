"""What Pub/Sub sends when Gmail has something to tell: proven, turned into a job, and acknowledged.

What comes names a mailbox and says no more than that something happened there; the job asks Gmail what. So what comes
twice, late or out of order does no harm. A mailbox that is nobody's here is acknowledged like any other.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from typing import Any

import msgspec
from google.auth.exceptions import TransportError
from litestar import Request, post

from audienceos.connections.actions.mail_accounts import GMAIL, account_at
from audienceos.connections.actions.syncing import queue_sync
from audienceos.platform.actor import system_of
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import Unauthenticated, Unavailable
from audienceos.platform.settings import Settings
from audienceos.platform.web.requests import database_of
from audienceos.platform.web.webhooks import MOST_BYTES, WEBHOOK
from audienceos.providers.gmail.jobs import settings_kept
from audienceos.providers.gmail.proving import Certificates, Pusher, is_proven

PATH = "/webhooks/gmail"
LONGEST_ADDRESS = 200
Asked = Request[Any, Any, Any]
_certificates = Certificates()


class Message(msgspec.Struct, frozen=True):
    """One message of Pub/Sub."""

    data: str = ""


class Envelope(msgspec.Struct, frozen=True):
    """What Pub/Sub sends."""

    message: Message
    subscription: str


class Notice(msgspec.Struct, frozen=True, rename="camel"):
    """What Gmail says in it."""

    email_address: str


@post(
    PATH,
    name="gmail-push",
    include_in_schema=False,
    status_code=204,
    opt=WEBHOOK,
    request_max_body_size=MOST_BYTES,
)
async def be_told(request: Asked) -> None:
    """Queue a reading of the mailbox that is named. Raises `Unavailable` where nothing says who may push, and
    `Unauthenticated` for whoever proves nothing.
    """
    settings = settings_kept()
    if not settings.gmail_push_subscription or not settings.gmail_push_account:
        raise Unavailable("Nothing says here who may push.", code="unset_secret")
    await _check(request, pusher_of(settings))
    said = _envelope(await request.body())
    if said is not None and said.subscription != settings.gmail_push_subscription:
        raise Unauthenticated("That subscription isn't ours.")
    address = _address(said)
    if address:
        await _queue(request, address)


def pusher_of(settings: Settings) -> Pusher:
    """Who may push; for whom it is signed is our own address unless the settings say otherwise."""
    ours = settings.gmail_push_audience or settings.url.rstrip("/") + PATH
    return Pusher(settings.gmail_push_account, ours, settings.google_certs_url)


async def _check(request: Asked, pusher: Pusher) -> None:
    token = visit_of(request).token or ""
    try:
        proven = await asyncio.to_thread(is_proven, token, pusher, _certificates)
    except TransportError:
        raise Unavailable("Google's certificates can't be had just now.") from None
    if not proven:
        raise Unauthenticated("This isn't signed by Google for us, or not any more.")


def _envelope(body: bytes) -> Envelope | None:
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (ValueError, RecursionError):
        return None


def _address(said: Envelope | None) -> str:
    """The mailbox; empty for what says nothing of any. It is acknowledged all the same, or it would come for days."""
    try:
        data = b64decode(said.message.data, validate=True) if said else b""
        address = msgspec.json.decode(data, type=Notice).email_address
    except (binascii.Error, ValueError, RecursionError):
        return ""
    return address if len(address) <= LONGEST_ADDRESS and "\0" not in address else ""


async def _queue(request: Asked, address: str) -> None:
    database = database_of(request)
    account = await account_at(database, address)
    if account is None:
        return
    async with database.acting(Claims(system_of(account.agency_id))) as db:
        queue_sync(db, GMAIL, {name: str(value) for name, value in account.named.items()})


HANDLERS = [be_told]
