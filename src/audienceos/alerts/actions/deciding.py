"""Say yes or no to what an alert suggests, and pass it on. What is approved is done as the person who approved it."""

from __future__ import annotations

from uuid import UUID

from audienceos.alerts.access import alert_for
from audienceos.alerts.actions.ending import check, may
from audienceos.alerts.actions.telling import tell, tell_client
from audienceos.alerts.forms import EscalationIn
from audienceos.alerts.models import Alert
from audienceos.alerts.ports import doing_of
from audienceos.alerts.rules import section_of
from audienceos.clients.queries.people import ASSIGNMENTS
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import lane_of

TICKET = "open_ticket"
TITLE = 200


async def approve(db: Db, alert_id: UUID, which: int) -> Alert:
    """Do what the alert suggests, the `which`th of its suggestions, once. Approving it again changes nothing.

    Raises `NotFound`; `Conflict` for a closed alert, a suggestion that isn't there or was rejected; and whatever the
    act itself raises for this person.
    """
    alert, chosen = await _chosen(db, alert_id, which)
    if chosen["status"] == "approved":
        return alert
    check(alert, "decide")
    if chosen["status"] == "rejected":
        raise Conflict("It was rejected already.", code="decided")
    came_of_it = await _do(db, alert, chosen["kind"], chosen["params"])
    alert.acted_at = alert.acted_at or clock.now()
    _decide(db, alert, which, "approved", came_of_it)
    await tell(db, "alert.approved", alert, action=chosen["words"], result=came_of_it)
    await tell_client(db, alert.client_id)
    return alert


async def reject(db: Db, alert_id: UUID, which: int) -> Alert:
    """Say no to a suggestion; the alert stays. Rejecting it again changes nothing.

    Raises `NotFound`; `Conflict` for a closed alert, a suggestion that isn't there or was approved.
    """
    alert, chosen = await _chosen(db, alert_id, which)
    if chosen["status"] == "rejected":
        return alert
    check(alert, "decide")
    if chosen["status"] == "approved":
        raise Conflict("It was approved, and is done.", code="decided")
    _decide(db, alert, which, "rejected", {})
    await tell(db, "alert.rejected", alert, action=chosen["words"])
    return alert


async def escalate(db: Db, alert_id: UUID, data: EscalationIn) -> Alert:
    """Pass it on: a ticket of the category escalation, for the client's owner. Passing it on again changes nothing.

    Raises `NotFound`; `Conflict` for a closed alert, and for one without a client.
    """
    alert = await may(db, alert_id, "escalate")
    if (alert.context or {}).get("escalation"):
        return alert
    if alert.client_id is None:
        raise Conflict("It is about no client, so there is nobody to pass it on to.", code="no_client")
    asked = {
        "title": alert.title[:TITLE],
        "description": "\n\n".join(filter(None, (alert.description, data.note))),
        "category": "escalation",
        "priority": alert.severity,
        "assignee_id": await _owner(db, alert.client_id),
    }
    came_of_it = await _do(db, alert, TICKET, asked)
    alert.acted_at = alert.acted_at or clock.now()
    alert.status, alert.snoozed_until = "active", None
    told = {"by": str(db.actor.person), "at": clock.now().isoformat()} | came_of_it
    alert.context = (alert.context or {}) | {"escalation": told}
    await tell(db, "alert.escalated", alert, how="passed_on", note=data.note, **came_of_it)
    await tell_client(db, alert.client_id)
    return alert


async def _chosen(db: Db, alert_id: UUID, which: int) -> tuple[Alert, Json]:
    alert = await alert_for(db, alert_id, to="change")
    suggestions = (alert.context or {}).get("suggested_actions", [])
    if which > len(suggestions):
        raise Conflict(f"It has {len(suggestions)} suggestions.", code="no_such_suggestion")
    return alert, suggestions[which - 1]


async def _do(db: Db, alert: Alert, kind: str, params: dict[str, str]) -> dict[str, str]:
    doing = doing_of(kind)
    if doing is None or alert.client_id is None:
        raise Conflict("Nothing here can do that.", code="cannot_be_done")
    return await doing(db, alert.client_id, params)


def _decide(db: Db, alert: Alert, which: int, status: str, came_of_it: dict[str, str]) -> None:
    kept = alert.context or {}
    decided = {
        "status": status,
        "by": str(db.actor.person),
        "at": clock.now().isoformat(),
        "result": came_of_it,
    }
    suggestions = [
        one | decided if at == which - 1 else one for at, one in enumerate(kept["suggested_actions"])
    ]
    alert.context = kept | {"suggested_actions": suggestions}
    waits = any(one["is_sensitive"] and one["status"] == "open" for one in suggestions)
    alert.section = section_of(alert.severity, waits_for_a_yes=waits)


async def _owner(db: Db, client_id: UUID) -> str:
    """Who owns the client; empty for nobody."""
    first = Listed(limit=1)
    found = await ASSIGNMENTS.page(await lane_of(db), first, sort="role", binds={"client_id": client_id})
    return next((str(row.user_id) for row in found.items if row.role == "owner"), "")
