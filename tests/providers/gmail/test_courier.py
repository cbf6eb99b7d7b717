"""Answers leave through Gmail once, in their threads, and what Gmail says of them is told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from audienceos.inbox.ports import Correspondent, Leaving, Left, NotLeft, Parent, Unsure
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.providers.gmail.courier import GmailCourier
from tests.clients.given import Row
from tests.fakes.gmail import ME
from tests.fakes.server import Said
from tests.inbox.given import MAYA, Inbox
from tests.providers.gmail.given import Gmail, letter

SEND = f"{ME}/messages/send"


@dataclass
class Desk:
    """Somebody answering Maya."""

    gmail: Gmail
    thread: str

    def answer(self, **fields: Any) -> Leaving:
        """An answer to her mail, written two minutes ago."""
        given: Row = {
            "id": uuid7(),
            "account_id": UUID(self.gmail.account["id"]),
            "author_id": self.gmail.owner.user_id,
            "author_name": "Ines Aalto",
            "message_id": "answer-1@northlight.example",
            "written_at": clock.now() - timedelta(minutes=2),
            "sender": Correspondent(name="Ines Aalto", address=self.gmail.address),
            "to": (MAYA,),
            "text": "Done, it works again.",
            "parent": Parent(message_id="a@thornfield.example", subject="The booking form", sender=MAYA),
            "thread_key": f"gmail:{int(self.thread, 16)}",
        }
        return Leaving(**(given | fields))

    @property
    def courier(self) -> GmailCourier:
        """Who takes it there; impatient."""
        return GmailCourier(self.gmail.service, seconds=1)

    async def send(self, answer: Leaving) -> Left:
        """Have it leave."""
        return await self.courier.send(self.gmail.database, self.gmail.owner.agency_id, answer)

    async def seek(self, answer: Leaving) -> Left | None:
        """Ask whether it has."""
        return await self.courier.seek(self.gmail.database, self.gmail.owner.agency_id, answer)


@pytest.fixture
async def desk(gmail: Gmail, thornfield: Row) -> Desk:
    """Maya has written."""
    mail = gmail.box.put(letter("a", days_ago=1))
    return Desk(gmail, gmail.box.mails[mail].thread)


async def test_an_answer_arrives_once_in_its_thread(desk: Desk) -> None:
    left = await desk.send(desk.answer())
    (sent,) = desk.gmail.box.sent
    assert (sent.thread, sent.header("In-Reply-To")) == (desk.thread, "<a@thornfield.example>")
    assert (sent.header("To"), sent.header("Subject")) == (
        f"{MAYA.name} <{MAYA.address}>",
        "Re: The booking form",
    )
    assert (left.message_id, left.thread_key) == ("answer-1@northlight.example", desk.answer().thread_key)


async def test_what_left_is_read_back_as_the_same_message(desk: Desk, inbox: Inbox) -> None:
    desk.gmail.vendors.google.rewrites = True
    left = await desk.send(desk.answer())
    await desk.gmail.read()
    asked, answered = await inbox.messages()
    assert (answered.message_id, answered.is_inbound) == (left.message_id, False)
    assert answered.thread_id == asked.thread_id == left.thread_key


async def test_a_thread_of_another_mailbox_is_left_to_the_mails_own_references(desk: Desk) -> None:
    await desk.send(desk.answer(thread_key="gmail:1234567"))
    (sent,) = desk.gmail.box.sent
    assert sent.header("References") == "<a@thornfield.example>"


@pytest.mark.parametrize(
    ("said", "for_good", "pause"),
    [
        (Said(400, {"error": {"code": 400, "message": "Invalid To header"}}), True, None),
        (Said(403, {"error": {"code": 403, "errors": [{"reason": "forbidden"}]}}), True, None),
        (Said(429, {}, {"Retry-After": "77"}), False, 77),
        (Said(403, {"error": {"code": 403, "errors": [{"reason": "dailyLimitExceeded"}]}}), False, 60),
    ],
)
async def test_what_gmail_refuses_has_not_left(
    desk: Desk, said: Said, for_good: bool, pause: int | None
) -> None:
    desk.gmail.vendors.google.instead(SEND, said)
    with pytest.raises(NotLeft) as told:
        await desk.send(desk.answer(thread_key=""))
    assert (told.value.for_good, told.value.retry_after) == (for_good, pause)
    assert await desk.seek(desk.answer()) is None


async def test_an_address_that_is_none_is_told_before_anything_leaves(desk: Desk) -> None:
    with pytest.raises(NotLeft) as told:
        await desk.send(desk.answer(to=(Correspondent(address="nobody"),)))
    assert told.value.for_good
    assert desk.gmail.vendors.google.calls(SEND) == []


async def test_a_refused_token_is_renewed_and_a_lost_grant_is_told(desk: Desk) -> None:
    google = desk.gmail.vendors.google
    google.good.clear()
    await desk.send(desk.answer())
    google.good.clear()
    google.refreshes.clear()
    with pytest.raises(NotLeft) as told:
        await desk.send(desk.answer(message_id="answer-2@northlight.example"))
    assert told.value.for_good
    assert (await desk.gmail.standing())["has_token"] is False
    assert len(desk.gmail.box.sent) == 1


@pytest.mark.parametrize("rewrites", [False, True])
async def test_one_of_which_nobody_knows_is_found_and_not_sent_twice(desk: Desk, *, rewrites: bool) -> None:
    google = desk.gmail.vendors.google
    google.late, google.rewrites = 2, rewrites
    with pytest.raises(Unsure):
        await desk.send(desk.answer())
    google.late = 0
    found = await desk.seek(desk.answer())
    assert found is not None
    assert found.message_id == desk.gmail.box.sent[0].header("Message-ID").strip("<>")
    assert len(desk.gmail.box.sent) == 1


async def test_trouble_of_gmails_may_have_had_an_effect(desk: Desk) -> None:
    desk.gmail.vendors.google.instead(SEND, Said(500))
    with pytest.raises(Unsure):
        await desk.send(desk.answer())
    assert await desk.seek(desk.answer()) is None


async def test_what_was_just_written_is_not_taken_for_unsent(desk: Desk) -> None:
    with clock.stopped_at(clock.now()), pytest.raises(NotLeft) as told:
        await desk.seek(desk.answer(written_at=clock.now()))
    assert (told.value.for_good, told.value.retry_after) == (False, 61)


async def test_where_gmail_is_not_there_nothing_has_left(desk: Desk) -> None:
    gone = msgspec.structs.replace(desk.gmail.service, base="http://127.0.0.1:1")
    with pytest.raises(NotLeft) as told:
        await GmailCourier(gone).send(desk.gmail.database, desk.gmail.owner.agency_id, desk.answer())
    assert told.value.for_good is False


async def test_what_is_not_connected_any_more_says_so(desk: Desk) -> None:
    owner = desk.gmail.owner
    await owner.post(f"/v1/integrations/{desk.gmail.account['id']}/disconnection")
    with pytest.raises(NotLeft) as told:
        await desk.send(desk.answer())
    assert (told.value.for_good, "connected again" in str(told.value)) == (True, True)


async def test_another_agency_sends_nothing_through_it(desk: Desk, cleo: Any) -> None:
    with pytest.raises(NotLeft):
        await desk.courier.send(desk.gmail.database, cleo.agency_id, desk.answer())
    assert desk.gmail.box.sent == []
