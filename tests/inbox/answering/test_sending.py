"""What pressing Send does: to whom it goes, through what, past the firewall, and back again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audienceos.inbox.ports import Correspondent
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.answering.given import Desk, press
from tests.inbox.given import MAYA, US, answer, mail

OPS = Correspondent(name="Ops", address="ops@thornfield.example")


async def recipients(desk: Desk, **params: Any) -> tuple[list[str], list[str]]:
    """To whom an answer goes, and in copy."""
    said = await desk.owner.get(f"/v1/conversations/{await desk.the_one()}/recipients", params=params)
    assert said.status_code == 200, said.text
    return [one["address"] for one in said.json()["to"]], [one["address"] for one in said.json()["cc"]]


async def ways(desk: Desk, player: Player) -> Any:
    """Through what that person may answer."""
    return (await player.get(f"/v1/conversations/{await desk.the_one()}/ways")).json()


async def test_a_reply_goes_to_its_sender_and_one_to_all_to_everybody_else_but_us(
    desk: Desk, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a", to=(US, OPS), cc=(Correspondent(address="it@thornfield.example"),)))
    assert await recipients(desk) == ([MAYA.address], [])
    everybody = ([MAYA.address, OPS.address], ["it@thornfield.example"])
    assert await recipients(desk, to_all=True) == everybody


async def test_where_they_want_answers_elsewhere_they_go_there(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a", origin={"reply_to": [{"name": "", "address": OPS.address}]}))
    assert await recipients(desk) == ([OPS.address], [])


async def test_after_our_own_mail_it_goes_to_whom_that_went(desk: Desk, thornfield: Row) -> None:
    first = mail("a")
    await desk.inbox.take(first, answer("b", first))
    assert await recipients(desk) == ([MAYA.address], [])


async def test_another_of_the_agencys_mailboxes_is_never_written_to(desk: Desk, thornfield: Row) -> None:
    await desk.mailbox("hello@northlight.example")
    await desk.inbox.take(mail("a", to=(US, Correspondent(address="Hello@Northlight.example"))))
    assert await recipients(desk, to_all=True) == ([MAYA.address], [])


async def test_ones_own_mailbox_comes_before_the_agencys(desk: Desk, tom: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    await desk.mailbox("hello@northlight.example")
    await desk.mailbox("tom@northlight.example", owner=tom)
    named = [way["address"] for way in (await ways(desk, tom))["ways"]]
    assert named == ["tom@northlight.example", US.address, "hello@northlight.example"]
    assert [way["address"] for way in (await ways(desk, desk.owner))["ways"]] == named[1:]


async def test_anothers_own_mailbox_is_not_to_be_written_from(
    desk: Desk, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    toms = await desk.mailbox("tom@northlight.example", owner=tom)
    said = await press(desk, account_kind="mailbox", account_id=str(toms))
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, "account_id")


async def test_a_conversation_of_nobody_is_answered_once_somebody_said_whose_it_is(desk: Desk) -> None:
    await desk.inbox.take(mail("a"))
    assert (await ways(desk, desk.owner))["code"] == "no_client"
    said = await press(desk)
    assert (said.status_code, said.json()["code"]) == (409, "no_client")


async def test_a_channel_without_a_connection_is_read_only_and_says_why(desk: Desk, thornfield: Row) -> None:
    conversation_id = await desk.channel(thornfield)
    said = (await desk.owner.get(f"/v1/conversations/{conversation_id}/ways")).json()
    assert (said["ways"], said["code"]) == ([], "not_connected")
    assert "Slack" in said["reason"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"to": []}, "to"),
        ({"to": [{"address": "maya at thornfield"}]}, "to"),
        ({"cc": [{"address": "nobody@"}]}, "cc"),
        ({"leaves_at": "2020-01-01T09:00:00Z"}, "leaves_at"),
        ({"leaves_at": "2999-01-01T09:00:00Z"}, "leaves_at"),
        ({"message_id": str(uuid7())}, "message_id"),
    ],
)
async def test_what_cant_be_sent_is_told_at_its_field(
    desk: Desk, thornfield: Row, fields: dict[str, Any], field: str
) -> None:
    await desk.inbox.take(mail("a"))
    said = await press(desk, **fields)
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, field)
    assert await desk.answers() == []


async def test_without_a_click_nothing_is_sent(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    path = f"/v1/conversations/{await desk.the_one()}/answers"
    assert (await desk.owner.post(path, json={"text": "It works."})).status_code == 422


async def test_a_click_is_one_persons_alone(desk: Desk, tom: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    made = await desk.send()
    path = f"/v1/conversations/{await desk.the_one()}/answers"
    said = await tom.post(path, json={"text": "Mine.", "click_id": str(made.click_id)})
    assert (said.status_code, said.json()["code"]) == (409, "click_taken")


async def test_taken_back_its_words_are_the_draft_again(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    path = f"/v1/conversations/{await desk.the_one()}/draft"
    await desk.owner.send("PUT", path, json={"text": "It works again."})
    made = await desk.send(cc=[{"address": OPS.address}])
    assert (await desk.owner.get(path)).status_code == 404
    back = await desk.owner.post(f"/v1/answers/{made.id}/withdrawal")
    assert (back.status_code, back.json()["text"]) == (200, "It works again.")
    assert [one["address"] for one in back.json()["cc_people"]] == [OPS.address]
    assert ((await desk.leave(made.id)).status, desk.courier.left) == ("cancelled", [])


async def test_what_has_left_cant_be_taken_back(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    made = await desk.send()
    await desk.leave(made.id)
    for verb in ("withdrawal", "cancellation", "departure", "retry"):
        said = await desk.owner.post(f"/v1/answers/{made.id}/{verb}", json={})
        assert (said.status_code, said.json()["code"]) == (409, "answer_sent")


async def test_a_scheduled_one_waits_for_its_moment_and_can_be_hastened(desk: Desk, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    tomorrow = clock.now() + timedelta(days=1)
    made = await desk.send(leaves_at=tomorrow)
    assert (made.is_scheduled, made.leaves_at) == (True, tomorrow)
    hastened = await desk.owner.post(f"/v1/answers/{made.id}/departure")
    assert (hastened.status_code, hastened.json()["is_scheduled"]) == (200, False)
    assert (await desk.leave(made.id)).status == "sent"


async def test_a_colleague_changes_nothing_about_it_and_an_admin_may_give_it_up(
    desk: Desk, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    made = await desk.send(by=tom)
    assert (await desk.owner.post(f"/v1/answers/{made.id}/withdrawal")).status_code == 403
    assert (await desk.owner.post(f"/v1/answers/{made.id}/departure")).status_code == 403
    given_up = await desk.owner.post(f"/v1/answers/{made.id}/cancellation")
    assert (given_up.status_code, given_up.json()["status"]) == (200, "cancelled")


async def test_a_snoozed_conversation_that_needs_nothing_more_is_taken_up(
    desk: Desk, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    path = f"/v1/conversations/{await desk.the_one()}/snooze"
    assert (await desk.owner.post(path, json={"until": "2999-01-01T09:00:00Z"})).status_code == 200
    await desk.leave((await desk.send()).id)
    (one,) = await desk.inbox.conversations()
    assert (one.needs_reply, one.snoozed_until) == (False, None)


async def test_beside_a_message_or_to_the_channel(desk: Desk, thornfield: Row) -> None:
    conversation_id = await desk.channel(thornfield, workspace="T1")
    beside = await desk.send(conversation_id=conversation_id)
    aloud = await desk.send(conversation_id=conversation_id, is_to_all=True)
    assert (beside.place, beside.branch, beside.to_people) == ("C1", "C1:1", [])
    assert (aloud.place, aloud.branch) == ("C1", "")


async def test_said_by_our_app_it_is_told_under_its_authors_name(desk: Desk, thornfield: Row) -> None:
    conversation_id = await desk.channel(thornfield, workspace="T1")
    made = await desk.send(conversation_id=conversation_id)
    await desk.leave(made.id)
    (one,) = await desk.inbox.conversations()
    assert (one.last_sender, one.people) == ("Ines Aalto", ["Maya", "Ines Aalto"])


async def test_an_answer_to_ours_stays_in_the_thread_that_they_began(desk: Desk, thornfield: Row) -> None:
    conversation_id = await desk.channel(thornfield, workspace="T1")
    await desk.leave((await desk.send(conversation_id=conversation_id)).id)
    page = await desk.owner.get(desk.owner.at(f"/inbox/{conversation_id}"))
    assert "In the thread of “Could you look at the form?” in thornfield" in page.text
