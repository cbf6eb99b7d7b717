"""Waiting mails leave once, come back after a failure, and are kept where nothing delivers."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from audienceos.agency.invitations import invite
from audienceos.agency.joining import look_at_invitation
from audienceos.agency.letters import INVITATION, proving_invitations
from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.mail.delivering import ATTEMPTS, SENDING, deliver, outbox
from audienceos.platform.mail.mailer import Kept, MailError, Outgoing
from audienceos.platform.mail.models import AccountMail, AgencyMail
from audienceos.platform.mail.posting import SUBJECT_LENGTH, Letter, one_line, post_for_agency
from tests.entering import Founded, door, found, fresh_email


class Postbox:
    """A mailer that keeps what it is handed, or fails as told."""

    delivers = True

    def __init__(self, *failures: MailError) -> None:
        self.failures = list(failures)
        self.mails: list[Outgoing] = []

    async def send(self, mail: Outgoing) -> None:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        self.mails.append(mail)


@pytest.fixture(autouse=True)
async def empty(auth: Auth) -> None:
    """Nothing of other tests waits: each test looks at its own mails."""
    async with auth.database.serving() as db:
        for table in (AccountMail, AgencyMail):
            await db.execute(update(table).where(table.sent_at.is_(None)).values(sent_at=clock.now()))


async def letter_from(auth: Auth, host: Founded, to_email: str = "bo@example.com") -> UUID:
    async with auth.database.acting(door(host)) as db:
        return post_for_agency(db, to_email, Letter(kind="note", subject="Hello", body="Dear Bo,"))


async def row_of(auth: Auth, agency_id: UUID, mail_id: UUID) -> AgencyMail:
    async with auth.database.serving() as db:
        return await db.get_one(AgencyMail, (agency_id, mail_id))


async def test_a_mail_leaves_once_and_keeps_no_secret(auth: Auth) -> None:
    host, box = await found(auth, proven=False), Postbox()
    mail_id = await letter_from(auth, host)

    done = [await deliver(auth.database, box, {}) for _ in range(2)]

    assert [(d.sent, d.failed) for d in done] == [(2, 0), (0, 0)]
    assert {mail.subject for mail in box.mails} == {"Hello", "Confirm your e-mail address"}
    row = await row_of(auth, host.agency_id, mail_id)
    assert (row.body, row.attempts, row.failed_at, row.last_error) == ("", 1, None, None)
    assert row.sent_at is not None
    assert await outbox(auth.database) == []


async def test_many_workers_send_each_mail_once(auth: Auth) -> None:
    host, box = await found(auth), Postbox()
    ids = [await letter_from(auth, host) for _ in range(12)]

    done = await asyncio.gather(*(deliver(auth.database, box, {}) for _ in range(4)))

    assert Counter(mail.id for mail in box.mails if mail.subject == "Hello") == Counter(ids)
    assert sum(d.sent for d in done) == len(box.mails)


async def test_a_failure_comes_back_until_there_is_no_hope(auth: Auth) -> None:
    host = await found(auth, proven=False)
    await deliver(auth.database, Postbox(), {})
    mail_id = await letter_from(auth, host)
    moment = clock.now()
    for attempts in range(1, ATTEMPTS + 1):
        with clock.stopped_at(moment):
            assert (await deliver(auth.database, Postbox(MailError("busy")), {})).failed == 1
            assert (await deliver(auth.database, Postbox(), {})).sent == 0
        assert (await row_of(auth, host.agency_id, mail_id)).attempts == attempts
        moment += timedelta(hours=4)

    row = await row_of(auth, host.agency_id, mail_id)
    assert (row.last_error, row.sent_at, row.body) == ("busy", None, "Dear Bo,")
    with clock.stopped_at(moment + timedelta(days=30)):
        assert (await deliver(auth.database, Postbox(), {})).sent == 0


async def test_each_pause_is_twice_the_one_before(auth: Auth) -> None:
    host = await found(auth)
    await deliver(auth.database, Postbox(), {})
    await letter_from(auth, host)
    moment = clock.now()
    for pause in (60, 120, 240):
        with clock.stopped_at(moment):
            await deliver(auth.database, Postbox(MailError("busy")), {})
        with clock.stopped_at(moment + timedelta(seconds=pause - 1)):
            assert (await deliver(auth.database, Postbox(), {})).sent == 0
        moment += timedelta(seconds=pause)

    with clock.stopped_at(moment):
        assert (await deliver(auth.database, Postbox(), {})).sent == 1


async def test_a_permanent_refusal_is_not_tried_again(auth: Auth) -> None:
    host = await found(auth)
    await deliver(auth.database, Postbox(), {})
    mail_id = await letter_from(auth, host)

    await deliver(auth.database, Postbox(MailError("no such mailbox", permanent=True)), {})

    with clock.stopped_at(clock.now() + timedelta(days=30)):
        assert (await deliver(auth.database, Postbox(), {})).sent == 0
    assert (await row_of(auth, host.agency_id, mail_id)).last_error == "no such mailbox"


async def test_one_that_fails_holds_up_no_other(auth: Auth) -> None:
    host = await found(auth)
    await deliver(auth.database, Postbox(), {})
    await letter_from(auth, host)
    second = await letter_from(auth, host)
    box = Postbox(MailError("busy"))

    done = await deliver(auth.database, box, {})

    assert (done.sent, done.failed) == (1, 1)
    assert [mail.id for mail in box.mails] == [second]


async def test_a_worker_killed_while_sending_leaves_the_mail_to_the_next(auth: Auth) -> None:
    class Killed(Postbox):
        async def send(self, mail: Outgoing) -> None:
            await super().send(mail)
            raise asyncio.CancelledError

    host, killed, box = await found(auth), Killed(), Postbox()
    await deliver(auth.database, Postbox(), {})
    mail_id = await letter_from(auth, host)

    with pytest.raises(asyncio.CancelledError):
        await deliver(auth.database, killed, {})

    row = await row_of(auth, host.agency_id, mail_id)
    assert (row.sent_at, row.last_error) == (None, SENDING)
    assert (await deliver(auth.database, box, {})).sent == 0
    with clock.stopped_at(clock.now() + timedelta(seconds=61)):
        assert (await deliver(auth.database, box, {})).sent == 1
    assert [mail.id for mail in killed.mails] == [mail.id for mail in box.mails]


async def test_without_a_server_everything_stays(auth: Auth) -> None:
    email = fresh_email()
    host = await found(auth, email=email, proven=False)
    mail_id = await letter_from(auth, host)

    done = await deliver(auth.database, Kept(), {})

    assert (done.sent, done.failed) == (0, 0)
    assert (await row_of(auth, host.agency_id, mail_id)).attempts == 0
    (waiting,) = [mail for mail in await outbox(auth.database) if mail.to_email == email]
    assert (waiting.kind, waiting.attempts) == ("verify", 0)
    assert f"{auth.settings.url}/verify/" in waiting.body


async def test_an_invitation_gets_its_proof_only_as_it_leaves(auth: Auth) -> None:
    host, box, email = await found(auth), Postbox(), fresh_email("bo")
    async with auth.database.acting(door(host)) as db:
        sent = await invite(db, auth.settings, email, "user")
        waiting = (await db.scalars(select(AgencyMail.body))).all()

    await deliver(auth.database, box, {INVITATION: proving_invitations(auth.settings)})

    (mail,) = [mail for mail in box.mails if mail.to_email == email]
    link = next(line for line in mail.body.splitlines() if "/invite/" in line)
    assert link.startswith(f"{sent.link}_")
    assert waiting == [] or link not in waiting[0]
    assert (await look_at_invitation(auth, link.rpartition("/")[2])).proven
    assert not (await look_at_invitation(auth, sent.link.rpartition("/")[2])).proven


async def test_another_agency_reads_no_mail_of_this_one(auth: Auth) -> None:
    host, stranger = await found(auth), await found(auth)
    await letter_from(auth, host)

    async with auth.database.acting(door(stranger)) as db:
        assert (await db.scalars(select(AgencyMail))).all() == []
    async with auth.database.acting(door(host)) as db:
        assert len((await db.scalars(select(AgencyMail))).all()) == 1


def test_a_subject_is_one_line_that_fits() -> None:
    assert one_line("a\r\nBcc: b\u2028c\td") == "a Bcc: b c d"
    assert len(one_line("x" * 300)) == SUBJECT_LENGTH
    assert one_line("x" * 300).endswith("…")
