"""What waits for a person leaves: alone, or several together in one mail. Each leaves once.

The mail is written in the transaction that marks its items, so that neither is there without the other. Whether it
has left stands in `mail_out`, where it is tried again and where admins see it until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, update

from audienceos.agency.access import user_for
from audienceos.agency.preferences import Preferences, preferences_of
from audienceos.agency.queries import here
from audienceos.notifications.access import clients_named
from audienceos.notifications.actions.telling import Telling, case_of, tell_person
from audienceos.notifications.deciding import Decision, decide
from audienceos.notifications.letters import Base, letter_of
from audienceos.notifications.models import Notification
from audienceos.notifications.ports import Parcel, couriers
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.mail.posting import Letter, post_for_agency


async def deliver_due(db: Db, base: Base) -> UUID | None:
    """Send the acting person what is due, as they may know and wish now; gives the mail's id, None for none."""
    return await _deliver(db, base, await _waiting(db, Notification.due_at <= clock.now()))


async def base_of(db: Db, url: str) -> Base:
    """Where the agency's pages lie, for the links of its mails."""
    return Base(url, await here(Lane(await db.raw(), db.actor)))


async def replan(db: Db) -> None:
    """The acting person wishes otherwise: decide anew when each thing that waits for them leaves."""
    rows = await _waiting(db)
    now = clock.now()
    for row in await _settle(db, rows, await clients_named(db, _clients(rows)), await _wishes(db)):
        row.due_at = now


async def send_test(db: Db, url: str) -> UUID:
    """Tell the acting person something, and mail it at once; gives the notification's id."""
    words = "This is a test: what you are told reaches you"
    telling = Telling(key=f"test:{uuid7()}", kind="test", urgency="normal", words=words, subject_type="test")
    added = await tell_person(db, telling)
    if added is None:
        raise LookupError("a test is nobody else's and always new")
    await _deliver(db, await base_of(db, url), await _waiting(db, Notification.id == added))
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


async def _deliver(db: Db, base: Base, rows: Sequence[Notification]) -> UUID | None:
    names = await clients_named(db, _clients(rows))
    wishes = await _wishes(db)
    leaving = await _settle(db, rows, names, wishes)
    if not leaving:
        return None
    letter = letter_of(leaving, names, base)
    person = await user_for(db, db.actor.person)
    mail_id = leaving[
        0
    ].id  # a notification leaves once, so its id is the mail's, too: a second would be refused
    post_for_agency(db, person.email, letter, about_id=person.id, mail_id=mail_id)
    await db.flush()
    ids = literal([row.id for row in leaving], ARRAY(Uuid()))
    mine = (Notification.agency_id == db.actor.agency_id, Notification.id == any_(ids))
    posted = update(Notification).where(*mine).values(mail="posted", due_at=None, mail_id=mail_id)
    await db.execute(posted.execution_options(synchronize_session=False))
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


async def _settle(
    db: Db, rows: Sequence[Notification], names: dict[UUID, str], wishes: Preferences
) -> list[Notification]:
    """Decide anew of each. Gives those that may leave now; the others wait until then, or for nothing."""
    now = clock.now()
    leaving: list[Notification] = []
    for row in rows:
        sees = row.client_id is None or row.client_id in names
        decision = decide(case_of(db.actor, row, wishes, row.created_at, sees=sees), wishes, now)
        if decision.way == "send":
            leaving.append(row)
        else:
            _wait(row, decision)
    await db.flush()
    return leaving


def _wait(row: Notification, decision: Decision) -> None:
    row.due_at = decision.at
    if decision.at is None:
        row.mail = "none"


async def _waiting(db: Db, *so: object) -> list[Notification]:
    """What waits for the acting person, locked: of two who deliver at once the second finds nothing left."""
    mine = (Notification.agency_id == db.actor.agency_id, Notification.user_id == db.actor.person)
    query = select(Notification).where(*mine, Notification.mail == "waiting", *so)  # pyright: ignore[reportArgumentType]
    ordered = query.order_by(Notification.id).with_for_update()
    return list(await db.scalars(ordered.execution_options(populate_existing=True)))


async def _wishes(db: Db) -> Preferences:
    return await preferences_of(Lane(await db.raw(), db.actor), "notifications")


def _clients(rows: Sequence[Notification]) -> list[UUID]:
    return [row.client_id for row in rows if row.client_id is not None]
