"""How long clients may wait for a reply: set by the agency's admins."""

from __future__ import annotations

from msgspec import UNSET, structs
from sqlalchemy import select, update

from audienceos.agency.access import require_admin
from audienceos.inbox.actions.threads import hold_inbox
from audienceos.inbox.forms import InboxLimitsPatch
from audienceos.inbox.models import Conversation, InboxSetting
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version


async def change_limits(db: Db, patch: InboxLimitsPatch, version: int) -> InboxSetting:
    """Lay the given limits over those that there are; what waits is judged by them within a minute.

    Raises `Forbidden` for who is no admin, `Stale` when somebody saved since that version, `Invalid` at `risk_hours`
    where the second limit would come before the first.
    """
    require_admin(db.actor, "change how long clients may wait")
    await hold_inbox(db)
    mine = InboxSetting.agency_id == db.actor.agency_id
    query = select(InboxSetting).where(mine).execution_options(populate_existing=True)
    limits = (await db.scalars(query)).one()
    check_version(limits, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    before = {name: getattr(limits, name) for name in given if getattr(limits, name) != given[name]}
    if given.get("risk_hours", limits.risk_hours) < given.get("watch_hours", limits.watch_hours):
        raise Invalid.at("risk_hours", "Give at least as many hours as for the first limit")
    if not before:
        return limits
    for name in before:
        setattr(limits, name, given[name])
    limits.version += 1
    after = {name: given[name] for name in before}
    await record(db, "inbox_limits.changed", "inbox_limits", limits.agency_id, before=before, after=after)
    await look_again(db)
    return limits


async def look_again(db: Db) -> None:
    """Hours, zone or limits changed (`agency.ports.LimitsChange`): what waits is due; the sweep takes it."""
    waiting = (Conversation.agency_id == db.actor.agency_id, Conversation.needs_reply)
    due = update(Conversation).where(*waiting).values(look_at=clock.now())
    await db.execute(due.execution_options(synchronize_session=False))
