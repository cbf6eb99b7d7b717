"""What this room follows of the others, and what it answers when a client merges or is taken out."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.agency.ports import answer_badge
from audienceos.clients.ports import answer_watching, export_clients, on_merge
from audienceos.notifications.actions.merging import come_along
from audienceos.notifications.actions.telling import follow
from audienceos.notifications.queries import unread, watches
from audienceos.notifications.rules import RULES
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.events.recording import Happening, subscribe
from audienceos.platform.jobs.queueing import Job

_EXPORT = """
select (to_jsonb(w) - 'agency_id')::text from watch w
 where w.agency_id = $1 and w.client_id in (select id from client where agency_id = $1 and (id = $2 or merged_into = $2))
 order by w.id"""

REPLAN = "notifications.replan"

_following: set[str] = set()


def answer_ports() -> None:
    """Register them, once a process."""
    answer_badge("notifications", unread)
    answer_watching(watches)
    on_merge(come_along)
    export_clients(exported)
    for name in {rule.event for rule in RULES} - _following:
        subscribe(name, follow)
    if not _following:
        subscribe("preference.changed", wish_anew)
        subscribe("agency.changed", zone_anew)
    _following.update(rule.event for rule in RULES)


def wish_anew(actor: Actor, happening: Happening) -> list[Job]:
    """Somebody wishes to be told otherwise: what waits for them is planned anew."""
    if not any(key.startswith("notifications.") for key in happening.data.get("keys", ())):
        return []
    person = str(happening.subject_id)
    return [Job(name=REPLAN, payload={"user_id": person}, key=f"{REPLAN}:{person}", for_agency=True)]


def zone_anew(actor: Actor, happening: Happening) -> list[Job]:
    """The agency lives in another zone, and who has said none of their own with it."""
    if "timezone" not in happening.data.get("fields", ()):
        return []
    return [Job(name=REPLAN, key=REPLAN, for_agency=True)]


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """Who watches the client (`clients.ports.ClientExport`). What each of them was told of it is their own."""
    rows = await lane.raw.fetch(_EXPORT, lane.actor.agency_id, client_id)
    return {"watch": [msgspec.json.decode(row[0]) for row in rows]}
