"""An answer leaves once for each click, whatever dies, fails or comes twice on the way."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete

from audienceos.connections.models import Mailbox
from audienceos.inbox.answering.leaving import leave
from audienceos.inbox.ports import NotLeft, Unsure
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from tests.cast import Player
from tests.clients.given import Row, a_client, only_assigned
from tests.inbox.answering.given import Desk, Killed
from tests.inbox.given import known_to, mail
from tests.notifications.given import told

AWAY = NotLeft("The server is away", for_good=False)


@pytest.fixture
async def answer(desk: Desk, thornfield: Row) -> UUID:
    """Maya asked, and Ines has pressed Send."""
    await desk.inbox.take(mail("a"))
    return (await desk.send()).id


async def test_it_arrives_and_the_client_waits_no_longer(desk: Desk, answer: UUID) -> None:
    sent = await desk.leave(answer)
    assert (sent.status, len(desk.courier.left)) == ("sent", 1)
    (one,) = await desk.inbox.conversations()
    asked, said = await desk.inbox.messages()
    assert (one.needs_reply, one.message_count, said.id) == (False, 2, sent.stored_id)
    assert (asked.replied_by, said.user_id, said.is_inbound) == (
        desk.owner.user_id,
        desk.owner.user_id,
        False,
    )


async def test_it_doesnt_leave_while_it_can_be_taken_back(desk: Desk, answer: UUID) -> None:
    due = await leave(desk.database, desk.owner.agency_id, answer)
    assert (due, desk.courier.left) == ((await desk.row(answer)).leaves_at, [])


async def test_the_same_click_twice_is_one_answer(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    click = uuid7()
    one, other = await asyncio.gather(desk.send(click_id=click), desk.send(click_id=click))
    assert one.id == other.id
    await desk.leave(one.id)
    again = await desk.send(click_id=click)
    assert (again.id, (await desk.leave(again.id)).status, len(desk.courier.left)) == (one.id, "sent", 1)


async def test_several_workers_at_once_send_it_once(desk: Desk, answer: UUID) -> None:
    await desk.due(answer)
    agency_id = desk.owner.agency_id
    await asyncio.gather(*(leave(desk.database, agency_id, answer) for _ in range(4)))
    assert ((await desk.row(answer)).status, len(desk.courier.left)) == ("sent", 1)


async def test_while_one_worker_has_it_no_other_does(desk: Desk, answer: UUID) -> None:
    await desk.die(answer, before=True)
    again = await leave(desk.database, desk.owner.agency_id, answer)
    assert again is not None
    assert again > clock.now() + timedelta(minutes=2), "longer than a platform may take"
    assert desk.courier.left == []


async def test_killed_before_it_was_handed_over_it_leaves_once(desk: Desk, answer: UUID) -> None:
    await desk.die(answer, before=True)
    assert ((await desk.leave(answer)).status, len(desk.courier.left)) == ("sent", 1)


async def test_killed_once_it_was_handed_over_it_is_looked_for_and_not_sent_again(
    desk: Desk, answer: UUID
) -> None:
    await desk.die(answer, before=False)
    sent = await desk.leave(answer)
    assert (sent.status, desk.courier.sought, len(desk.courier.left)) == ("sent", 1, 1)
    assert len(await desk.inbox.messages()) == 2


async def test_killed_while_it_was_recorded_it_is_recorded_once(desk: Desk, answer: UUID) -> None:
    desk.courier.spoils = 1
    with pytest.raises(TypeError):
        await desk.leave(answer)
    assert (await desk.row(answer)).status == "sending"
    sent = await desk.leave(answer)
    assert (sent.status, len(desk.courier.left), len(await desk.inbox.messages())) == ("sent", 1, 2)


async def test_taken_over_though_its_first_worker_lives_it_is_sent_once(desk: Desk, answer: UUID) -> None:
    """The first is slow: it hands the answer over, and tells of it only once another has looked."""
    await desk.due(answer)
    desk.courier.go_on.clear()
    first = asyncio.create_task(leave(desk.database, desk.owner.agency_id, answer))
    await desk.courier.slow.wait()
    await desk.leave(answer)
    desk.courier.go_on.set()
    await first
    assert ((await desk.row(answer)).status, len(desk.courier.left)) == ("sent", 1)
    assert len(await desk.inbox.messages()) == 2


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_goes_wrong_in_whatever_order_it_leaves_once_or_not_at_all(
    desk: Desk, answer: UUID, seed: int
) -> None:
    dice = random.Random(seed)
    courier = desk.courier
    for _ in range(12):
        courier.before = dice.choice([[], [], [Killed()], [AWAY]])
        courier.after = dice.choice([[], [Killed()], [Unsure("?")], [TimeoutError()]])
        courier.seeking = dice.choice([[], [], [AWAY], [Killed()]])
        courier.spoils = dice.choice([0, 0, 1])
        try:
            await desk.leave(answer)
        except (Killed, TypeError):
            continue
    courier.calm()
    for _ in range(3):
        await desk.leave(answer)
    assert ((await desk.row(answer)).status, len(courier.left)) == ("sent", 1)
    assert len(await desk.inbox.messages()) == 2


async def test_refused_for_good_the_client_still_waits_and_its_author_is_told(
    desk: Desk, answer: UUID
) -> None:
    desk.courier.before = [NotLeft("No such user", for_good=True)]
    failed = await desk.leave(answer)
    (one,) = await desk.inbox.conversations()
    assert (failed.status, failed.reason_code, failed.reason) == ("failed", "refused", "No such user")
    assert (failed.text, one.needs_reply, len(await desk.inbox.messages())) == ("It works again.", True, 1)
    (words,) = [line for line in await told(desk.database, desk.owner) if "wasn't sent" in line]
    assert "Thornfield" in words
    assert "No such user" in words


async def test_a_server_that_is_away_is_asked_again_later(desk: Desk, answer: UUID) -> None:
    desk.courier.before = [NotLeft("Slow down", for_good=False, retry_after=600)]
    waits = await desk.leave(answer)
    assert (waits.status, waits.reason) == ("waiting", "Slow down")
    assert waits.leaves_at > clock.now() + timedelta(minutes=9)
    assert ((await desk.leave(answer)).status, len(desk.courier.left)) == ("sent", 1)


async def test_after_some_hours_nobody_tries_any_more(desk: Desk, answer: UUID) -> None:
    desk.courier.before = [AWAY] * 3
    await desk.leave(answer)
    with clock.stopped_at(clock.now() + timedelta(hours=7)):
        failed = await desk.leave(answer)
    assert (failed.status, failed.reason_code) == ("failed", "gave_up")
    assert "The server is away" in (failed.reason or "")


async def test_what_nobody_can_tell_is_its_authors_to_decide(desk: Desk, answer: UUID) -> None:
    desk.courier.after, desk.courier.seeking = [Unsure("?")], [Unsure("?")]
    await desk.leave(answer)
    unsure = await desk.leave(answer)
    assert (unsure.status, len(desk.courier.left)) == ("unsure", 1)
    assert (await desk.inbox.conversations())[0].needs_reply
    assert any("may have been sent or not" in line for line in await told(desk.database, desk.owner))
    refused = await desk.owner.post(f"/v1/answers/{answer}/retry", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "may_be_twice")
    meant = await desk.owner.post(f"/v1/answers/{answer}/retry", json={"may_leave_twice": True})
    assert (meant.status_code, meant.json()["status"]) == (200, "waiting")
    assert ((await desk.leave(answer)).status, len(desk.courier.left)) == ("sent", 2)


async def test_what_was_unsure_has_left_once_it_is_seen_where_it_was_sent_from(
    desk: Desk, answer: UUID
) -> None:
    desk.courier.after, desk.courier.seeking = [Unsure("?")], [Unsure("?")]
    await desk.leave(answer)
    unsure = await desk.leave(answer)
    await desk.inbox.take(desk.copy_of(unsure))
    sent = await desk.row(answer)
    asked, said = await desk.inbox.messages()
    assert (sent.status, sent.stored_id) == ("sent", said.id)
    assert (asked.replied_by, said.user_id) == (desk.owner.user_id, desk.owner.user_id)


async def test_read_where_it_was_sent_from_before_it_is_recorded_it_is_one_message(
    desk: Desk, answer: UUID
) -> None:
    await desk.die(answer, before=False)
    await desk.inbox.take(desk.copy_of(await desk.row(answer)))
    await desk.leave(answer)
    await desk.inbox.take(desk.copy_of(await desk.row(answer)))
    asked, said = await desk.inbox.messages()
    assert (said.user_id, asked.replied_by) == (desk.owner.user_id, desk.owner.user_id)


async def test_in_the_name_of_who_is_gone_nothing_leaves(desk: Desk, tom: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    answer = await desk.send(by=tom)
    gone = {"is_active": False, "reassign_to": str(desk.owner.user_id)}
    version = (await desk.owner.get(f"/v1/users/{tom.user_id}")).json()["version"]
    left = await desk.owner.patch(f"/v1/users/{tom.user_id}", json=gone, version=version)
    assert left.status_code == 200, left.text
    failed = await desk.leave(answer.id)
    assert (failed.status, failed.reason_code, desk.courier.left) == ("failed", "author_gone", [])
    watched = [line for line in await told(desk.database, desk.owner) if "wasn't sent" in line]
    assert len(watched) == 1


async def test_whoever_lost_sight_of_the_client_sends_nothing(
    desk: Desk, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    answer = await desk.send(by=tom)
    await only_assigned(desk.database, desk.owner)
    failed = await desk.leave(answer.id)
    assert (failed.status, failed.reason_code, desk.courier.left) == ("failed", "not_seen", [])


async def test_without_its_mailbox_it_is_held_until_there_is_one(desk: Desk, answer: UUID) -> None:
    async with desk.database.acting(desk.inbox.claims) as db:
        await db.execute(delete(Mailbox).where(Mailbox.agency_id == desk.owner.agency_id))
    held = await desk.leave(answer)
    assert (held.status, held.reason_code, desk.courier.left) == ("held", "account_lost", [])


async def test_what_is_another_clients_by_now_is_held_at_the_door(
    desk: Desk, thornfield: Row, ines: Player
) -> None:
    await desk.inbox.take(mail("a"))
    answer = await desk.send(to=[{"address": "ops@rookhill.example"}], overrides=await desk.confirmed())
    await known_to(ines, await a_client(ines, "Rookhill Dental"), "ops@rookhill.example")
    held = await desk.leave(answer.id)
    assert (held.status, held.reason_code, desk.courier.left) == ("held", "stopped", [])
    assert "Rookhill Dental" in (held.reason or "")
    assert any("is held back" in line for line in await told(desk.database, ines))
