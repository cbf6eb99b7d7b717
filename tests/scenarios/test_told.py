"""When what somebody is told reaches them by mail, as they set it by the form of their settings and by the API."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from audienceos.notifications.jobs import deliver, link_to
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.notifications.given import rows_of, wishes, worked
from tests.tickets.given import a_ticket

BERLIN = ZoneInfo("Europe/Berlin")
QUIET = {"quiet_hours_start": "22:00", "quiet_hours_end": "08:00", "timezone": "Europe/Berlin"}


@pytest.fixture(scope="module")
async def client(ines: Player) -> Row:
    """The client that the tickets are about."""
    link_to("https://here.example")
    return await a_client(ines, "Oxbow")


def at(time: str) -> datetime:
    """That time of a summer's Wednesday on Berlin's wall."""
    return datetime.fromisoformat(f"2026-07-01T{time}").replace(tzinfo=BERLIN).astimezone(UTC)


async def by_form(player: Player, form: str, **fields: object) -> None:
    """Fill in one of the forms of one's settings."""
    tab = tab_of(player)
    page = await tab.open(player.at("/settings/notifications"))
    assert (await tab.send(page.form(form), fields)).status == 200


async def mail_of(
    database: Database, ines: Player, whom: Player, client: Row, moment: datetime, **fields: str
) -> tuple[str, datetime | None]:
    """How the mail about a ticket of theirs fares, of which they are told at that moment."""
    await a_ticket(ines, client, assignee_id=str(whom.user_id), **fields)
    with clock.stopped_at(moment):
        await worked(database, ines)
        await deliver(database, system_of(ines.agency_id), {})
    last = (await rows_of(database, whom))[-1]
    return last.mail, last.due_at


@pytest.mark.parametrize("way", ["form", "api"])
@pytest.mark.parametrize(
    ("time", "is_quiet"), [("21:59", False), ("22:00", True), ("07:59", True), ("08:00", False)]
)
async def test_quiet_hours_begin_and_end_on_the_persons_wall(
    database: Database, ines: Player, tom: Player, client: Row, time: str, is_quiet: bool, way: str
) -> None:
    if way == "form":
        await by_form(tom, "/times", quiet_hours_enabled="true", digest_mode="none", **QUIET)
    else:
        await wishes(tom, quiet_hours_enabled=True, digest_mode="none", **QUIET)
    mail, due = await mail_of(database, ines, tom, client, at(time))
    end = at("08:00") if time < "12:00" else at("08:00").replace(day=2)
    assert (mail, due) == (("waiting", end) if is_quiet else ("posted", None))


async def test_what_is_critical_passes_quiet_hours_and_digest(
    database: Database, ines: Player, tom: Player, client: Row
) -> None:
    await by_form(tom, "/times", quiet_hours_enabled="true", digest_mode="daily", **QUIET)
    told = await mail_of(database, ines, tom, client, at("23:00"), priority="critical")
    assert told == ("posted", None)


async def test_a_muted_client_is_never_mailed_however_critical(
    database: Database, ines: Player, mia: Player, client: Row
) -> None:
    await by_form(mia, "/mutes", client_id=client["id"], muted="true")
    told = await mail_of(database, ines, mia, client, at("12:00"), priority="critical")
    assert (told, (await rows_of(database, mia))[-1].read_at is not None) == (("none", None), True)


async def test_a_digest_of_nothing_is_not_sent(database: Database, ines: Player, mia: Player) -> None:
    other = await a_client(ines, "Brae")
    await by_form(mia, "/times", digest_mode="daily", **QUIET)
    assert (await mail_of(database, ines, mia, other, at("12:00")))[0] == "waiting"
    await by_form(mia, "/mutes", client_id=other["id"], muted="true")
    with clock.stopped_at(at("12:00").replace(day=20)):
        await deliver(database, system_of(ines.agency_id), {})
    rows = await rows_of(database, mia)
    assert {row.mail for row in rows if row.client_id and str(row.client_id) == other["id"]} == {"none"}
