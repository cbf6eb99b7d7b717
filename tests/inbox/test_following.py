"""What authors do to messages afterwards holds in whatever order it is heard of."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from audienceos.inbox.ports import Incoming
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import Inbox, answer, mail

ASKED = mail("a", "Could you look at the zebra?")


def edited(message: Incoming, text: str, *, after: float) -> Incoming:
    return replace(message, text=text, edited_at=message.received_at + timedelta(hours=after))


GONE = replace(ASKED, text="", is_removed=True)
FIRST, SECOND = (
    edited(ASKED, "Could you look at the heron?", after=1),
    edited(ASKED, "Thanks, found it.", after=2),
)


async def said(inbox: Inbox) -> tuple[str, bool, bool]:
    """What the one message says, whether it was taken back, and whether it waits."""
    (message,), (one,) = await inbox.messages(), await inbox.conversations()
    return message.content, message.removed_at is not None, one.needs_reply


async def found(player: Player, words: str) -> int:
    return len(await listed(player, "/v1/conversations", view="all", q=words))


async def test_what_was_taken_back_before_it_came_stays_so(inbox: Inbox, thornfield: Row) -> None:
    assert (await inbox.take(GONE)).skipped == 1
    assert (await inbox.take(ASKED)).created == 1
    assert await said(inbox) == ("", True, False)


async def test_what_is_taken_back_as_it_comes_is_kept_without_its_words(
    inbox: Inbox, thornfield: Row, ines: Player
) -> None:
    await inbox.take(GONE, ASKED)
    assert await said(inbox) == ("", True, False)
    assert (await inbox.conversations())[0].snippet == ""
    assert await found(ines, "zebra") == 0


async def test_what_was_never_here_leaves_no_conversation(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(GONE)
    assert await inbox.conversations() == []


async def test_an_older_edit_undoes_no_newer_one(inbox: Inbox, thornfield: Row) -> None:
    for message in (ASKED, SECOND, FIRST):
        await inbox.take(message)
    assert await said(inbox) == ("Thanks, found it.", False, False)


async def test_an_edit_back_to_the_first_words_is_the_last(inbox: Inbox, thornfield: Row) -> None:
    back = edited(ASKED, ASKED.text, after=3)
    for message in (ASKED, back, SECOND):
        await inbox.take(message)
    assert await said(inbox) == (ASKED.text, False, True)


async def test_of_one_batch_the_last_words_count(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(SECOND, FIRST, ASKED)
    assert await said(inbox) == ("Thanks, found it.", False, False)


async def test_a_conversation_is_found_by_the_words_that_it_has_now(
    inbox: Inbox, thornfield: Row, ines: Player
) -> None:
    await inbox.take(ASKED, answer("b", ASKED, "Could it be the form?"))
    await inbox.take(FIRST)
    assert [await found(ines, word) for word in ("heron", "zebra", "could")] == [1, 0, 1]
    await inbox.take(GONE)
    assert [await found(ines, word) for word in ("heron", "could", "booking")] == [0, 1, 1]


async def test_nothing_is_left_on_the_list_of_what_was_taken_back(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(ASKED)
    await inbox.take(GONE)
    (one,) = await inbox.conversations()
    assert (one.snippet, one.reasons) == ("", [])


async def test_two_that_prove_to_be_one_are_found_by_the_words_of_both(
    inbox: Inbox, thornfield: Row, ines: Player
) -> None:
    other = mail("c", "The ostrich is new.", after=1)
    await inbox.take(ASKED)
    await inbox.take(other)
    both = mail("d", "Both are done.", after=2, references=(ASKED.message_id, other.message_id))
    await inbox.take(both)
    assert len(await inbox.conversations()) == 1
    assert [await found(ines, word) for word in ("zebra", "ostrich", "both")] == [1, 1, 1]


async def test_nothing_waits_in_what_a_flood_has_passed(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(ASKED)
    later = [answer(f"l{at}", ASKED, "Here it is.", after=1 + at / 100) for at in range(200)]
    await inbox.take(*later)
    assert [message.message_id for message in await inbox.messages() if message.needs_reply] == []
