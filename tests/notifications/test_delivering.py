"""What leaves by mail, when, and in how many mails."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audienceos.notifications.actions.telling import DELIVER
from audienceos.notifications.answers import REPLAN
from audienceos.notifications.jobs import begin_delivering, deliver, link_to, plan_anew
from audienceos.notifications.ports import Parcel, answer_courier, couriers
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.mail.delivering import deliver as deliver_mail
from audienceos.platform.mail.mailer import MailError, Outgoing
from audienceos.platform.mail.models import AgencyMail
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.notifications.given import look_after, queued, rows_of, wishes, worked
from tests.tickets.given import a_ticket

FRIDAY = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
DAILY = {"digest_mode": "daily", "timezone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def _linked() -> None:  # pyright: ignore[reportUnusedFunction]
    link_to("https://here.example")


async def sent(database: Database, agency: Player, at: datetime | None = None) -> list[AgencyMail]:
    """The agency's mails about notifications once the worker has told and delivered, at that moment."""
    with clock.stopped_at(at or clock.now()):
        await worked(database, agency)
        await deliver(database, system_of(agency.agency_id), {})
    async with database.acting(agency.claims) as db:
        theirs = AgencyMail.about_id != agency.user_id  # she hears that people came
        mine = (AgencyMail.agency_id == agency.agency_id, AgencyMail.kind == "notification", theirs)
        return list(await db.scalars(select(AgencyMail).where(*mine).order_by(AgencyMail.id)))


async def tickets_for(
    database: Database, ines: Player, whom: Player, client: Row, *titles: str, at: datetime, **fields: Any
) -> None:
    """Tickets opened for somebody, who is told of them at that moment."""
    for title in titles:
        await a_ticket(ines, client, title, assignee_id=str(whom.user_id), **fields)
    with clock.stopped_at(at):
        await worked(database, ines)


async def test_one_alone_is_its_own_subject_and_leads_to_what_it_is_about(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    (mail,) = await sent(database, ines)
    (row,) = await rows_of(database, tom)
    assert mail.subject == "Ines Aalto asked you to look after Oxbow"
    assert f"https://here.example/{ines.slug}/notifications/{row.id}" in mail.body
    assert f"https://here.example/{ines.slug}/settings/notifications" in mail.body
    assert (row.mail, row.due_at, row.mail_id) == ("posted", None, mail.id)
    assert mail.to_email == (await tom.get("/v1/me")).json()["user"]["email"]


async def test_the_mail_has_the_notifications_own_id_so_that_a_second_is_refused(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    (mail,) = await sent(database, ines)
    assert mail.id == (await rows_of(database, tom))[0].id


async def test_delivered_twice_and_at_once_it_leaves_once(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    machinery = system_of(ines.agency_id)
    await asyncio.gather(*(deliver(database, machinery, {}) for _ in range(4)))
    assert len(await sent(database, ines)) == 1


async def test_what_came_in_one_go_is_one_mail_by_client(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    brae = await a_client(ines, "Brae")
    await tickets_for(database, ines, tom, oxbow, "First", "Second", at=FRIDAY)
    await tickets_for(database, ines, tom, brae, "Third", at=FRIDAY)
    (mail,) = await sent(database, ines, FRIDAY)
    assert mail.subject.startswith("3 notifications from Northlight")
    places = [mail.body.index(word) for word in ("Brae\n----", "Third", "Oxbow\n-----", "First", "Second")]
    assert places == sorted(places)


async def test_what_is_critical_asks_for_its_mail_at_once_and_the_rest_waits_for_the_sweep(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await tickets_for(database, ines, tom, oxbow, "Slow", at=FRIDAY)
    assert await queued(database, ines, DELIVER) == []
    await tickets_for(database, ines, tom, oxbow, "Down", at=FRIDAY, priority="critical")
    assert len(await queued(database, ines, DELIVER)) == 1


async def test_quiet_hours_hold_it_and_their_end_sends_it(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, quiet_hours_enabled=True, timezone="Europe/Berlin")
    night = FRIDAY.replace(hour=20)  # 22:00 on the wall
    await tickets_for(database, ines, tom, oxbow, "Slow", at=night)
    assert await sent(database, ines, night + timedelta(hours=9)) == []
    assert len(await sent(database, ines, night + timedelta(hours=10))) == 1


async def test_a_digest_gathers_and_its_subject_says_how_many(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, **DAILY)
    await tickets_for(database, ines, tom, oxbow, "First", at=FRIDAY)
    await tickets_for(database, ines, tom, oxbow, "Second", at=FRIDAY + timedelta(hours=1))
    monday = datetime(2026, 7, 6, 6, 0, tzinfo=UTC)  # 08:00 on the wall
    assert await sent(database, ines, monday - timedelta(minutes=1)) == []
    (mail,) = await sent(database, ines, monday)
    assert mail.subject.startswith("2 notifications from")
    assert {row.mail for row in await rows_of(database, tom)} == {"posted"}


async def test_a_digest_with_nothing_to_say_is_not_sent(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, **DAILY)
    await tickets_for(database, ines, tom, oxbow, "First", at=FRIDAY)
    await wishes(tom, muted_clients=[oxbow["id"]])
    assert await sent(database, ines, FRIDAY + timedelta(days=8)) == []
    assert {row.mail for row in await rows_of(database, tom)} == {"none"}


async def test_what_is_critical_passes_the_digest(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, **DAILY)
    await tickets_for(database, ines, tom, oxbow, "Down", at=FRIDAY, priority="critical")
    assert len(await sent(database, ines, FRIDAY)) == 1


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({"digest_time": "17:30"}, datetime(2026, 7, 3, 15, 30, tzinfo=UTC)),
        ({"timezone": "America/New_York", "digest_time": "17:30"}, datetime(2026, 7, 3, 21, 30, tzinfo=UTC)),
        ({"digest_mode": "weekly", "digest_days": ["sun"]}, datetime(2026, 7, 5, 6, 0, tzinfo=UTC)),
        ({"digest_mode": "none"}, FRIDAY),
    ],
)
async def test_another_zone_or_time_plans_what_waits_anew(
    database: Database, ines: Player, tom: Player, oxbow: Row, change: dict[str, Any], due: datetime
) -> None:
    await wishes(tom, **DAILY)
    await tickets_for(database, ines, tom, oxbow, "First", at=FRIDAY)
    await wishes(tom, **change)
    with clock.stopped_at(FRIDAY):
        for payload in await queued(database, ines, REPLAN):
            await plan_anew(database, system_of(ines.agency_id), payload)
    assert [row.due_at for row in await rows_of(database, tom)] == [due]


async def test_another_zone_of_the_agency_plans_anew_for_who_has_none_of_their_own(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await wishes(tom, digest_mode="daily")
    await tickets_for(database, ines, tom, oxbow, "First", at=FRIDAY)
    agency = (await ines.get("/v1/agency")).json()
    answer = await ines.patch("/v1/agency", json={"timezone": "Asia/Tokyo"}, version=agency["version"])
    assert answer.status_code == 200
    with clock.stopped_at(FRIDAY):
        for payload in await queued(database, ines, REPLAN):
            await plan_anew(database, system_of(ines.agency_id), payload)
    (row,) = await rows_of(database, tom)
    assert row.due_at == datetime(2026, 7, 5, 23, 0, tzinfo=UTC)  # Monday, 08:00 on the wall


async def test_who_sees_the_client_no_more_when_it_leaves_is_mailed_nothing(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await wishes(mia, **DAILY)
    await look_after(ines, oxbow, mia)
    with clock.stopped_at(FRIDAY):
        await worked(database, ines)
    theirs = (await ines.get(f"/v1/clients/{oxbow['id']}/assignments")).json()["items"]
    (hers,) = [row for row in theirs if row["user_id"] == str(mia.user_id)]
    await ines.delete(f"/v1/clients/{oxbow['id']}/assignments/{hers['id']}")
    assert await sent(database, ines, FRIDAY + timedelta(days=8)) == []


async def test_who_is_deactivated_before_it_leaves_is_mailed_nothing(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    view = (await ines.get(f"/v1/users/{tom.user_id}")).json()
    leave = {"is_active": False, "reassign_to": str(ines.user_id)}
    await ines.patch(f"/v1/users/{tom.user_id}", json=leave, version=view["version"])
    assert [mail for mail in await sent(database, ines) if "look after" in mail.subject] == []
    assert {row.mail for row in await rows_of(database, tom)} == {"none"}


async def test_the_sweep_finds_the_agency_by_itself(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    await worked(database, ines)
    await begin_delivering(database)
    assert len(await queued(database, ines, DELIVER)) == 1


async def test_a_test_truly_is_mailed_whatever_the_wishes(database: Database, tom: Player) -> None:
    await wishes(tom, quiet_hours_enabled=True, quiet_hours_start="00:00", quiet_hours_end="23:59", **DAILY)
    answer = await tom.post("/v1/test-notifications")
    assert answer.status_code == 201, answer.text
    (row,) = await rows_of(database, tom)
    async with database.acting(Claims(system_of(tom.agency_id))) as db:
        mail = await db.scalar(select(AgencyMail).where(AgencyMail.id == row.id))
    assert mail is not None
    assert (mail.subject, row.mail) == (answer.json()["words"], "posted")


class Broken:
    """A mail server that refuses for now."""

    delivers = True

    async def send(self, mail: Outgoing) -> None:
        raise MailError("the server is away")


async def test_a_mail_that_fails_is_tried_again_and_admins_see_it(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, tom)
    (mail,) = await sent(database, ines)
    while (await _mail(database, ines, mail.id)).attempts == 0:
        await deliver_mail(database, Broken(), {})
    page = (await ines.get(ines.at("/settings/mails"))).text
    assert "the server is away" in page
    assert "Ines Aalto asked you to look after Oxbow" in page


async def test_couriers_carry_it_to_the_persons_channel_in_the_same_transaction(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    carried: list[Parcel] = []

    async def courier(db: Db, parcel: Parcel) -> None:
        carried.append(parcel)

    answer_courier(courier)
    try:
        await wishes(tom, slack_channel_id="C042")
        await look_after(ines, oxbow, tom)
        (mail,) = await sent(database, ines)
    finally:
        couriers().remove(courier)
    assert [(one.id, one.address, one.subject) for one in carried] == [(mail.id, "C042", mail.subject)]


async def _mail(database: Database, ines: Player, mail_id: UUID) -> AgencyMail:
    async with database.acting(ines.claims) as db:
        found = await db.scalar(select(AgencyMail).where(AgencyMail.id == mail_id))
    assert found is not None
    return found
