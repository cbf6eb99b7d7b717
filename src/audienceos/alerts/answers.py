"""What this room answers when clients merge or are taken out, and at which events an agency is looked at anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from audienceos.agency.ports import answer_badge
from audienceos.alerts.actions.doing import answer_own_doings
from audienceos.alerts.actions.merging import come_along
from audienceos.alerts.facts import answer_own
from audienceos.alerts.queries.listing import active_alerts
from audienceos.clients.ports import Told, export_clients, on_merge, tell_activity
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.events.recording import Happening, subscribe
from audienceos.platform.jobs.queueing import Job

EVALUATE = "alerts.evaluate"
SETTLED = timedelta(seconds=20)
"""So long after something happened the agency is looked at: what comes in a row is looked at once."""
BEARING = (
    "client.moved",
    "client.archived",
    "client.reactivated",
    "client.deleted",
    "client.merged",
    "client.note_added",
    "task.completed",
    "task.changed",
    "task.removed",
    "ticket.created",
    "ticket.changed",
    "ticket.came",
    "ticket.moved",
    "ticket.resolved",
    "ticket.deleted",
    "conversation.received",
    "conversation.sent",
    "conversation.matched",
    "conversation.decided",
    "conversation.waited",
    "import.finished",
    "import.failed",
    "integration.lost",
    "integration.connected",
    "integration.disconnected",
    "agency.changed",
    "alert_rule.changed",
)
"""Events after which something may be wrong, or no longer is."""

_EXPORT = """
select to_jsonb(a) - '{agency_id}'::text[] as row from alert a
 where a.agency_id = $1 and a.client_id in (
   select id from client where agency_id = $1 and (id = $2 or merged_into = $2))
 order by a.created_at, a.id"""


def _over(data: Json) -> str:
    by_person = data.get("how") == "resolved"
    return f"{'resolved' if by_person else 'is rid of'} the alert {data.get('name')}"


TOLD: dict[str, Told] = {
    "alert.raised": lambda data: f"has an alert: {data.get('name')}",
    "alert.dismissed": lambda data: f"dismissed the alert {data.get('name')}",
    "alert.resolved": _over,
    "alert.approved": lambda data: f"approved: {data.get('action')}",
}
"""What a client's timeline tells of its alerts; the rest stands at the alert itself."""


def look_again(actor: Actor, happening: Happening) -> list[Job]:
    """One look at the agency for all that happens in a row."""
    return [Job(name=EVALUATE, key=EVALUATE, after=SETTLED)]


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """All alerts of the client (`clients.ports.ClientExport`)."""
    rows = await lane.raw.fetch(f"select row::text from ({_EXPORT}) as e", lane.actor.agency_id, client_id)  # noqa: S608  ours
    return {"alert": [msgspec.json.decode(row[0]) for row in rows]}


def answer_ports() -> None:
    """Register them, once a process."""
    answer_own()
    answer_own_doings()
    on_merge(come_along)
    export_clients(exported)
    tell_activity(TOLD)
    answer_badge("alerts", active_alerts)
    for name in BEARING:
        if name not in _heard:
            _heard.add(name)
            subscribe(name, look_again)


_heard: set[str] = set()
"""Events that are listened to already in this process."""
