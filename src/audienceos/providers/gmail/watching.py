"""Having Gmail say when something comes: it watches an account for a week at most, so it is asked anew each day.

Where it can't watch, since the installation has no topic or the agency's own app stands in another project than the
topic, the account is read every few minutes instead.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from audienceos.connections.actions.mail_accounts import MailAccount
from audienceos.inbox.actions.sources import place_read, source_of
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.providers.gmail.reading import named
from audienceos.providers.gmail.wire import Line, Service
from audienceos.providers.google import as_object

WATCH = "watch"
"""The part of a source's place that tells it."""


async def watch(database: Database, line: Line) -> bool:
    """Ask Gmail to watch the account; whether it does. Raises `Transient`, and `Permanent` where the grant is lost."""
    if not line.service.topic:
        return False
    answer = await line.tried("POST", "/watch", json={"topicName": line.service.topic})
    until: str | None = None
    if answer.ok:
        ends = datetime.fromtimestamp(int(as_object(answer)["expiration"]) / 1000, UTC)
        until = ends.isoformat()
    said: Json = {"topic": line.service.topic, "asked_at": clock.now().isoformat(), "until": until}
    async with database.acting(Claims(system_of(line.account.agency_id))) as db:
        source = await source_of(db, *named(line.account))
        await place_read(db, source, WATCH, said)
    return answer.ok


def is_watched(service: Service, place: Json, now: datetime) -> bool:
    """Whether Gmail says when something comes, as far as the account's place tells."""
    said: dict[str, Any] = place.get(WATCH) or {}
    until = said.get("until")
    same = bool(service.topic) and said.get("topic") == service.topic
    return same and until is not None and datetime.fromisoformat(until) > now


def is_new(service: Service, account: MailAccount, place: Json) -> bool:
    """Whether Gmail wasn't asked yet since access was granted: neither for this topic, nor with what came of it."""
    if not service.topic:
        return False
    said: dict[str, Any] = place.get(WATCH) or {}
    if said.get("topic") != service.topic:
        return True
    return account.granted_at is not None and datetime.fromisoformat(said["asked_at"]) < account.granted_at
