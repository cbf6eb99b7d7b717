"""What is recorded of answers. Open pages hear of it as of their conversation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audienceos.inbox.models.answers import Outgoing
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record

TOPIC = "conversation"


async def tell_answer(db: Db, name: str, row: Outgoing, *, by_itself: bool = False) -> None:
    """Record what became of an answer: done by the actor, or `by_itself`, and then its author is told.

    It says nothing that the answered message says, since events outlive messages.
    """
    said: dict[str, Any] = {
        "by": row.account_kind,
        "author_id": str(row.author_id),
        "answer_id": str(row.id),
        "leaves_at": row.leaves_at.isoformat(),
        "code": row.reason_code,
        "reason": row.reason,
    }
    actor = system_of(db.actor.agency_id) if by_itself else None
    await record(
        db,
        name,
        "conversation",
        row.conversation_id,
        client_id=row.client_id,
        actor=actor,
        topic=TOPIC,
        **said,
    )


async def tell_overridden(db: Db, row: Outgoing, overrides: Iterable[Json]) -> None:
    """Record each stop that its author overrode: what, whose, and why. For admins, since it names another client."""
    for said in overrides:
        if said["severity"] == "stop":
            what = {name: said[name] for name in ("kind", "where", "what", "sentence", "client_id", "reason")}
            await record(
                db,
                "answer.overridden",
                "conversation",
                row.conversation_id,
                client_id=row.client_id,
                topic=TOPIC,
                after=what,
                by=row.account_kind,
                answer_id=str(row.id),
            )
