"""Who hears of messages that wait for a reply, and of conversations that are given to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from audienceos.inbox.ports import Incoming
from audienceos.platform import clock
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.conftest import inbox, thornfield
from tests.inbox.given import Inbox, answer, mail
from tests.notifications.given import look_after, rows_of, told, wishes

__all__ = ["inbox", "thornfield"]

WROTE = "Thornfield Hearing Centres wrote and waits for a reply"
HOUR = timedelta(hours=1)


def came(key: str, *, ago: float = 1, **fields: Any) -> Incoming:
    """A mail of so many hours ago."""
    given: dict[str, Any] = {"received_at": clock.now() - ago * HOUR}
    return mail(key, **(given | fields))


async def the_one(inbox: Inbox) -> str:
    """The address of the only conversation."""
    (one,) = await inbox.conversations()
    return f"/v1/conversations/{one.id}"


@pytest.fixture
async def toms(ines: Player, tom: Player, thornfield: Row) -> Row:
    """The client, of which Tom is the owner."""
    await look_after(ines, thornfield, tom, role="owner")
    return thornfield


async def test_the_clients_owner_hears_of_it_once_while_it_waits(
    inbox: Inbox, tom: Player, toms: Row
) -> None:
    first = came("a", ago=3)
    await inbox.take(first)
    await inbox.take(came("b", ago=2, references=(first.message_id,)))
    assert (await told(inbox.database, tom)).count(WROTE) == 1


async def test_it_is_told_anew_once_it_was_answered_and_they_write_again(
    inbox: Inbox, tom: Player, toms: Row
) -> None:
    first = came("a", ago=3)
    await inbox.take(first)
    ours = answer("b", first)
    await inbox.take(structs.replace(ours, received_at=clock.now() - 2 * HOUR))
    await inbox.take(came("c", ago=1, references=(first.message_id,), text="And when will it be done?"))
    assert (await told(inbox.database, tom)).count(WROTE) == 2


async def test_who_is_to_answer_hears_of_it_in_the_owners_stead(
    inbox: Inbox, ines: Player, tom: Player, mia: Player, toms: Row
) -> None:
    first = came("a", ago=3)
    await inbox.take(first)
    await ines.post(f"{await the_one(inbox)}/assignment", json={"assignee_id": str(ines.user_id)})
    ours = answer("b", first)
    await inbox.take(structs.replace(ours, received_at=clock.now() - 2 * HOUR))
    await inbox.take(came("c", ago=1, references=(first.message_id,), text="And when will it be done?"))
    assert (await told(inbox.database, ines)).count(WROTE) == 1
    assert (await told(inbox.database, tom)).count(WROTE) == 1  # of the first, which was nobody's yet


async def test_who_helps_hears_of_it_only_where_they_wish(
    inbox: Inbox, ines: Player, tom: Player, mia: Player, toms: Row
) -> None:
    await look_after(ines, toms, mia, role="collaborator")
    await inbox.take(came("a"))
    assert WROTE not in await told(inbox.database, mia)
    await wishes(mia, shared_messages=True)
    await inbox.take(came("b", subject="Another matter"))
    assert (await told(inbox.database, mia)).count(WROTE) == 1


async def test_what_needs_no_reply_is_told_to_nobody(inbox: Inbox, tom: Player, toms: Row) -> None:
    await inbox.take(came("a", automatic="newsletter"))
    assert WROTE not in await told(inbox.database, tom)


async def test_of_a_muted_client_nothing_is_mailed(inbox: Inbox, tom: Player, toms: Row) -> None:
    await wishes(tom, muted_clients=[toms["id"]])
    await inbox.take(came("a"))
    await told(inbox.database, tom)
    row = (await rows_of(inbox.database, tom))[-1]
    assert (row.words, row.mail, row.read_at is not None) == (WROTE, "none", True)


async def test_whoever_wants_no_mail_of_messages_has_them_here(inbox: Inbox, tom: Player, toms: Row) -> None:
    await wishes(tom, email_messages=False)
    await inbox.take(came("a"))
    await told(inbox.database, tom)
    row = (await rows_of(inbox.database, tom))[-1]
    assert (row.kind, row.mail) == ("messages", "none")


async def test_it_leads_to_the_conversation(inbox: Inbox, tom: Player, toms: Row) -> None:
    await inbox.take(came("a"))
    await told(inbox.database, tom)
    row = (await rows_of(inbox.database, tom))[-1]
    there = await tom.get(tom.at(f"/notifications/{row.id}"))
    (one,) = await inbox.conversations()
    assert there.headers["location"] == tom.at(f"/inbox/{one.id}")


async def test_a_conversation_that_is_given_to_somebody_is_told_to_them_alone(
    inbox: Inbox, ines: Player, tom: Player, thornfield: Row
) -> None:
    await inbox.take(came("a"))
    at = f"{await the_one(inbox)}/assignment"
    await ines.post(at, json={"assignee_id": str(tom.user_id)})
    given = "Ines Aalto gave you a conversation with Thornfield Hearing Centres to answer"
    assert given in await told(inbox.database, tom)
    await tom.post(at, json={"assignee_id": str(tom.user_id)})
    await ines.post(at, json={"assignee_id": str(ines.user_id)})
    assert not [words for words in await told(inbox.database, ines) if "gave you" in words]


async def test_one_of_nobodys_is_told_without_a_client(inbox: Inbox, ines: Player, tom: Player) -> None:
    await inbox.take(came("a"))
    await ines.post(f"{await the_one(inbox)}/assignment", json={"assignee_id": str(tom.user_id)})
    assert await told(inbox.database, tom) == ["Ines Aalto gave you a conversation to answer"]
