"""An admin says that a client is healthy, whatever the rules find: for some days, or until a new cause of risk."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from audienceos.agency.access import ground_for, require_admin
from audienceos.clients.access import client_for
from audienceos.clients.actions.judging import acted, end_override, rejudge
from audienceos.clients.forms import OverrideIn
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record


async def override_health(db: Db, client_id: UUID, data: OverrideIn) -> Client:
    """Call the client healthy from now on for so many days; one that was called so already begins anew.

    Only for admins. Raises `NotFound`, `Forbidden`, `Conflict` for an archived client, which isn't judged.
    """
    ground = await ground_for(db)
    client = await client_for(db, client_id, to="change")
    require_admin(db.actor, "override a client's health")
    if not client.is_active:
        raise Conflict("An archived client isn't judged. Bring it back first.", code="archived")
    await rejudge(db, client, ground)  # what is known by now is no new cause in a minute
    client.health_override, client.health_override_by = "green", db.actor.person
    client.health_override_reason = data.reason
    client.health_override_until = until = clock.now() + timedelta(days=data.days)
    await record(
        db,
        "client.health_overridden",
        "client",
        client.id,
        client_id=client.id,
        name=client.name,
        reason=data.reason,
        until=until.isoformat(),
    )
    await acted(db, client, ground)
    return client


async def remove_override(db: Db, client_id: UUID) -> Client:
    """Let the rules speak again; where they do, nothing changes. Only for admins. Raises `NotFound`, `Forbidden`."""
    client = await client_for(db, client_id, to="change")
    require_admin(db.actor, "override a client's health")
    if client.health_override_until is None:
        return client
    end_override(client)
    await record(
        db, "client.override_ended", "client", client.id, client_id=client.id, name=client.name, why="removed"
    )
    await acted(db, client)
    return client
