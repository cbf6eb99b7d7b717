"""From a mail at Gmail to its answer there: read, answered by the API, sent, and read back as what it is."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from audienceos.inbox.answering.leaving import leave
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.connections.given import Vendors
from tests.fakes.gmail import ME
from tests.fakes.server import Said
from tests.inbox.given import MAYA, Inbox
from tests.providers.gmail.given import Gmail, letter
from tests.providers.gmail.test_own import own


@pytest.fixture
async def asked(gmail: Gmail, ines: Player, thornfield: Row) -> Row:
    """The conversation in which Maya asked something yesterday."""
    gmail.box.put(letter("a", days_ago=1))
    await gmail.read()
    (one,) = await listed(ines, "/v1/conversations", view="all")
    return one


async def answered(gmail: Gmail, player: Player, one: Row) -> Row:
    """Answered now, and the worker has had its turn; what became of it."""
    body = {"text": "Done, it works again.", "click_id": str(uuid4())}
    made = await player.post(f"/v1/conversations/{one['id']}/answers", json=body)
    assert made.status_code == 201, made.text
    answer_id = made.json()["id"]
    at_once = await player.post(f"/v1/answers/{answer_id}/departure")
    assert at_once.status_code < 300, at_once.text
    await leave(gmail.database, player.agency_id, UUID(answer_id))
    return (await player.get(f"/v1/answers/{answer_id}")).json()


@pytest.mark.parametrize("rewrites", [False, True])
async def test_an_answer_arrives_once_in_its_thread_and_is_one_message_here(
    gmail: Gmail, ines: Player, inbox: Inbox, asked: Row, *, rewrites: bool
) -> None:
    gmail.vendors.google.rewrites = rewrites
    assert (await answered(gmail, ines, asked))["status"] == "sent"
    (sent,) = gmail.box.sent
    question = next(mail for mail in gmail.box.mails.values() if "SENT" not in mail.labels)
    assert (sent.thread, sent.header("In-Reply-To")) == (question.thread, "<a@thornfield.example>")
    assert MAYA.address in sent.header("To")
    again = await gmail.read()
    assert (again.created, again.skipped) == (0, 1)
    (one,) = await listed(ines, "/v1/conversations", view="all")
    assert (one["message_count"], one["needs_reply"]) == (2, False)
    first, second = await inbox.messages()
    assert (first.replied_at is not None, second.user_id) == (True, ines.user_id)


async def test_trouble_of_gmails_is_not_taken_for_sent(gmail: Gmail, ines: Player, asked: Row) -> None:
    gmail.vendors.google.instead(f"{ME}/messages/send", Said(500))
    assert (await answered(gmail, ines, asked))["status"] != "sent"
    assert gmail.box.sent == []


async def test_an_answer_leaves_through_ones_own_mailbox_where_one_has_one(
    gmail: Gmail, vendors: Vendors, tom: Player, asked: Row
) -> None:
    box = await own(tom, vendors)
    assert (await answered(gmail, tom, asked))["status"] == "sent"
    (sent,) = vendors.google.box(box["address"]).sent
    assert (sent.header("References"), gmail.box.sent) == ("<a@thornfield.example>", [])
