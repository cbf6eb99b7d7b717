"""A scheduled answer makes way for a client who writes first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.ports import Incoming
from audienceos.platform import clock
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.answering.given import Desk
from tests.inbox.given import MAYA, US, mail
from tests.notifications.given import told


@pytest.fixture
async def scheduled(desk: Desk, thornfield: Row) -> UUID:
    """Maya asked, and Ines has an answer leave tomorrow."""
    await desk.inbox.take(mail("a"))
    return (await desk.send(leaves_at=clock.now() + timedelta(days=1))).id


def later(key: str, **fields: Any) -> Incoming:
    """A mail of the same conversation that comes a moment from now."""
    comes = clock.now() + timedelta(minutes=1)
    given: dict[str, Any] = {"references": ("a@thornfield.example",), "received_at": comes} | fields
    return mail(key, "Never mind, we found it.", **given)


async def test_the_client_wrote_first_so_it_doesnt_leave_and_its_author_is_told(
    desk: Desk, scheduled: UUID
) -> None:
    await desk.inbox.take(later("b"))
    row = await desk.row(scheduled)
    assert (row.status, row.reason_code) == ("cancelled", "client_wrote")
    assert [draft.text for draft in await desk.drafts()] == [row.text]
    assert any("They wrote before it left" in line for line in await told(desk.database, desk.owner))
    assert ((await desk.leave(scheduled)).status, desk.courier.left) == ("cancelled", [])


async def test_a_colleague_who_takes_the_mail_in_gives_the_words_back_to_their_author(
    desk: Desk, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    answer = await desk.send(by=tom, leaves_at=clock.now() + timedelta(days=1))
    async with desk.database.acting(desk.owner.claims) as db:
        await take_in(db, await desk.inbox.source(db), [later("b")])
    assert (await desk.row(answer.id)).status == "cancelled"
    assert [draft.user_id for draft in await desk.drafts()] == [tom.user_id]


async def test_with_what_its_author_has_begun_since_the_words_are_kept_too(
    desk: Desk, scheduled: UUID
) -> None:
    path = f"/v1/conversations/{await desk.the_one()}/draft"
    await desk.owner.send("PUT", path, json={"text": "And another thing."})
    await desk.inbox.take(later("b"))
    assert [draft.text for draft in await desk.drafts()] == ["And another thing.\n\nIt works again."]


@pytest.mark.parametrize(
    "fields",
    [
        {"automatic": "newsletter"},
        {"sender": US, "is_ours": True, "to": (MAYA,)},
        {"received_at": clock.now() - timedelta(days=2)},
        {"references": ()},
    ],
    ids=["a machine", "a colleague", "an old mail", "another conversation"],
)
async def test_nothing_else_calls_it_off(desk: Desk, scheduled: UUID, fields: dict[str, Any]) -> None:
    await desk.inbox.take(later("b", **fields))
    assert (await desk.row(scheduled)).status == "waiting"


async def test_a_hastened_one_leaves_whatever_comes(desk: Desk, scheduled: UUID) -> None:
    await desk.owner.post(f"/v1/answers/{scheduled}/departure")
    await desk.inbox.take(later("b"))
    assert (await desk.leave(scheduled)).status == "sent"
