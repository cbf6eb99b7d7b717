"""From a press of Send to a mail at its receiver's server, by the API, the worker's jobs and SMTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from audienceos.inbox import ports
from audienceos.inbox.answering.sweeping import LEAVE
from audienceos.inbox.jobs import let_leave
from audienceos.platform.db.base import uuid7
from audienceos.providers.mailbox.courier import MailboxCourier
from audienceos.providers.mailbox.sweeping import sweep
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.fakes.imap import Post, imap_server
from tests.fakes.mail import PASSWORD, Sending, sending_servers
from tests.inbox.answering.given import Desk, FakeCourier
from tests.inbox.given import MAYA, Inbox
from tests.notifications.given import queued

ADDRESS = "desk@northlight.example"
ASKED = f"""From: {MAYA.name} <{MAYA.address}>
To: {ADDRESS}
Subject: The booking form
Message-ID: <two@thornfield.example>
In-Reply-To: <one@thornfield.example>
References: <one@thornfield.example>
Date: Mon, 16 Nov 2026 09:00:00 +0000

Could you look at the form?
"""


class Office(NamedTuple):
    """A mailbox, where its mail lies and what was sent from it."""

    desk: Desk
    post: Post
    sending: Sending
    mailbox_id: UUID

    async def read(self) -> Any:
        """The mailbox is read."""
        actor = self.desk.inbox.claims.known
        return await sweep(self.desk.database, actor, self.mailbox_id, private=True)

    async def press(self, click: UUID | None = None) -> Row:
        """Press Send by the API, and let the time to take it back pass."""
        path = f"/v1/conversations/{await self.desk.the_one()}/answers"
        headers = {"Idempotency-Key": str(click or uuid7())}
        made = await self.desk.owner.post(path, json={"text": "It works again."}, headers=headers)
        assert made.status_code == 201, made.text
        await self.desk.due(UUID(made.json()["id"]))
        return made.json()

    async def worked(self) -> None:
        """The worker does every job that waits for an answer to leave."""
        for payload in await queued(self.desk.database, self.desk.owner, LEAVE):
            await let_leave(self.desk.database, self.desk.inbox.claims.known, payload)


@pytest.fixture
async def office(
    app: Litestar, inbox: Inbox, ines: Player, thornfield: Row, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Office]:
    """Hers, with Maya's mail in it, at servers on this machine."""
    settings = msgspec.structs.replace(app.state.settings, private_mail_hosts=True)
    monkeypatch.setattr(app.state, "settings", settings)
    monkeypatch.setitem(ports._COURIERS, "mailbox", MailboxCourier(private=True))
    with imap_server() as (post, imap), sending_servers() as (sending, both):
        body = {"address": ADDRESS, "password": PASSWORD, "is_shared": True, **both, **imap}
        box = (await ines.post("/v1/mailboxes", json=body)).json()
        post.put(ASKED.replace("\n", "\r\n"))
        made = Office(Desk(inbox, FakeCourier()), post, sending, UUID(box["id"]))
        await made.read()
        yield made


def mail_of(raw: bytes) -> EmailMessage:
    """As its receiver's program reads it."""
    return message_from_bytes(raw, policy=policy.default)


async def test_it_arrives_once_in_its_thread_and_the_client_waits_no_longer(office: Office) -> None:
    click = uuid7()
    made = await office.press(click)
    assert (await office.press(click))["id"] == made["id"]
    await office.worked()
    await office.worked()
    (taken,) = office.sending.taken
    said = mail_of(taken.raw)
    assert (taken.recipients, said["In-Reply-To"]) == ([MAYA.address], "<two@thornfield.example>")
    assert said["References"].split()[-1] == "<two@thornfield.example>"
    assert (said["From"], said["Subject"]) == (f"Ines Aalto <{ADDRESS}>", "Re: The booking form")
    (one,) = await listed(office.desk.owner, "/v1/conversations", view="all")
    assert (one["needs_reply"], one["message_count"]) == (False, 2)
    shown = (await office.desk.owner.get(f"/v1/answers/{made['id']}")).json()
    assert (shown["status"], shown["overridden"]) == ("sent", 0)


async def test_read_again_in_the_folder_of_what_was_sent_it_is_the_same_message(office: Office) -> None:
    await office.press()
    await office.worked()
    assert len(office.post.folders['"Sent Items"']) == 1
    again = await office.read()
    assert (again.created, len(await office.desk.inbox.messages())) == (0, 2)


async def test_refused_by_the_server_the_client_still_waits(office: Office) -> None:
    office.sending.says[MAYA.address] = ["550 5.1.1 no such user"]
    made = await office.press()
    await office.worked()
    shown = (await office.desk.owner.get(f"/v1/answers/{made['id']}")).json()
    assert (shown["status"], "no such user" in shown["reason"]) == ("failed", True)
    (one,) = await listed(office.desk.owner, "/v1/conversations", view="needs_reply")
    assert one["message_count"] == 1
    retried = await office.desk.owner.post(f"/v1/answers/{made['id']}/retry", json={})
    assert retried.status_code == 200, retried.text
    await office.worked()
    assert len(office.sending.taken) == 1


async def test_a_line_that_died_with_the_mail_taken_is_found_by_its_copy_or_told_of(office: Office) -> None:
    office.sending.drops = ["dot"]
    made = await office.press()
    await office.worked()
    await office.desk.due(UUID(made["id"]))
    await office.worked()
    shown = (await office.desk.owner.get(f"/v1/answers/{made['id']}")).json()
    assert (shown["status"], shown["reason_code"]) == ("unsure", "may_have_left")
    office.post.put(office.sending.taken[0].raw, '"Sent Items"')
    await office.read()
    shown = (await office.desk.owner.get(f"/v1/answers/{made['id']}")).json()
    assert (shown["status"], len(office.sending.taken)) == ("sent", 1)


async def test_a_job_that_comes_too_soon_comes_again(office: Office) -> None:
    path = f"/v1/conversations/{await office.desk.the_one()}/answers"
    await office.desk.owner.post(path, json={"text": "It works.", "click_id": str(uuid7())})
    before = await queued(office.desk.database, office.desk.owner, LEAVE)
    await office.worked()
    after = await queued(office.desk.database, office.desk.owner, LEAVE)
    assert (office.sending.taken, len(after) - len(before)) == ([], 1)
