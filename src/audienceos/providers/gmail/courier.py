"""Answers that leave through Gmail: as mails of our own making, in their threads.

What Gmail refuses hasn't left; where it was gone after it had the words, nobody knows until it is asked. It is asked by
the mail's own Message-ID, and by the thread, since Gmail has been seen to put an id of its own in the place of ours.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from audienceos.connections.actions.mail_accounts import mail_account
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.ports import Correspondent, Leaving, Left, NotLeft, Unsure
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.errors import Invalid
from audienceos.platform.http.client import Answer, NoAnswer, NotReached
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.writing.answer import Answered, reply_mail
from audienceos.providers.gmail.mails import SENT, thread_key, thread_of
from audienceos.providers.gmail.wire import Line, Service, line_to, message_of
from audienceos.providers.google import as_object

SETTLES = timedelta(minutes=1)
"""So long Gmail's search may not know what was just sent."""
OURS, THEIRS = "X-Google-Original-Message-ID", "Message-ID"
HEADERS = f"metadataHeaders={THEIRS}&metadataHeaders={OURS}&metadataHeaders=Date"
LONG_SECONDS = 60.0
AWAY = "Gmail doesn't answer"
MAY_HAVE = "Gmail took the mail and didn't say whether it left"
RECONNECT = "Gmail has to be connected again before this can leave"


class GmailCourier:
    """Takes answers to Gmail (`inbox.ports.Courier`)."""

    def __init__(self, service: Service, *, seconds: float = LONG_SECONDS) -> None:
        self._service = service
        self._seconds = seconds

    async def send(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left:
        """Have it leave, in its thread where Gmail knows that. Raises `NotLeft` and `Unsure`."""
        try:
            account = await mail_account(database, agency_id, leaving.account_id)
            raw = _mail(leaving, account.address)
            async with line_to(self._service, database, account) as line:
                thread = thread_of(leaving.thread_key)
                answer = await self._sent(line, raw, thread)
                if thread and answer.status in (400, 404) and _is_about_the_thread(answer):
                    answer = await self._sent(
                        line, raw, ""
                    )  # another mailbox's thread: its references hold it
                said = _told(answer)
                return await _left(line, leaving, str(said.get("id") or ""), str(said.get("threadId") or ""))
        except Permanent:
            raise NotLeft(RECONNECT, for_good=True) from None
        except Transient as away:
            raise NotLeft(str(away), for_good=False, retry_after=away.retry_after) from None

    async def seek(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left | None:
        """Whether it has left, asked of Gmail's search and of the thread. Raises `NotLeft` where it can't be asked, or
        where Gmail may not know yet.
        """
        try:
            account = await mail_account(database, agency_id, leaving.account_id)
            async with line_to(self._service, database, account) as line:
                found = await _found(line, leaving)
                if found is not None:
                    return await _left(line, leaving, *found)
        except Permanent:
            raise NotLeft(RECONNECT, for_good=True) from None
        except Transient as away:
            raise NotLeft(str(away), for_good=False, retry_after=away.retry_after) from None
        settled = leaving.written_at + SETTLES - clock.now()
        if settled > timedelta(0):
            wait = int(settled.total_seconds()) + 1
            raise NotLeft("Gmail may not have found it yet", for_good=False, retry_after=wait)
        return None

    async def _sent(self, line: Line, raw: bytes, thread: str) -> Answer:
        body = {"raw": urlsafe_b64encode(raw).decode()} | ({"threadId": thread} if thread else {})
        try:
            return await line.say("POST", "/messages/send", json=body, seconds=self._seconds)
        except NotReached:
            raise NotLeft(AWAY, for_good=False) from None
        except NoAnswer:
            raise Unsure(MAY_HAVE) from None


def _mail(leaving: Leaving, address: str) -> bytes:
    """The mail's bytes. Raises `NotLeft` where it can't be one."""
    parent = leaving.parent
    answered = Answered(
        message_id=parent.message_id,
        references=parent.references,
        subject=parent.subject,
        sender=_box(parent.sender) if parent.sender.address else None,
        date=parent.sent_at,
        text=parent.text,
    )
    sender = leaving.sender if leaving.sender.address else Correspondent(address=address)
    try:
        return reply_mail(
            answered=answered,
            sender=_box(sender),
            to=[_box(one) for one in leaving.to],
            cc=[_box(one) for one in leaving.cc],
            text=leaving.text,
            message_id=leaving.message_id,
            date=leaving.written_at,
            quotes=leaving.quotes,
        )
    except Invalid as wrong:
        raise NotLeft(wrong.faults[0].message, for_good=True) from None


def _told(answer: Answer) -> dict[str, Any]:
    """What Gmail made of the mail. Raises `NotLeft` for what it refused, `Unsure` where it had trouble with it."""
    if answer.ok:
        try:
            return as_object(answer)
        except Transient:
            raise Unsure(MAY_HAVE) from None
    if answer.status >= 500:
        raise Unsure(MAY_HAVE)
    if answer.status == 400 and "To header" in message_of(answer):
        raise NotLeft("Gmail doesn't accept one of the addresses", for_good=True)
    if answer.status == 413:
        raise NotLeft("It is too long for Gmail", for_good=True)
    raise NotLeft("Gmail refuses this mail", for_good=True)


def _is_about_the_thread(answer: Answer) -> bool:
    return answer.status == 404 or "thread" in message_of(answer).lower()


async def _found(line: Line, leaving: Leaving) -> tuple[str, str] | None:
    """The mail's id and its thread's, where it is among what was sent."""
    said = await line.get("/messages", q=f"rfc822msgid:{leaving.message_id}", includeSpamTrash="true")
    for one in cast("list[dict[str, Any]]", said.get("messages") or []):
        return str(one["id"]), str(one.get("threadId") or "")
    thread = thread_of(leaving.thread_key)
    if not thread:
        return None
    answer = await line.tried("GET", f"/threads/{thread}?format=metadata&{HEADERS}")
    mails = cast("list[dict[str, Any]]", as_object(answer).get("messages") or []) if answer.ok else []
    for one in mails:
        if SENT in (one.get("labelIds") or ()) and _header(one, OURS) == leaving.message_id:
            return str(one["id"]), thread
    return None


async def _left(line: Line, leaving: Leaving, mail_id: str, thread: str) -> Left:
    """What is known of what left: its Message-ID as Gmail has it, so that it is known again when it is read."""
    message_id = leaving.message_id
    try:
        answer = await line.tried("GET", f"/messages/{mail_id}?format=metadata&{HEADERS}")
        if answer.ok:
            message_id = _header(as_object(answer), THEIRS) or message_id
    except (Transient, Permanent):
        pass  # it has left; that Gmail doesn't tell more of it changes nothing
    origin: Json = {name: str(value) for name, value in line.account.named.items()} | {"gmail_id": mail_id}
    return Left(
        message_id=message_id,
        thread_key=thread_key(thread),
        sent_at=clock.now(),
        origin=origin,
    )


def _header(mail: dict[str, Any], name: str) -> str:
    payload = cast("dict[str, Any]", mail.get("payload") or {})
    for one in cast("list[dict[str, Any]]", payload.get("headers") or []):
        if str(one.get("name")).lower() == name.lower():
            return str(one.get("value") or "").strip().strip("<>")
    return ""


def _box(one: Correspondent) -> Mailbox:
    return Mailbox(name=one.name, address=one.address)
