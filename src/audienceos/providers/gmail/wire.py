"""What Gmail's API says, as far as mail is read, watched and sent: one conversation with it for one account.

A token that it refuses is renewed once; a grant that is refused then, too, is lost. What can be tried again is
`Transient`, with the pause that Gmail asks for.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import msgspec

from audienceos.connections.actions.mail_accounts import MailAccount, lose_account, tokens_for
from audienceos.connections.ports import Permanent, Transient
from audienceos.platform.db.database import Database
from audienceos.platform.http.client import Answer, NoAnswer, TooLong, ask, kept_open
from audienceos.platform.settings import Settings
from audienceos.providers.google import as_object, told

ME = "/gmail/v1/users/me"
BUSY = frozenset(
    ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "backendError")
)
"""Reasons by which Gmail says 403 and means: later."""
PAUSE = 60  # seconds, where Gmail asks for a pause and doesn't say how long
SECONDS = 10.0
LONG_SECONDS = 90.0
USUAL_BYTES, LONGEST_BYTES = 6_000_000, 60_000_000
"""Of an answer that holds a mail; one that is longer than usual is fetched alone."""
REFUSED = "Google doesn't accept the grant any more"


class Service(msgspec.Struct, frozen=True):
    """Where Gmail is, and how it reaches us."""

    base: str
    topic: str = ""
    """Where Gmail publishes that something came; empty where nothing does."""
    seconds: float = SECONDS


class Found(msgspec.Struct, frozen=True):
    """A mail as Gmail keeps it."""

    id: str
    thread: str
    labels: frozenset[str]
    raw: bytes | None
    """None where its bytes can't be made out."""


def service_of(settings: Settings) -> Service:
    """Gmail, as the settings have it."""
    return Service(base=settings.gmail_url.rstrip("/"), topic=settings.gmail_topic)


class Line:
    """A conversation with Gmail for one account."""

    def __init__(
        self, service: Service, database: Database, account: MailAccount, client: httpx.AsyncClient
    ) -> None:
        self.service = service
        self.account = account
        self._database = database
        self._client = client
        self._alone = asyncio.Lock()

    async def say(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        most_bytes: int = USUAL_BYTES,
        seconds: float | None = None,
    ) -> Answer:
        """Gmail's answer, whatever it says but for refused tokens and pleas for a pause.

        Raises `NoAnswer` as `ask` does, `Transient` where it is to be tried later, `Permanent` where the grant is lost.
        """
        for anew in (False, True):
            tokens = await tokens_for(self._database, self.account, anew=anew)
            answer = await ask(
                method,
                self.service.base + ME + path,
                params=params,
                json=json,
                headers={"Authorization": f"Bearer {tokens.access.reveal()}"},
                seconds=seconds or self.service.seconds,
                most_bytes=most_bytes,
                over=self._client,
            )
            if answer.status != 401:
                _raise_if_busy(answer)
                return answer
        await lose_account(self._database, self.account, REFUSED)
        raise Permanent(REFUSED, "unauthenticated")

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        """The object there. Raises `Transient` and `Permanent`."""
        answer = await self.tried("GET", path, params=params)
        if not answer.ok:
            raise refused(answer)
        return as_object(answer)

    async def history(self, since: str, page: str = "") -> dict[str, Any] | None:
        """What happened after that place, the oldest first, as far as one answer tells; None where the place is too old
        for Gmail to know. Raises `Transient` and `Permanent`.
        """
        params = {"startHistoryId": since, "maxResults": "500"} | ({"pageToken": page} if page else {})
        answer = await self.tried("GET", "/history", params=params)
        if answer.status in (400, 404):
            return None
        if not answer.ok:
            raise refused(answer)
        return as_object(answer)

    async def listing(self, asked: Mapping[str, str], page: str = "") -> dict[str, Any] | None:
        """A page of mails, the newest first; None for one that Gmail no longer knows. Raises `Transient` and `Permanent`."""
        params = {**asked, "pageToken": page} if page else asked
        answer = await self.tried("GET", "/messages", params=params)
        if page and answer.status == 400:
            return None
        if not answer.ok:
            raise refused(answer)
        return as_object(answer)

    async def mail(self, mail_id: str) -> Found | None:
        """One mail with its bytes; None for one that is gone meanwhile. Raises `Transient` and `Permanent`."""
        asked: dict[str, Any] = {"params": {"format": "raw"}}
        try:
            answer = await self.tried("GET", f"/messages/{mail_id}", **asked)
        except TooLong:
            answer = await self._long(mail_id, asked)
        if answer is None:
            return Found(mail_id, "", frozenset(), None)
        if answer.status == 404:
            return None
        if not answer.ok:
            raise refused(answer)
        return _found(mail_id, as_object(answer))

    async def _long(self, mail_id: str, asked: dict[str, Any]) -> Answer | None:
        """A long mail: of such only one is held at a time. None for one that is longer than any mail may be."""
        given = asked | {"most_bytes": LONGEST_BYTES, "seconds": LONG_SECONDS}
        async with self._alone:
            try:
                return await self.tried("GET", f"/messages/{mail_id}", **given)
            except TooLong:
                return None

    async def tried(self, method: str, path: str, **given: Any) -> Answer:
        """As `say`, and `Transient` where nobody answers. Raises `TooLong`, too."""
        try:
            return await self.say(method, path, **given)
        except TooLong:
            raise
        except NoAnswer:
            raise Transient("Gmail doesn't answer") from None


@asynccontextmanager
async def line_to(service: Service, database: Database, account: MailAccount) -> AsyncGenerator[Line]:
    """A conversation for the length of the block."""
    async with kept_open(service.seconds) as client:
        yield Line(service, database, account, client)


def refused(answer: Answer) -> Transient | Permanent:
    """What a refusal means; that the API is switched off is nothing that another grant would mend."""
    if answer.status == 403 and reason_of(answer) == "accessNotConfigured":
        return Permanent("The Gmail API isn't switched on in the app's project at Google Cloud", "api_off")
    return told(answer)


def reason_of(answer: Answer) -> str:
    """Why Gmail refused, in its own word; empty where it doesn't say."""
    try:
        error = answer.json().get("error")
    except NoAnswer:
        return ""
    if not isinstance(error, dict):
        return ""
    said = cast("dict[str, Any]", error)
    listed = cast("list[Any]", said.get("errors") or [])
    first = cast("dict[str, Any]", listed[0]) if listed and isinstance(listed[0], dict) else {}
    return str(first.get("reason") or said.get("status") or "")[:100]


def message_of(answer: Answer) -> str:
    """What Gmail says of it in a sentence, to be compared and never shown."""
    try:
        error = answer.json().get("error")
    except NoAnswer:
        return ""
    return str(cast("dict[str, Any]", error).get("message") or "") if isinstance(error, dict) else ""


def _raise_if_busy(answer: Answer) -> None:
    if answer.status == 429 or (answer.status == 403 and reason_of(answer) in BUSY):
        raise Transient("Gmail asks for a pause", answer.retry_after or PAUSE)


def _found(mail_id: str, said: dict[str, Any]) -> Found:
    labels = frozenset(map(str, said.get("labelIds") or ()))
    return Found(mail_id, str(said.get("threadId") or ""), labels, _bytes(said.get("raw")))


def _bytes(text: object) -> bytes | None:
    if not isinstance(text, str):
        return None
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
