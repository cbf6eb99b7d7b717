"""An answer by SMTP: the server has all of it or nothing, and it is known which, or that nobody can tell."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from audienceos.inbox.ports import Correspondent, Leaving, Left, NotLeft, Parent, Unsure
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.providers.mailbox import delivering
from audienceos.providers.mailbox.courier import MailboxCourier
from tests.cast import Player
from tests.fakes.imap import Post, imap_server
from tests.fakes.mail import PASSWORD, Sending, sending_servers

ADDRESS = "desk@northlight.example"
MAYA = Correspondent(name="Maya Thornfield", address="maya@thornfield.example")
SENT = '"Sent Items"'


class Office:
    """A mailbox that is connected, its servers, and whoever sends from it."""

    def __init__(self, database: Database, owner: Player, sending: Sending, post: Post) -> None:
        self.database, self.owner, self.sending, self.post = database, owner, sending, post
        self.courier = MailboxCourier(private=True)
        self.mailbox_id = UUID(int=0)

    def leaving(self, **fields: Any) -> Leaving:
        """An answer of the owner's."""
        given: dict[str, Any] = {
            "id": uuid7(),
            "account_id": self.mailbox_id,
            "author_id": self.owner.user_id,
            "author_name": "Ines Aalto",
            "message_id": f"{uuid7().hex}@northlight.example",
            "written_at": datetime(2026, 11, 16, 10, 30, tzinfo=UTC),
            "to": (MAYA,),
            "text": "It works again.\n.\n.And a line with a dot.",
            "parent": Parent(
                message_id="two@thornfield.example",
                references=("one@thornfield.example",),
                subject="The booking form",
                sender=MAYA,
            ),
        }
        return Leaving(**(given | fields))

    async def send(self, leaving: Leaving | None = None) -> Left:
        """Hand it over."""
        return await self.courier.send(self.database, self.owner.agency_id, leaving or self.leaving())

    async def seek(self, leaving: Leaving) -> Left | None:
        """Ask for it."""
        return await self.courier.seek(self.database, self.owner.agency_id, leaving)


@pytest.fixture
async def office(app: Litestar, database: Database, ines: Player) -> Any:
    """Hers, with servers on this machine, which the installation allows."""
    kept = app.state.settings
    app.state.settings = msgspec.structs.replace(kept, private_mail_hosts=True)
    with imap_server() as (post, imap), sending_servers() as (sending, both):
        made = Office(database, ines, sending, post)
        body = {"address": ADDRESS, "password": PASSWORD, "is_shared": True, **both, **imap}
        answer = await ines.post("/v1/mailboxes", json=body)
        assert answer.status_code == 201, answer.text
        made.mailbox_id = UUID(answer.json()["id"])
        yield made
    app.state.settings = kept


def read(raw: bytes) -> EmailMessage:
    """A mail as its receiver's program reads it."""
    return message_from_bytes(raw, policy=policy.default)


async def test_it_arrives_whole_in_its_thread_with_a_copy_among_what_was_sent(office: Office) -> None:
    leaving = office.leaving(cc=(Correspondent(address="ops@thornfield.example"),))
    left = await office.send(leaving)
    (mail,) = office.sending.taken
    said = read(mail.raw)
    assert (mail.sender, mail.recipients) == (ADDRESS, [MAYA.address, "ops@thornfield.example"])
    assert (said["From"], said["Subject"]) == (f"Ines Aalto <{ADDRESS}>", "Re: The booking form")
    assert (said["Message-ID"], said["In-Reply-To"]) == (
        f"<{leaving.message_id}>",
        "<two@thornfield.example>",
    )
    assert said["References"].split() == ["<one@thornfield.example>", "<two@thornfield.example>"]
    assert said.get_content().replace("\r\n", "\n") == f"{leaving.text}\n"
    assert left.message_id == leaving.message_id
    (copy,) = office.post.folders[SENT].values()
    assert read(copy)["Message-ID"] == said["Message-ID"]


async def test_a_server_that_files_what_it_sends_gets_no_second_copy(office: Office) -> None:
    leaving = office.leaving()
    office.post.put(f"Message-ID: <{leaving.message_id}>\r\n\r\nIt works again.", SENT)
    await office.send(leaving)
    assert len(office.post.folders[SENT]) == 1


async def test_without_a_folder_for_it_no_copy_is_kept_and_the_answer_has_left(office: Office) -> None:
    del office.post.folders[SENT]
    await office.send()
    assert len(office.sending.taken) == 1


@pytest.mark.parametrize(
    ("what", "said", "for_good"),
    [
        (MAYA.address, "550 5.1.1 no such user", True),
        (MAYA.address, "451 try later", False),
        ("MAIL", "553 not yours", True),
        ("MAIL", "421 closing", False),
        ("DATA", "554 no", True),
        (".", "552 too much", True),
        (".", "451 try later", False),
    ],
)
async def test_what_a_server_refuses_has_not_left(
    office: Office, what: str, said: str, for_good: bool
) -> None:
    office.sending.says[what] = [said]
    with pytest.raises(NotLeft) as told:
        await office.send()
    assert (told.value.for_good, office.sending.taken) == (for_good, [])
    assert said.split(" ", 1)[1] in str(told.value)


async def test_one_refused_recipient_keeps_it_from_all(office: Office) -> None:
    office.sending.says["ops@thornfield.example"] = ["550 no such user"]
    with pytest.raises(NotLeft, match=r"ops@thornfield\.example"):
        await office.send(office.leaving(cc=(Correspondent(address="ops@thornfield.example"),)))
    assert office.sending.taken == []


async def test_a_line_that_dies_before_the_mail_is_taken_leaves_nothing(office: Office) -> None:
    office.sending.drops = ["data"]
    with pytest.raises(NotLeft) as told:
        await office.send()
    assert (told.value.for_good, office.sending.taken) == (False, [])


async def test_a_line_that_dies_once_the_mail_is_taken_leaves_nobody_sure(office: Office) -> None:
    office.sending.drops = ["dot"]
    with pytest.raises(Unsure):
        await office.send()
    assert len(office.sending.taken) == 1


async def test_a_server_that_says_nothing_in_time_leaves_nobody_sure(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SECONDS", 0.2)
    office.sending.slow = threading.Event()
    try:
        with pytest.raises(Unsure):
            await office.send()
    finally:
        office.sending.slow.set()


async def test_a_line_that_dies_within_the_mail_never_tells_that_it_left(office: Office) -> None:
    office.sending.drops = ["mail"]
    with pytest.raises((NotLeft, Unsure)):
        await office.send(office.leaving(text="A long one. " * 4000))
    assert office.sending.taken == []


async def test_it_is_found_among_what_was_sent(office: Office) -> None:
    leaving = office.leaving()
    await office.send(leaving)
    found = await office.seek(leaving)
    assert found is not None
    assert (found.message_id, found.sent_at) == (leaving.message_id, datetime(2026, 11, 16, 10, tzinfo=UTC))


async def test_what_isnt_there_may_have_left_all_the_same(office: Office) -> None:
    with pytest.raises(Unsure):
        await office.seek(office.leaving())


async def test_a_password_that_was_changed_is_for_its_people_to_mend(office: Office) -> None:
    office.sending.says["AUTH"] = ["535 wrong password"]
    with pytest.raises(NotLeft, match="name and password") as told:
        await office.send()
    assert told.value.for_good


async def test_a_mailbox_that_was_removed_sends_nothing(office: Office) -> None:
    await office.owner.delete(f"/v1/mailboxes/{office.mailbox_id}")
    with pytest.raises(NotLeft, match="no longer connected") as told:
        await office.send()
    assert (told.value.for_good, office.sending.taken) == (True, [])


async def test_servers_of_the_installations_own_network_are_not_spoken_with_unless_allowed(
    office: Office,
) -> None:
    office.courier = MailboxCourier(private=False)
    with pytest.raises(NotLeft, match="isn't on the internet"):
        await office.send()
    assert office.sending.taken == []


async def test_letters_beyond_ascii_need_a_server_that_takes_them(office: Office) -> None:
    leaving = office.leaving(to=(Correspondent(address="müller@thornfield.example"),))
    await office.send(leaving)
    assert office.sending.taken[0].recipients == ["müller@thornfield.example"]
    office.sending.offers = []
    with pytest.raises(NotLeft) as told:
        await office.send(leaving)
    assert told.value.for_good


async def test_a_mail_beyond_the_servers_size_is_not_begun(office: Office) -> None:
    office.sending.offers = ["SIZE 100"]
    with pytest.raises(NotLeft, match="larger") as told:
        await office.send()
    assert told.value.for_good
