"""Mail leaves by the worker's timetable, and what is over is dropped by it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select, update

from audienceos.agency.letters import INVITATION
from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.jobs import forget
from audienceos.platform.auth.models import AccountToken, Throttle
from audienceos.platform.jobs.registry import registry
from audienceos.platform.mail import jobs
from audienceos.platform.mail.mailer import Kept, MailError, Outgoing
from audienceos.platform.mail.models import AccountMail, AgencyMail
from audienceos.platform.mail.smtp import Smtp
from audienceos.platform.settings import SettingsError
from audienceos.worker import compose
from tests.agency.browsing import empty_tab
from tests.agency.test_pages_links import link, newcomer
from tests.cast import HOST, Player, Stage
from tests.entering import fresh_email
from tests.platform.mail.postman import postman


@pytest.fixture(autouse=True)
async def nothing_else(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails of other tests don't wait, and mail is kept again afterwards."""
    monkeypatch.setattr(jobs, "_way", list(jobs._way))  # pyright: ignore[reportPrivateUsage]
    async with auth.database.serving() as db:
        for table in (AccountMail, AgencyMail):
            await db.execute(update(table).where(table.sent_at.is_(None)).values(sent_at=clock.now()))


async def test_an_invitation_arrives_with_a_link_that_proves_the_mailbox(ines: Player, stage: Stage) -> None:
    email = fresh_email()
    await ines.post("/v1/invitations", json={"email": email})
    async with postman() as him:
        url = f"smtp://127.0.0.1:{him.port}?starttls=never"
        compose(msgspec.structs.replace(stage.parts.settings, smtp_url=url))
        await jobs.deliver_waiting(stage.parts.database)
        await jobs.deliver_waiting(stage.parts.database)
    (mail,) = (mail for mail in him.mails if mail["To"] == email)
    body = mail.get_content()
    path = next(line for line in body.splitlines() if line.startswith(f"{HOST}/invite/")).removeprefix(HOST)
    tab = empty_tab(stage)
    new = {"first_name": "Bo", "last_name": "Lund", "password": "seven green bicycles"}
    there = await tab.send((await tab.open(path)).form(path), new)
    assert "Confirm your e-mail address" not in there.text
    shown = (await ines.get("/v1/invitations")).json()["items"][0]
    assert (shown["email_status"], shown["state"]) == ("sent", "accepted")


async def test_a_verification_arrives_and_what_is_refused_is_shown(stage: Stage, ines: Player) -> None:
    _, email = await newcomer(stage)
    path = await link(stage, email, "verify")
    failed = fresh_email()
    await ines.post("/v1/invitations", json={"email": failed})

    class Picky:
        """Takes what is about accounts alone."""

        delivers = True
        mails: list[Outgoing] = []

        async def send(self, mail: Outgoing) -> None:
            if "/invite/" in mail.body:
                raise MailError("no such mailbox", permanent=True)
            self.mails.append(mail)

    jobs.deliver_by(Picky(), {})
    await jobs.deliver_waiting(stage.parts.database)
    assert path in next(mail.body for mail in Picky.mails if mail.to_email == email)
    shown = (await ines.get("/v1/invitations")).json()["items"][0]
    assert (shown["email_status"], shown["email_error"]) == ("failed", "no such mailbox")


async def test_without_a_mail_server_nothing_leaves(ines: Player, stage: Stage) -> None:
    compose(stage.parts.settings)
    assert isinstance(jobs._way[0].mailer, Kept)  # pyright: ignore[reportPrivateUsage]
    await ines.post("/v1/invitations", json={"email": fresh_email()})
    await jobs.deliver_waiting(stage.parts.database)
    assert (await ines.get("/v1/invitations")).json()["items"][0]["email_status"] == "kept"


def test_the_worker_finishes_invitations_by_its_own_mail_server(stage: Stage) -> None:
    settings = msgspec.structs.replace(stage.parts.settings, smtp_url="smtps://mail.example")
    compose(settings)
    way = jobs._way[0]  # pyright: ignore[reportPrivateUsage]
    assert (isinstance(way.mailer, Smtp), list(way.finishing)) == (True, [INVITATION])
    with pytest.raises(SettingsError):
        compose(msgspec.structs.replace(settings, smtp_url="ftp://mail.example"))


def test_the_timetable_has_what_must_happen_by_itself() -> None:
    begun = {appointment.name for appointment in registry.timetable}
    assert {"mail.deliver", "auth.forget", "web.forget_answers"} <= begun


async def test_what_nobody_can_use_any_more_is_dropped(stage: Stage) -> None:
    await newcomer(stage)
    with clock.stopped_at(clock.now() + timedelta(days=40)):
        await forget(stage.parts.database)
    async with stage.parts.database.serving() as db:
        assert await db.scalar(select(func.count()).select_from(Throttle)) == 0
        assert await db.scalar(select(func.count()).select_from(AccountToken)) == 0
