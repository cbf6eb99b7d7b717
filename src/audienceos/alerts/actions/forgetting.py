"""Conversations are deleted that alerts quote: what was said in them is gone from the alerts too, closed ones not spared."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from audienceos.alerts.models import Alert
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db

GONE = "The messages that this rests on have been deleted."
_QUOTING = """
select id from alert
 where agency_id = $1 and exists (
   select 1 from jsonb_array_elements(coalesce(metadata->'evidence', '[]')) as said
    where said->>'id' = any($2::text[]))
 order by id"""


async def forget_words(db: Db, conversations: Sequence[UUID]) -> None:
    """Take out what these conversations said (`inbox.actions.quoting.WordsGone`). An open alert whose cause is still there says
    anew what it rests on when the agency is next looked at.
    """
    named = [str(one) for one in conversations]
    rows = await (await db.raw()).fetch(_QUOTING, db.actor.agency_id, named)
    mine = (Alert.agency_id == db.actor.agency_id, Alert.id.in_([row[0] for row in rows]))
    query = select(Alert).where(*mine).order_by(Alert.id).with_for_update()
    for alert in await db.scalars(query.execution_options(populate_existing=True)):
        alert.description = GONE
        alert.context = _without_words(alert.context or {})
    await db.flush()


def _without_words(kept: Json) -> Json:
    """No evidence, and of what was suggested only what somebody has decided on, without the names that it was made of."""
    decided = [one | {"params": {}} for one in kept.get("suggested_actions", []) if one["status"] != "open"]
    return kept | {"evidence": [], "suggested_actions": decided}
