"""What this room follows of the others, and what it answers when a client merges or is taken out."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.agency.ports import answer_badge
from audienceos.clients.ports import answer_watching, export_clients, on_merge
from audienceos.notifications.actions.merging import COME, come_along
from audienceos.notifications.actions.telling import follow
from audienceos.notifications.queries import unread, watches
from audienceos.notifications.rules import RULES
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.events.recording import Happening, subscribe
from audienceos.platform.jobs.queueing import Job

_ABOUT = "select id from client where agency_id = $1 and (id = $2 or merged_into = $2)"
_WATCHES = f"""
select (to_jsonb(w) - 'agency_id')::text from watch w
 where w.agency_id = $1 and w.client_id in ({_ABOUT}) order by w.id"""  # noqa: S608  its parts are this module's
_TOLD = f"""
select json_build_object('told_at', min(n.created_at), 'kind', n.kind, 'words', n.words, 'people', count(*))::text
  from notification n where n.agency_id = $1 and n.client_id in ({_ABOUT})
 group by n.key, n.kind, n.words order by min(n.created_at), n.key, n.words"""  # noqa: S608  as above

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
        subscribe("ticket.came", watch_there)
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


def watch_there(actor: Actor, happening: Happening) -> list[Job]:
    """A ticket is another client's: who watches it goes along, which is theirs and so nobody else's to change."""
    return [Job(name=COME, payload={"ticket_id": str(happening.subject_id)}, for_agency=True)]


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """Who watches the client, and what people were told of it: the words, when, and how many of them, since who read
    what is their own (`clients.ports.ClientExport`)."""
    asked = lane.actor.agency_id, client_id
    tables = {"watch": _WATCHES, "notification": _TOLD}
    return {
        name: [msgspec.json.decode(row[0]) for row in await lane.raw.fetch(query, *asked)]
        for name, query in tables.items()
    }
