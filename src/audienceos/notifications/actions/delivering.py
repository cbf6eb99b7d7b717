"""What waits for a person leaves: alone, or several together in one mail. Each leaves once.

The mail is written in the transaction that marks its items, so that neither is there without the other. Whether it
has left stands in `mail_out`, where it is tried again and where admins see it until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from audienceos.agency.preferences import Preferences, preferences_of
from audienceos.agency.queries import here
from audienceos.notifications.actions.telling import Telling, case_of, tell_person
from audienceos.notifications.deciding import decide
from audienceos.notifications.letters import Base, letter_of
from audienceos.notifications.models import Notification
from audienceos.notifications.ports import Parcel, couriers
from audienceos.notifications.queries import WAITING, Waiting
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.mail.posting import Letter, post_for_agency

Until = tuple[Waiting, datetime | None]
"""Until when something waits; None: it is mailed no more."""

_POSTED = """
update notification set mail = 'posted', due_at = null, mail_id = $3 where agency_id = $1 and id = any($2::uuid[])"""
_WAIT = """
update notification n set due_at = w.at, mail = case when w.at is null then 'none' else 'waiting' end
  from unnest($2::uuid[], $3::timestamptz[]) as w (id, at)
 where n.agency_id = $1 and n.id = w.id"""


async def deliver_due(db: Db, base: Base) -> UUID | None:
    """Send the acting person what is due, as they may know and wish now; gives the mail's id, None for none."""
    lane = await _lane(db)
    return await _deliver(db, lane, base, await WAITING.all(lane, {"now": clock.now()}, which="due"))


async def base_of(db: Db, url: str) -> Base:
    """Where the agency's pages lie, for the links of its mails."""
    return Base(url, await here(Lane(await db.raw(), db.actor)))


async def replan(db: Db) -> None:
    """The acting person wishes otherwise: decide anew when each thing that waits for them leaves."""
    lane = await _lane(db)
    wishes, now = await _wishes(lane), clock.now()
    leaving, staying = _settled(db.actor, await WAITING.all(lane, which="all"), wishes, now)
    await _wait(lane, [*((row, now) for row in leaving), *staying])


async def send_test(db: Db, url: str) -> UUID:
    """Tell the acting person something, and mail it at once; gives the notification's id."""
    words = "This is a test: what you are told reaches you"
    telling = Telling(key=f"test:{uuid7()}", kind="test", urgency="normal", words=words, subject_type="test")
    added = await tell_person(db, telling)
    if added is None:
        raise LookupError("a test is nobody else's and always new")
    lane = await _lane(db)
    await _deliver(db, lane, await base_of(db, url), await WAITING.all(lane, {"id": added}, which="one"))
    return added


async def people_due(db: Db) -> list[UUID]:
    """Everybody in the agency for whom something is due; its machinery asks."""
    mine = (Notification.agency_id == db.actor.agency_id, Notification.due_at <= clock.now())
    return list(await db.scalars(select(Notification.user_id).where(*mine).distinct()))


async def people_waiting(db: Db) -> list[UUID]:
    """Everybody in the agency for whom something waits, due or not; its machinery asks."""
    mine = (Notification.agency_id == db.actor.agency_id, Notification.due_at.is_not(None))
    return list(await db.scalars(select(Notification.user_id).where(*mine).distinct()))


async def forget_mail(db: Db, user_id: UUID) -> None:
    """Somebody is active here no more: nothing is mailed to them."""
    mine = (Notification.agency_id == db.actor.agency_id, Notification.user_id == user_id)
    gone = update(Notification).where(*mine, Notification.due_at.is_not(None))
    await db.execute(gone.values(mail="none", due_at=None).execution_options(synchronize_session=False))


async def agencies_due(db: Db) -> list[UUID]:
    """Agencies in which something is due. The service login's, which may see no more than this."""
    due = select(Notification.agency_id).where(Notification.due_at <= clock.now()).distinct()
    return list(await db.scalars(due))


async def _deliver(db: Db, lane: Lane, base: Base, rows: Sequence[Waiting]) -> UUID | None:
    if not rows:
        return None
    wishes = await _wishes(lane)
    leaving, staying = _settled(db.actor, rows, wishes, clock.now())
    await _wait(lane, staying)
    if not leaving:
        return None
    letter = letter_of(leaving, base)
    # A notification leaves once, so its id is the mail's, too: a second would be refused.
    mail_id = leaving[0].id
    post_for_agency(db, leaving[0].email, letter, about_id=db.actor.person, mail_id=mail_id)
    await db.flush()
    await lane.raw.execute(_POSTED, db.actor.agency_id, [row.id for row in leaving], mail_id)
    await _hand_over(db, wishes, mail_id, letter)
    return mail_id


async def _hand_over(db: Db, wishes: Preferences, parcel_id: UUID, letter: Letter) -> None:
    if wishes.slack_channel_id is None:
        return
    for courier in couriers():
        parcel = Parcel(
            id=parcel_id, address=wishes.slack_channel_id, subject=letter.subject, body=letter.body
        )
        await courier(db, parcel)


def _settled(
    actor: Actor, rows: Sequence[Waiting], wishes: Preferences, now: datetime
) -> tuple[list[Waiting], list[Until]]:
    """Decide anew of each: those that may leave now, and until when the others wait, or for nothing."""
    leaving: list[Waiting] = []
    staying: list[Until] = []
    for row in rows:
        decision = decide(case_of(actor, row, wishes, row.created_at, sees=row.is_seen), wishes, now)
        if decision.way == "send":
            leaving.append(row)
        else:
            staying.append((row, decision.at))
    return leaving, staying


async def _wait(lane: Lane, until: Sequence[Until]) -> None:
    if until:
        ids, moments = [row.id for row, _ in until], [at for _, at in until]
        await lane.raw.execute(_WAIT, lane.actor.agency_id, ids, moments)


async def _wishes(lane: Lane) -> Preferences:
    return await preferences_of(lane, "notifications")


async def _lane(db: Db) -> Lane:
    """Reads in the same transaction, without a session's weight: everybody's turn takes these few statements."""
    return Lane(await db.raw(), db.actor)
