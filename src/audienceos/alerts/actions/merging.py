"""A client turned out to be another: its alerts are that one's from now on, open ones too.

An alert's key names its client, so it is named anew: the next look knows it again, and neither tells of it a second time
nor wakes what was put off, nor raises what was dismissed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import aliased

from audienceos.alerts.actions.telling import close, tell_client
from audienceos.alerts.models import Alert, AlertDoubt
from audienceos.alerts.rules import OPEN, Closing
from audienceos.platform.db.sessions import Db

QUIETLY = {"synchronize_session": False}


async def come_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """Have the other's alerts and doubts hang from the client that stays (`clients.ports.ClientMerge`).

    Where both had the same open one, that of the client that stays goes on and the other's ends.
    """
    for twin in await db.scalars(_twins(db, stays_id, other_id)):
        twin.client_id = stays_id
        await close(db, twin, "resolved", Closing(how="merged"))
    await db.flush()
    mine = (Alert.agency_id == db.actor.agency_id, Alert.client_id == other_id)
    named = {"client_id": stays_id, "key": _named_anew(Alert.key, stays_id, other_id)}
    await db.execute(update(Alert).where(*mine).values(named).execution_options(**QUIETLY))
    await _doubts(db, stays_id, other_id)
    for client_id in (stays_id, other_id):
        await tell_client(db, client_id)


def _twins(db: Db, stays_id: UUID, other_id: UUID) -> Any:
    """The other's open alerts that the client that stays has an open one of, too."""
    theirs = aliased(Alert)
    same = exists().where(
        theirs.agency_id == db.actor.agency_id,
        theirs.status.in_(OPEN),
        theirs.key == _named_anew(Alert.key, stays_id, other_id),
    )
    mine = (Alert.agency_id == db.actor.agency_id, Alert.client_id == other_id, Alert.status.in_(OPEN))
    return select(Alert).where(*mine, same).order_by(Alert.id).with_for_update(of=Alert)


async def _doubts(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """Doubts too; one that both had keeps its old name, under which nothing is seen any more."""
    theirs = aliased(AlertDoubt)
    name = _named_anew(AlertDoubt.key, stays_id, other_id)
    known = exists().where(theirs.agency_id == db.actor.agency_id, theirs.key == name)
    mine = (AlertDoubt.agency_id == db.actor.agency_id, AlertDoubt.client_id == other_id)
    for condition, values in (
        (~known, {"client_id": stays_id, "key": name}),
        (known, {"client_id": stays_id}),
    ):
        changed = update(AlertDoubt).where(*mine, condition).values(values)
        await db.execute(changed.execution_options(**QUIETLY))


def _named_anew(key: Any, stays_id: UUID, other_id: UUID) -> ColumnElement[str]:
    return func.replace(key, str(other_id), str(stays_id))
