"""One mailbox that is read by IMAP and through Gmail's API at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from audienceos.platform.actor import system_of
from audienceos.providers.mailbox.sweeping import sweep
from tests.clients.given import Row
from tests.fakes.imap import PASSWORD, imap_server
from tests.fakes.mail import mail_servers
from tests.inbox.given import Inbox
from tests.providers.gmail.given import Gmail, letter


@pytest.mark.parametrize("first", ["imap", "api"])
async def test_the_same_mail_is_one_message_whichever_way_comes_first(
    app: Litestar, gmail: Gmail, inbox: Inbox, thornfield: Row, first: str
) -> None:
    kept = app.state.settings
    app.state.settings = msgspec.structs.replace(kept, private_mail_hosts=True)
    with imap_server() as (post, imap), mail_servers() as both:
        body: dict[str, Any] = {"address": gmail.address, "password": PASSWORD, "is_shared": True}
        made = await gmail.owner.post("/v1/mailboxes", json=body | both | imap)
        assert made.status_code == 201, made.text
        actor, box = system_of(gmail.owner.agency_id), UUID(made.json()["id"])
        ways = [lambda: sweep(gmail.database, actor, box, private=True), gmail.reading]
        for _ in range(2):
            post.put(letter("a", Bcc="x@y.example"))
            gmail.box.put(letter("a"))
            for way in ways if first == "imap" else reversed(ways):
                assert await way() is not None
    app.state.settings = kept
    assert [one.message_id for one in await inbox.messages()] == ["a@thornfield.example"]
