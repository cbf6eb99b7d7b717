"""A channel is one conversation; each thread beside it is judged by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.models import InboxSource
from audienceos.inbox.models.beside import ClientChannel
from audienceos.inbox.ports import Correspondent, Incoming, Taken
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.given import MONDAY, Inbox

MAYA = Correspondent(name="Maya", address="U1")


class Workspace(Inbox):
    """The same agency's inbox, filled from Slack."""

    async def say(self, *messages: Incoming) -> Taken:
        """Take them in."""
        async with self.database.acting(self.claims) as db:
            found = await db.scalar(select(InboxSource).where(InboxSource.kind == "workspace"))
            if found is None:
                found = InboxSource(kind="workspace", platform="slack", external_id="T1", name="Northlight")
                db.add(found)
                await db.flush()
            return await take_in(db, found, messages)


def said(ts: int, text: str, *, ours: bool = False, branch: int | None = None) -> Incoming:
    """Something said in the channel, so many minutes after Monday at nine."""
    return Incoming(
        message_id=f"C1:{ts}",
        branch="" if branch is None else f"C1:{branch}",
        sender=Correspondent(name="Ines", address="U2") if ours else MAYA,
        is_ours=ours,
        text=text,
        received_at=_at(ts),
        place="C1",
        place_name="thornfield",
    )


def _at(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.fixture
async def workspace(database: Database, ines: Player, oxbow: Row) -> Workspace:
    """Hers, with a channel that is Oxbow's."""
    inbox = Workspace(database, ines)
    async with database.acting(ines.claims) as db:
        db.add(ClientChannel(client_id=oxbow["id"], place="C1", name="thornfield"))
    return inbox


async def test_what_is_said_in_a_channel_is_one_conversation_of_its_client(
    workspace: Workspace, oxbow: Row
) -> None:
    await workspace.say(said(1, "Who changes the DNS record?"), said(2, "We do, today.", ours=True))
    (one,) = await workspace.conversations()
    assert (str(one.client_id), one.message_count, one.needs_reply) == (oxbow["id"], 2, False)
    assert one.place_name == "thornfield"


async def test_an_answer_in_one_thread_leaves_the_other_waiting(workspace: Workspace) -> None:
    await workspace.say(
        said(1, "Who changes the DNS record?", branch=1),
        said(2, "Could you send the invoice again?", branch=2),
        said(3, "It is in your mailbox now.", ours=True, branch=2),
    )
    (one,) = await workspace.conversations()
    assert (one.needs_reply, one.waiting_since) == (True, _at(1))


async def test_each_threads_answer_closes_it(workspace: Workspace) -> None:
    await workspace.say(
        said(1, "Who changes the DNS record?", branch=1),
        said(2, "Could you send the invoice again?"),
        said(3, "We changed it.", ours=True, branch=1),
        said(4, "Here is the invoice.", ours=True),
    )
    (one,) = await workspace.conversations()
    assert (one.needs_reply, one.message_count) == (False, 4)


async def test_a_channel_of_nobody_waits_in_triage(database: Database, ines: Player) -> None:
    workspace = Workspace(database, ines)
    await workspace.say(said(1, "Anybody here?"))
    assert len(await workspace.triage()) == 1
