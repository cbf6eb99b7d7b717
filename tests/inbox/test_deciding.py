"""What people decide about a conversation, by the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from audienceos.inbox.actions.deciding import match
from audienceos.inbox.forms import MatchIn
from audienceos.inbox.jobs import look
from audienceos.inbox.ports import Correspondent
from audienceos.platform import clock
from tests.cast import Player
from tests.clients.given import Row, a_client, aged, listed
from tests.inbox.given import MAYA, MONDAY, Inbox, answer, mail

OPS = Correspondent(name="Ops", address="ops@hexley-it.example")


async def only(player: Player, **params: Any) -> Row:
    """The one conversation that there is."""
    (one,) = await listed(player, "/v1/conversations", **({"view": "all"} | params))
    return one


async def did(player: Player, one: Row, noun: str, **fields: Any) -> Row:
    """Something decided about it."""
    said = await player.post(f"/v1/conversations/{one['id']}/{noun}", json=fields)
    assert said.status_code == 200, said.text
    return said.json()


async def test_no_reply_needed_holds_until_the_next_message(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    first = mail("a")
    await inbox.take(first)
    decided = await did(ines, await only(ines), "decision", needs_reply=False)
    assert (decided["needs_reply"], decided["said"]) == (False, "no_reply")
    assert await inbox.signals() == {}
    later = (clock.now() - MONDAY) / timedelta(hours=1) + 1
    await inbox.take(mail("b", "And when is it done?", after=later, references=(first.message_id,)))
    again = await only(ines)
    assert (again["needs_reply"], again["waiting_since"] is None) == (True, False)


async def test_what_a_person_closed_stays_closed_though_thanks_come(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    first = mail("a")
    await inbox.take(first)
    await did(ines, await only(ines), "decision", needs_reply=False)
    later = (clock.now() - MONDAY) / timedelta(hours=1) + 1
    await inbox.take(mail("b", "Thanks, got it!", after=later, references=(first.message_id,)))
    await inbox.take(mail("b2", "Perfect.", after=later + 1, references=(first.message_id,)))
    one = await only(ines)
    shown = (await ines.get(f"/v1/conversations/{one['id']}")).json()
    assert (shown["needs_reply"], shown["said"]) == (False, None)


async def test_a_colleague_is_assigned_and_finds_it_among_theirs(
    inbox: Inbox, ines: Player, tom: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    await did(ines, await only(ines), "assignment", assignee_id=str(tom.user_id))
    assert (await only(tom, view="mine"))["assignee_id"] == str(tom.user_id)
    assert await listed(ines, "/v1/conversations", view="mine") == []


async def test_a_snoozed_one_is_nobodys_until_then_and_a_new_message_ends_it(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    first = mail("a")
    await inbox.take(first)
    until = (clock.now() + timedelta(days=1)).isoformat()
    await did(ines, await only(ines), "snooze", until=until)
    assert await listed(ines, "/v1/conversations") == []
    assert (await only(ines, view="snoozed"))["is_snoozed"]
    assert await inbox.signals() == {}
    later = (clock.now() - MONDAY) / timedelta(hours=1) + 1
    await inbox.take(mail("b", "Any news?", after=later, references=(first.message_id,)))
    assert not (await only(ines, view="needs_reply"))["is_snoozed"]


async def test_a_snooze_of_the_past_is_refused(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    one = await only(ines)
    said = await ines.post(f"/v1/conversations/{one['id']}/snooze", json={"until": "2020-01-01T00:00:00Z"})
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, "until")


async def test_a_match_takes_it_out_of_triage(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(mail("a", sender=OPS))
    one = await only(ines, view="triage")
    matched = await did(ines, one, "match", client_id=thornfield["id"])
    assert (matched["client_name"], await inbox.triage()) == ("Thornfield Hearing Centres", [])
    assert [message.content for message in await inbox.messages()] == ["Could you look at the form?"]


async def test_what_was_said_ends_the_silence_of_the_client_whose_it_is(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await aged(inbox.database, ines, thornfield, last_activity_at=MONDAY - timedelta(days=30))
    await inbox.take(mail("a", sender=OPS))
    one = await only(ines, view="triage")
    async with inbox.database.acting(inbox.claims) as db:
        await match(db, UUID(one["id"]), MatchIn(client_id=UUID(thornfield["id"])))
    assert await inbox.last_heard() == MONDAY


async def test_a_match_that_teaches_brings_the_others_along_and_those_to_come(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a", sender=OPS), mail("b", sender=OPS, after=1))
    one = (await listed(ines, "/v1/conversations", view="triage"))[0]
    await did(ines, one, "match", client_id=thornfield["id"], teach="domain")
    assert await inbox.triage() == []
    await inbox.take(mail("c", sender=Correspondent(address="boss@hexley-it.example"), after=2))
    assert (await inbox.triage(), len(await inbox.messages())) == ([], 3)


async def test_free_mail_teaches_no_domain(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(mail("a", sender=Correspondent(address="somebody@gmail.com")))
    one = await only(ines, view="triage")
    body = {"client_id": thornfield["id"], "teach": "domain"}
    said = await ines.post(f"/v1/conversations/{one['id']}/match", json=body)
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, "teach")
    assert len(await inbox.triage()) == 1


async def test_a_conversation_of_the_wrong_client_changes_hands(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    halden = await a_client(ines, "Halden Dental")
    await did(ines, await only(ines), "match", client_id=halden["id"])
    assert {str(message.client_id) for message in await inbox.messages()} == {halden["id"]}


async def test_what_was_read_is_not_new_until_somebody_writes(
    inbox: Inbox, ines: Player, tom: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    one = await only(ines)
    assert one["is_unread"]
    assert not (await did(ines, one, "sight"))["is_unread"]
    assert (await only(tom))["is_unread"]


async def test_a_scoped_member_sees_their_clients_conversations_alone(
    inbox: Inbox, ines: Player, mia: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a"), mail("b", sender=OPS))
    assert await listed(mia, "/v1/conversations", view="all") == []
    counts = (await mia.get("/v1/conversation-counts")).json()
    assert set(counts.values()) == {0}


async def test_words_find_it_by_text_sender_subject_and_client(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a", "The newsletter banner hides everything", subject="Banner again"))
    for words in ("newslet ban", "maya", "again", "thornfield hear"):
        assert (await only(ines, q=words))["subject"] == "Banner again"
    assert await listed(ines, "/v1/conversations", view="all", q="nowhere") == []


async def test_what_was_promised_is_told_with_its_words(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    first = mail("a")
    promise = answer("b", first, "We will send you the new plan by Friday.")
    await inbox.take(first, promise)
    one = await only(ines)
    (promised,) = await listed(ines, f"/v1/conversations/{one['id']}/promises")
    assert (promised["by"], promised["due"], promised["is_kept"]) == ("us", "2026-11-20", False)


async def test_time_alone_raises_the_signal(inbox: Inbox, thornfield: Row) -> None:
    recent = (clock.now() - MONDAY) / timedelta(hours=1) - 1
    await inbox.take(mail("a", after=recent, sender=MAYA))
    assert (await inbox.signals())["waiting"][0] == "ok"
    await inbox.age(hours=30)
    await look(inbox.database, inbox.claims.known, {})
    assert (await inbox.signals())["waiting"][0] == "watch"
