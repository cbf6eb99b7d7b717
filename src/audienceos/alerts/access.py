"""The only door to an alert and to what stands beside it.

An alert hangs from its client: who doesn't see the client isn't told of it. One without a client is the agency's, and
for admins alone.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, or_, select

from audienceos.alerts.models import Alert, AlertDoubt, AlertRule, AlertWatch
from audienceos.clients.access import client_for, clients_beside
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.db.read import AGENCY
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound

Intent = Literal["read", "change"]


def alerts_beside(client: Subquery, *, is_admin: bool) -> Select[Alert]:
    """Every alert of those clients (`clients_beside`), and for admins the agency's own. Binds :agency_id, :user_id."""
    of_client = (client.c.agency_id == Alert.agency_id) & (client.c.id == Alert.client_id)
    seen: ColumnElement[bool] = client.c.id.is_not(None)
    theirs = or_(seen, Alert.client_id.is_(None)) if is_admin else seen
    return select(Alert).outerjoin(client, of_client).where(Alert.agency_id == AGENCY, theirs)


def alerts_seen(sight: Sight, *, is_admin: bool) -> Select[Alert]:
    """Every alert that the reader may see. Binds :agency_id, :user_id."""
    return alerts_beside(clients_beside(sight), is_admin=is_admin)


async def alert_for(db: Db, alert_id: UUID, *, to: Intent = "read") -> Alert:
    """One alert. To be changed it is locked, its client before it, so that no two cross. Raises `NotFound`."""
    actor = db.actor
    query = alerts_seen(actor.sight, is_admin=actor.is_admin).where(Alert.id == alert_id)
    found = query.params(**binds_of(actor)).execution_options(populate_existing=True)
    alert = await db.scalar(found)
    if alert is None:
        raise NotFound("alert")
    if to == "read":
        return alert
    if alert.client_id is not None:
        await client_for(db, alert.client_id, to="change")
    return await locked(db, alert.id)


async def locked(db: Db, alert_id: UUID) -> Alert:
    """The alert's row, locked and as it is now. Who calls holds its client. Raises `NotFound`."""
    mine = (Alert.agency_id == db.actor.agency_id, Alert.id == alert_id)
    query = select(Alert).where(*mine).with_for_update().execution_options(populate_existing=True)
    alert = await db.scalar(query)
    if alert is None:
        raise NotFound("alert")
    return alert


def rules_switched(sight: Sight = "all") -> Select[AlertRule]:
    """What the agency's admins have said of rules. Binds :agency_id."""
    return select(AlertRule).where(AlertRule.agency_id == AGENCY)


def doubts_seen(sight: Sight = "all") -> Select[AlertDoubt]:
    """Findings that weren't sure enough. For admins alone. Binds :agency_id."""
    return select(AlertDoubt).where(AlertDoubt.agency_id == AGENCY)


def watches() -> Select[AlertWatch]:
    """When the agency is looked at next. Binds :agency_id."""
    return select(AlertWatch).where(AlertWatch.agency_id == AGENCY)


def binds_of(actor: Actor) -> dict[str, Any]:
    """What every select above binds."""
    return {"agency_id": actor.agency_id, "user_id": actor.user_id}
