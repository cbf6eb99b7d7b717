"""An answer leaves once for each click, whatever dies, fails or comes twice on the way."""

from __future__ import annotations

import asyncio

from audienceos.inbox.answering.leaving import leave
from audienceos.platform.db.base import uuid7
from tests.clients.given import Row
from tests.inbox.answering.given import Desk
from tests.inbox.given import mail


async def test_it_arrives_and_the_client_waits_no_longer(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    sent = await desk.leave((await desk.send()).id)
    assert (sent.status, len(desk.courier.left)) == ("sent", 1)
    (one,) = await desk.inbox.conversations()
    asked, said = await desk.inbox.messages()
    assert (one.needs_reply, one.message_count, said.id) == (False, 2, sent.stored_id)
    assert (asked.replied_by, said.user_id, said.is_inbound) == (
        desk.owner.user_id,
        desk.owner.user_id,
        False,
    )


async def test_the_same_click_twice_is_one_answer(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    click = uuid7()
    one, other = await asyncio.gather(desk.send(click_id=click), desk.send(click_id=click))
    assert one.id == other.id
    await desk.leave(one.id)
    again = await desk.send(click_id=click)
    assert (again.id, (await desk.leave(again.id)).status, len(desk.courier.left)) == (one.id, "sent", 1)


async def test_two_workers_at_once_send_it_once(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    answer = await desk.send()
    await desk.due(answer.id)
    agency_id = desk.owner.agency_id
    await asyncio.gather(*(leave(desk.database, agency_id, answer.id) for _ in range(4)))
    assert ((await desk.row(answer.id)).status, len(desk.courier.left)) == ("sent", 1)
