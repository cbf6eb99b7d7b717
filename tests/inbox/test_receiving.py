"""Messages come in by any way, in any order, any number of times: each is kept once, where it belongs."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from audienceos.inbox.ports import Correspondent
from tests.cast import Player
from tests.clients.given import Row, a_client, aged
from tests.inbox.given import MAYA, MONDAY, US, Inbox, answer, known_to, mail


async def test_a_contacts_mail_is_its_clients_and_waits(inbox: Inbox, thornfield: Row) -> None:
    taken = await inbox.take(mail("a"))
    (one,) = await inbox.conversations()
    assert (taken.created, str(one.client_id)) == (1, thornfield["id"])
    assert (one.needs_reply, one.waiting_since, one.subject) == (True, MONDAY, "The booking form")
    assert one.reasons[0]["code"] == "asks_question"


async def test_taken_in_twice_it_is_one(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    again = await inbox.take(mail("a"), mail("a"))
    assert (again.created, again.skipped) == (0, 1)
    assert len(await inbox.messages()) == 1


async def test_an_answer_seen_elsewhere_closes_it(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a")
    await inbox.take(first)
    await inbox.take(answer("b", first))
    (one,) = await inbox.conversations()
    asked, said = await inbox.messages()
    assert (one.needs_reply, one.message_count) == (False, 2)
    assert (asked.replied_at, asked.needs_reply, said.is_inbound) == (said.received_at, False, False)


async def test_taking_in_again_keeps_the_answer(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a")
    await inbox.take(first, answer("b", first))
    await inbox.take(first)
    assert (await inbox.messages())[0].replied_at is not None


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_order_in_which_they_come_changes_nothing(
    inbox: Inbox, thornfield: Row, order: tuple[int, ...]
) -> None:
    first = mail("a")
    second = answer("b", first)
    third = mail("c", "Thanks!", after=2, references=(second.message_id,))
    for at in order:
        await inbox.take((first, second, third)[at])
    (one,) = await inbox.conversations()
    assert (one.message_count, one.needs_reply) == (3, False)
    assert one.last_message_at == MONDAY + timedelta(hours=2)


async def test_two_conversations_that_turn_out_to_be_one(inbox: Inbox, thornfield: Row) -> None:
    root = mail("root")
    await inbox.take(mail("x", references=("lost@thornfield.example",)), root)
    assert len(await inbox.conversations()) == 2
    await inbox.take(mail("y", after=3, references=(root.message_id, "lost@thornfield.example")))
    (one,) = await inbox.conversations()
    assert one.message_count == 3
    assert {message.conversation_id for message in await inbox.messages()} == {one.id}


async def test_a_strangers_mail_waits_in_triage(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", sender=Correspondent(name="Ops", address="ops@hexley-it.example")))
    (one,) = await inbox.conversations()
    assert (one.client_id, one.needs_reply) == (None, True)
    assert (len(await inbox.triage()), await inbox.messages()) == (1, [])


async def test_triage_joins_its_client_once_a_contact_answers_in_it(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a", sender=Correspondent(address="ops@hexley-it.example"))
    await inbox.take(first)
    await inbox.take(mail("b", after=1, references=(first.message_id,)))
    (one,) = await inbox.conversations()
    assert (str(one.client_id), await inbox.triage()) == (thornfield["id"], [])
    assert len(await inbox.messages()) == 2


async def test_a_colleague_of_a_contact_is_known_by_the_domain(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", sender=Correspondent(address="reception@thornfield.example")))
    assert str((await inbox.conversations())[0].client_id) == thornfield["id"]


async def test_free_mail_makes_nobody_a_client(inbox: Inbox, ines: Player) -> None:
    await known_to(ines, await a_client(ines, "Rookhill"), "sam@gmail.com")
    await inbox.take(mail("a", sender=Correspondent(address="somebody@gmail.com")))
    assert (await inbox.conversations())[0].client_id is None


async def test_an_address_of_two_clients_decides_nothing(inbox: Inbox, ines: Player) -> None:
    for name in ("Rookhill", "Pembury"):
        await known_to(ines, await a_client(ines, name), "shared@agency-law.example")
    await inbox.take(mail("a", sender=Correspondent(address="shared@agency-law.example")))
    assert (await inbox.conversations())[0].client_id is None


async def test_sent_mail_is_known_by_whom_it_is_to(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", "Here is the plan.", sender=US, to=(MAYA,), is_ours=True))
    (one,) = await inbox.conversations()
    assert (str(one.client_id), one.needs_reply) == (thornfield["id"], False)


async def test_colleagues_among_themselves_are_left_out(inbox: Inbox, ines: Player) -> None:
    taken = await inbox.take(mail("a", sender=US, to=(US,), is_ours=True))
    assert (taken.created, taken.skipped) == (0, 1)


async def test_nobody_waits_for_a_newsletter(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", "What do you think? Reply now!", automatic="newsletter"))
    assert not (await inbox.conversations())[0].needs_reply


async def test_an_edit_is_followed_and_a_removal_too(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a")
    await inbox.take(first)
    edited = msgspec.structs.replace(
        first, text="Never mind, it works.", edited_at=MONDAY + timedelta(minutes=5)
    )
    assert (await inbox.take(edited)).updated == 1
    assert (await inbox.messages())[0].content == "Never mind, it works."
    assert (await inbox.take(msgspec.structs.replace(first, is_removed=True))).updated == 1
    (gone,) = await inbox.messages()
    assert (gone.content, gone.removed_at is None) == ("", False)
    assert not (await inbox.conversations())[0].needs_reply


async def test_the_client_has_a_signal_while_it_waits(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a")
    await inbox.take(first)
    assert await inbox.signals() == {"waiting": ("risk", 1)}
    await inbox.take(answer("b", first))
    assert await inbox.signals() == {}


async def test_a_message_ends_the_clients_silence_at_the_moment_it_was_said(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    quiet = MONDAY - timedelta(days=30)
    await aged(inbox.database, ines, thornfield, last_activity_at=quiet)
    await inbox.take(mail("a", automatic="newsletter", after=5))
    assert await inbox.last_heard() == quiet
    await inbox.take(mail("b", after=2))
    assert await inbox.last_heard() == MONDAY + timedelta(hours=2)


async def test_what_no_column_holds_is_still_kept(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", "Nul \0 and half \ud83d", subject="S" * 300, message_id="m" * 100))
    (kept,) = await inbox.messages()
    assert (len(kept.subject or ""), len(kept.origin["subject"])) == (200, 300)
    assert "\0" not in kept.content


async def test_anothers_messages_are_never_met(inbox: Inbox, thornfield: Row, cleo: Player) -> None:
    await inbox.take(mail("a"))
    theirs = Inbox(inbox.database, cleo)
    assert (await theirs.take(mail("a"))).created == 1
    assert await theirs.messages() == []
    assert {one.agency_id for one in await inbox.conversations()} == {UUID(str(inbox.owner.agency_id))}
