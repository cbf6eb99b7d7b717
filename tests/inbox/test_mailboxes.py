"""A mailbox is read from where the last reading ended, whatever its server does meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import select, update

from audienceos.connections.actions.syncing import begin_run
from audienceos.connections.models import SyncRun
from audienceos.platform.events.models import Event
from audienceos.providers.mailbox.sweeping import DEAD, sweep
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.fakes.imap import PASSWORD, Post, imap_server
from tests.fakes.mail import mail_servers
from tests.inbox.given import MAYA, Inbox

ADDRESS = "desk@northlight.example"


@pytest.fixture
def servers(app: Litestar) -> Generator[tuple[Post, dict[str, Any]]]:
    """A mailbox with mail, and a server to send from, at an installation that lets them lie on this machine."""
    kept = app.state.settings
    app.state.settings = msgspec.structs.replace(kept, private_mail_hosts=True)
    with imap_server() as (post, imap), mail_servers() as both:
        yield post, both | imap
    app.state.settings = kept


@pytest.fixture
async def box(ines: Player, servers: tuple[Post, dict[str, Any]]) -> Row:
    """The agency's own mailbox, connected by its form."""
    body = {"address": ADDRESS, "password": PASSWORD, "is_shared": True, **servers[1]}
    answer = await ines.post("/v1/mailboxes", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def letter(key: str, text: str = "Could you look at the form?", **fields: str) -> bytes:
    """A mail as it lies on the server."""
    mail = EmailMessage()
    said = {
        "From": f"{MAYA.name} <{MAYA.address}>",
        "To": ADDRESS,
        "Subject": "The booking form",
        "Message-ID": f"<{key}@thornfield.example>",
        "Date": format_datetime(datetime.now(UTC)),
    }
    for name, value in (said | fields).items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


async def read(inbox: Inbox, box: Row) -> Any:
    """One reading."""
    return await sweep(inbox.database, inbox.claims.known, UUID(box["id"]), private=True)


async def test_what_lies_there_comes_in_with_what_was_sent(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    post = servers[0]
    post.put(letter("a"))
    sent = {"From": ADDRESS, "To": MAYA.address, "In-Reply-To": "<a@thornfield.example>"}
    post.put(letter("b", "Done.", **sent), '"Sent Items"')
    taken = await read(inbox, box)
    assert (taken.created, taken.failed) == (2, 0)
    (one,) = await listed(ines, "/v1/conversations", view="all")
    assert (one["client_id"], one["message_count"], one["needs_reply"]) == (thornfield["id"], 2, False)


async def test_only_what_is_new_is_fetched_the_next_time(
    inbox: Inbox, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    post = servers[0]
    post.put(letter("a"))
    await read(inbox, box)
    post.put(letter("b"))
    before = post.sent
    assert ((await read(inbox, box)).created, post.sent - before) == (1, 1)
    assert ((await read(inbox, box)).fetched, post.sent - before) == (0, 1)


async def test_a_server_that_counts_anew_doubles_nothing(
    inbox: Inbox, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    post = servers[0]
    post.put(letter("a"))
    await read(inbox, box)
    post.validity += 1
    post.put(letter("b"))
    again = await read(inbox, box)
    assert (again.created, again.skipped) == (1, 1)


async def test_a_line_that_breaks_loses_nothing_and_is_told(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    post = servers[0]
    for at in range(60):
        post.put(letter(f"m{at}"))
    post.breaks_after = 55
    first = await read(inbox, box)
    assert first.created == 50  # what was fetched whole; the rest comes next time
    shown = (await ines.get(f"/v1/mailboxes/{box['id']}")).json()
    assert (shown["state"], "broke off" in shown["last_error"]) == ("failing", True)
    post.breaks_after = None
    assert (await read(inbox, box)).created == 10
    assert len(await inbox.messages()) == 60


async def test_a_password_that_was_changed_is_told_and_not_tried_for_ever(
    inbox: Inbox, ines: Player, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].password = "another"
    await read(inbox, box)
    shown = (await ines.get(f"/v1/mailboxes/{box['id']}")).json()
    assert (shown["state"], "name and password" in shown["last_error"]) == ("failing", True)


async def test_anothers_mail_in_a_private_mailbox_is_its_owners_until_it_is_a_clients(
    inbox: Inbox, ines: Player, tom: Player, thornfield: Row, servers: tuple[Post, Any]
) -> None:
    body = {"address": "tom@northlight.example", "password": PASSWORD, "is_shared": False, **servers[1]}
    own = (await tom.post("/v1/mailboxes", json=body)).json()
    servers[0].put(letter("a", From="dentist@private.example"))
    servers[0].put(letter("b"))
    await read(inbox, own)
    assert [row["client_id"] for row in await listed(ines, "/v1/conversations", view="all")] == [
        thornfield["id"]
    ]
    assert len(await listed(tom, "/v1/conversations", view="triage")) == 1


async def test_a_long_mailbox_is_read_some_at_a_time_and_is_no_news(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    for at in range(12):
        servers[0].put(letter(f"m{at}"))
    for created in (5, 5, 2):
        taken = await sweep(inbox.database, inbox.claims.known, UUID(box["id"]), private=True, most=5)
        assert taken is not None
        assert taken.created == created
    assert "conversation.received" not in await happened(inbox)
    servers[0].put(letter("new"))
    await read(inbox, box)
    assert (await happened(inbox)).count("conversation.received") == 1


async def test_a_reading_that_was_killed_ends_none_for_long(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(letter("a"))
    async with inbox.database.acting(inbox.claims) as db:
        await begin_run(db, mailbox_id=UUID(box["id"]))
    assert await read(inbox, box) is None
    async with inbox.database.acting(inbox.claims) as db:
        mine = update(SyncRun).where(SyncRun.agency_id == ines.agency_id)
        await db.execute(mine.values(started_at=SyncRun.started_at - DEAD))
    assert (await read(inbox, box)).created == 1


async def happened(inbox: Inbox) -> list[str]:
    """What was recorded of the agency, by name."""
    async with inbox.database.acting(inbox.claims) as db:
        return list(await db.scalars(select(Event.name).where(Event.agency_id == inbox.owner.agency_id)))
