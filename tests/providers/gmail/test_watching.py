"""Gmail is asked to say when something comes, anew each day; where it doesn't, the account is read every few minutes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from audienceos.connections.actions.syncing import begin_run
from audienceos.connections.ports import answer_provider
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.providers.gmail import jobs
from audienceos.providers.gmail.connect import GmailConnect
from audienceos.providers.gmail.sweeping import queue_due
from tests.cast import Player
from tests.connections.given import connected
from tests.fakes.gmail import ACCOUNT, ME, SUBSCRIPTION, TOPIC
from tests.fakes.server import Said
from tests.notifications.given import queued
from tests.providers.gmail.given import Gmail
from tests.providers.gmail.test_push import done

MINUTES, HOUR, DAY = timedelta(minutes=6), timedelta(minutes=61), timedelta(days=1)


@pytest.fixture
def told(gmail: Gmail) -> Gmail:
    """An installation with a topic."""
    gmail.topic = TOPIC
    kept = jobs.settings_kept()
    more = {"gmail_push_subscription": SUBSCRIPTION, "gmail_push_account": ACCOUNT}
    settings = msgspec.structs.replace(kept, gmail_topic=TOPIC, **more)
    jobs.speak_with(settings)
    answer_provider(GmailConnect(settings))
    return gmail


async def due(gmail: Gmail, after: timedelta) -> bool:
    """Whether it is read again so long after its last reading."""
    await done(gmail)
    with clock.stopped_at(clock.now() + after):
        await queue_due(gmail.database, system_of(gmail.owner.agency_id), gmail.service)
    return len(await queued(gmail.database, gmail.owner, "gmail.read")) == 1


async def test_without_a_topic_it_is_read_every_five_minutes(gmail: Gmail) -> None:
    await gmail.read()
    assert gmail.vendors.google.calls(f"{ME}/watch") == []
    assert (await due(gmail, timedelta(minutes=1)), await due(gmail, MINUTES)) == (False, True)


async def test_with_one_gmail_watches_from_the_first_reading_and_it_is_read_each_hour(told: Gmail) -> None:
    await told.read()
    await told.read()
    assert (told.box.watched, len(told.vendors.google.calls(f"{ME}/watch"))) == (TOPIC, 1)
    assert (await due(told, MINUTES), await due(told, HOUR)) == (False, True)


async def test_where_gmail_refuses_to_watch_it_is_read_every_five_minutes(told: Gmail) -> None:
    told.vendors.google.topic_allowed = False
    await told.read()
    assert (await told.standing())["last_error"] is None
    assert await due(told, MINUTES)


async def test_a_watch_that_ended_is_no_watch(told: Gmail) -> None:
    await told.read()
    with clock.stopped_at(clock.now() + 8 * DAY):
        await told.read()
        assert await due(told, MINUTES)


async def test_it_is_asked_anew_each_day(told: Gmail, database: Database, ines: Player) -> None:
    await told.read()
    await jobs.begin_watching(database)
    assert await queued(database, ines, "gmail.watch") == [{}]
    await jobs.go_on_watching(database, system_of(ines.agency_id), {})
    assert len(told.vendors.google.calls(f"{ME}/watch")) == 2


async def test_a_day_on_which_gmail_is_away_is_tried_again(told: Gmail, ines: Player) -> None:
    told.vendors.google.instead(f"{ME}/watch", Said(429))
    with pytest.raises(jobs.Unavailable):
        await jobs.go_on_watching(told.database, system_of(ines.agency_id), {})


async def test_the_end_of_the_connection_ends_the_watch(told: Gmail, ines: Player) -> None:
    await told.read()
    await ines.post(f"/v1/integrations/{told.account['id']}/disconnection")
    assert told.box.watched is None
    told.account = await connected(ines, "gmail")
    await told.read()
    assert told.box.watched == TOPIC


async def test_the_timetable_queues_readings_for_agencies_with_mail_alone(
    gmail: Gmail, database: Database, ines: Player, cleo: Player
) -> None:
    await jobs.begin_reading(database)
    assert await queued(database, ines, "gmail.look_at_due") == [{}]
    assert await queued(database, cleo, "gmail.look_at_due") == []
    await jobs.look(database, system_of(ines.agency_id), {})


async def test_one_that_fails_rests_longer_each_time(gmail: Gmail) -> None:
    gmail.vendors.google.instead(f"{ME}/profile", Said(500), Said(500))
    await gmail.read()
    await gmail.read()
    assert (await due(gmail, 2 * MINUTES), await due(gmail, 3 * MINUTES)) == (False, True)


async def test_a_reading_that_was_killed_is_taken_up_again(gmail: Gmail) -> None:
    async with gmail.database.acting(gmail.claims) as db:
        await begin_run(db, integration_id=UUID(gmail.account["id"]))
    assert await gmail.reading() is None
    with clock.stopped_at(clock.now() + timedelta(minutes=11)):
        assert await gmail.reading() is not None
